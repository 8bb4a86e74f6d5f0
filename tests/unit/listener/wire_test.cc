#include "agent/listener/wire.h"

#include <catch2/catch.hpp>
#include <string>

#include "common/base/rng.h"

namespace sup::listener {
namespace {

std::vector<Frame> read_all(FrameReader& reader) {
    std::vector<Frame> frames;
    while (true) {
        auto frame = reader.next();
        REQUIRE(frame);
        if (!frame->has_value()) {
            return frames;
        }
        frames.push_back(std::move(**frame));
    }
}

const Hello kHello{1, 0x0123456789abcdefULL, 77, 4294967295U, 5000000000ULL};

TEST_CASE("every frame is read as it was written") {
    struct Row {
        std::string bytes;
        Frame want;
    };
    const std::string binary("a\0\xff\n", 4);
    const std::vector<Row> rows = {
        {encode_hello(kHello), kHello},
        {*encode_event("ver:3.0 len:4", binary), Event{"ver:3.0 len:4", binary}},
        {*encode_event("", ""), Event{}},
        {encode_dropped({1ULL << 40}), Dropped{1ULL << 40}},
        {encode_bye({ByeReason::Terminated}), Bye{ByeReason::Terminated}},
        {encode_bye({ByeReason::StdinClosed}), Bye{ByeReason::StdinClosed}},
        {encode_bye({ByeReason::BadInput}), Bye{ByeReason::BadInput}},
        {encode_nudge(), Nudge{}},
        {std::string("\0\0\0\x03?xx", 7), UnknownFrame{'?'}},
    };
    std::string stream;
    for (const auto& row : rows) {
        FrameReader reader;
        reader.feed(row.bytes);
        const auto frames = read_all(reader);
        REQUIRE(frames.size() == 1);
        CHECK(frames[0] == row.want);
        stream += row.bytes;
    }
    SECTION("whatever the pieces in which they come") {
        const std::size_t size = GENERATE(1, 2, 3, 7, 1000);
        FrameReader reader;
        std::vector<Frame> frames;
        for (std::size_t at = 0; at < stream.size(); at += size) {
            reader.feed(std::string_view(stream).substr(at, size));
            const auto more = read_all(reader);
            frames.insert(frames.end(), more.begin(), more.end());
        }
        REQUIRE(frames.size() == rows.size());
        for (std::size_t i = 0; i < rows.size(); ++i) {
            CHECK(frames[i] == rows[i].want);
        }
    }
}

TEST_CASE("the bytes of the wire are fixed") {
    CHECK(encode_nudge() == std::string("\0\0\0\1N", 5));
    CHECK(encode_bye({ByeReason::StdinClosed}) == std::string("\0\0\0\2B\2", 6));
    CHECK(*encode_event("h", "pp") == std::string("\0\0\0\x08"
                                                  "E\0\0\0\1hpp",
                                                  12));
}

TEST_CASE("a body that has grown in a later version is accepted") {
    CHECK(*decode_frame(encode_hello(kHello).substr(4) + "more") == Frame(kHello));
    CHECK(*decode_frame(encode_dropped({3}).substr(4) + "more") == Frame(Dropped{3}));
}

TEST_CASE("a frame that cannot be right is refused, for ever") {
    const std::string bytes = GENERATE(
        std::string("\0\0\0\0", 4), std::string("\0\x80\0\1", 4), std::string("\xff\xff\xff\xffN"),
        std::string("\0\0\0\1H", 5), std::string("\0\0\0\1E", 5),
        std::string("\0\0\0\6E\0\0\0\2x", 10), std::string("\0\0\0\2B\0", 6),
        std::string("\0\0\0\2B\4", 6), std::string("\0\0\0\1B", 5), std::string("\0\0\0\2Dx", 6));
    FrameReader reader;
    reader.feed(bytes);
    const auto refused = reader.next();
    REQUIRE(!refused);
    CHECK(refused.error().message.starts_with("relay socket: "));
    reader.feed(encode_nudge());
    CHECK(reader.next().error() == refused.error());
}

TEST_CASE("the size of a frame is bounded") {
    const std::string header(10, 'h');
    CHECK(encode_event(header, std::string(kMaxFrame - 15, 'x')).has_value());
    CHECK(!encode_event(header, std::string(kMaxFrame - 14, 'x')).has_value());

    FrameReader reader(5);
    reader.feed(encode_nudge());
    CHECK(reader.next().value().has_value());
    reader.feed(encode_dropped({1}));
    CHECK(!reader.next());
}

TEST_CASE("any bytes are decoded or refused") {
    Rng rng(7);
    for (int round = 0; round < 20000; ++round) {
        std::string bytes;
        const auto size = rng.below(40);
        for (std::uint64_t i = 0; i < size; ++i) {
            // Small numbers and the known types are more likely than the rest.
            const auto byte = rng.below(2) == 0 ? rng.below(9) : rng.below(256);
            bytes.push_back(rng.below(4) == 0 ? "HEDBN"[rng.below(5)] : static_cast<char>(byte));
        }
        (void)decode_frame(bytes);
        FrameReader reader(1000);
        reader.feed(bytes);
        for (auto frame = reader.next(); frame && frame->has_value(); frame = reader.next()) {
        }
    }
}

}  // namespace
}  // namespace sup::listener
