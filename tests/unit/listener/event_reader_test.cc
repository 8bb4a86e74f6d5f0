#include "agent/listener/event_reader.h"

#include <catch2/catch.hpp>
#include <vector>

#include "common/base/rng.h"
#include "common/base/text.h"

namespace sup::listener {
namespace {

struct Got {
    std::string header;
    std::string payload;
    bool oversized = false;
    bool operator==(const Got&) const = default;
};

std::vector<Got> read_all(EventReader& reader, std::string_view bytes, std::size_t piece) {
    std::vector<Got> events;
    while (!bytes.empty()) {
        auto part = bytes.substr(0, piece);
        bytes.remove_prefix(part.size());
        while (true) {
            const auto event = reader.read(part);
            REQUIRE(event);
            if (!event->has_value()) {
                break;
            }
            events.push_back({std::string((**event).header), std::string((**event).payload),
                              (**event).oversized});
        }
    }
    return events;
}

TEST_CASE("len counts code points, and nothing marks the end of an event") {
    const std::vector<Got> want = {
        {"ver:3.0 len:0", ""},        {"ver:3.0 len:3", "abc"},
        {"ver:3.0 len:3", "é€😀"},     {"ver:3.0 server:x len:9 y len:2", "\n\n"},
        {"ver:3.0 len:2", "e\u0301"}, {"ver:3.0 len:1", "\U0010ffff"},
        {"ver:3.0 len:4", "ver:"},
    };
    std::string stream;
    for (const auto& event : want) {
        stream += event.header + "\n" + event.payload;
    }
    const std::size_t piece = GENERATE(1, 2, 3, 5, 1000);
    EventReader reader(1000);
    CHECK(read_all(reader, stream, piece) == want);
}

TEST_CASE("any bytes have a count") {
    struct Row {
        std::string text;
        std::uint64_t code_points;
        std::size_t size;
    };
    const auto row = GENERATE(Row{"", 0, 0}, Row{"abc", 0, 0}, Row{"abc", 2, 2},
                              Row{"\x80\x80z", 2, 2},          // stray continuation bytes
                              Row{"\xc3zz", 2, 2},             // a character that is cut short
                              Row{"\xe2\x82zz", 2, 3},         //
                              Row{"\xc3\xa9\xa9z", 2, 3},      // one continuation byte too many
                              Row{"\xff\xfez", 2, 2},          // bytes that UTF-8 never has
                              Row{"\xf0\x9f\x98\x80z", 1, 4},  //
                              Row{"\xe2\x82", 1, 2});          // its end may still come
    CAPTURE(row.text);
    CodePointCounter counter;
    counter.start(row.code_points);
    CHECK((counter.is_done() ? 0 : counter.take(row.text)) == row.size);
}

TEST_CASE("an event that is too large is read to its end but not kept") {
    const std::string large(100, 'x');
    EventReader reader(60);
    const auto events = read_all(reader, concat("a len:100\n", large, "b len:1\ny"), 17);
    CHECK(events == std::vector<Got>{{"a len:100", "", true}, {"b len:1", "y", false}});
}

TEST_CASE("a header without a length is an error") {
    const std::string text =
        GENERATE(std::string("\n"), std::string("ver:3.0\n"), std::string("ver:3.0 len:\n"),
                 std::string("len:3\n"), std::string("a len:-1\n"), std::string("a len:1x\n"),
                 std::string("a len:99999999999999999999\n"), std::string(70000, 'x'));
    EventReader reader(1000);
    std::string_view bytes = text;
    CHECK(!reader.read(bytes));
}

TEST_CASE("random text comes through, whatever the pieces") {
    Rng rng(3);
    const std::vector<std::string> characters = {"a", "\n", " ", "é", "€", "😀", ":", "len:7"};
    for (int round = 0; round < 300; ++round) {
        std::vector<Got> want;
        std::string stream;
        for (int i = 0; i < 5; ++i) {
            std::string payload;
            std::uint64_t length = 0;
            for (auto count = rng.below(20); count > 0; --count) {
                const auto& character = characters[rng.below(characters.size())];
                payload += character;
                length += character == "len:7" ? 5 : 1;
            }
            want.push_back({concat("h len:", length), payload});
            stream += want.back().header + "\n" + payload;
        }
        EventReader reader(1000);
        REQUIRE(read_all(reader, stream, 1 + rng.below(30)) == want);
    }
}

}  // namespace
}  // namespace sup::listener
