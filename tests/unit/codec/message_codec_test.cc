#include "agent/codec/message_codec.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "agent/codec/bounded_msgpack.h"
#include "common/base/text.h"
#include "tests/unit/codec/random_message.h"

namespace sup::codec {
namespace {

using nlohmann::json;

std::string bytes_of(const json& content) {
    std::string bytes;
    json::to_msgpack(content, bytes);
    return bytes;
}

json content_of(const Message& message) {
    return *parse_msgpack(encode_message(message));
}

std::string problem_of(const std::string& bytes) {
    const auto message = decode_message(bytes);
    return message ? "none" : message.error().message;
}

Message message_with(Payload payload) {
    Message message;
    message.sender = "10.0.0.1:60000";
    message.payload = std::move(payload);
    return message;
}

// Whatever is accepted can be said again, and means the same.
void check_stable(const Message& message) {
    const auto again = decode_message(encode_message(message));
    REQUIRE(again);
    REQUIRE(is_same(*again, message));
}

// All places of a tree, as pointers into it.
void collect(json& tree, std::vector<json*>& places) {
    places.push_back(&tree);
    if (tree.is_array()) {
        for (auto& item : tree) {
            collect(item, places);
        }
    }
}

TEST_CASE("every payload survives the road, extreme values included") {
    RandomMessages random(1);
    for (std::size_t kind = 0; kind < RandomMessages::kKinds; ++kind) {
        for (int round = 0; round < 100; ++round) {
            const auto message = random.draw(kind);
            const auto decoded = decode_message(encode_message(message));
            CAPTURE(kind, round, decoded ? "" : decoded.error().message);
            REQUIRE(decoded);
            REQUIRE(decoded->payload.index() == kind);
            REQUIRE(is_same(*decoded, message));
        }
    }
}

TEST_CASE("a tick is small, whatever its numbers") {
    auto message = message_with(Tick{0xffffffff, {1'000'000'000'000}, {1'800'000'000'000}, ~0ULL});
    message.sender = "192.168.100.100:60000";
    message.sender_boot = ~0ULL;
    message.receiver_boot = ~0ULL;
    message.sequence = 100'000;
    message.term = 1000;
    CHECK(encode_message(message).size() <= 86);
    message.receiver_boot = 0;  // sent to all at once
    CHECK(encode_message(message).size() <= 80);
}

TEST_CASE("no beginning of a message is a message") {
    RandomMessages random(2);
    for (std::size_t kind = 0; kind < RandomMessages::kKinds; ++kind) {
        const auto bytes = encode_message(random.draw(kind));
        const std::size_t step = 1 + bytes.size() / 2000;
        for (std::size_t size = 0; size < bytes.size(); size += step) {
            CAPTURE(kind, size);
            REQUIRE_FALSE(decode_message(std::string_view(bytes).substr(0, size)));
        }
        REQUIRE_FALSE(decode_message(bytes + '\0'));
    }
}

TEST_CASE("random mutations are refused or give a sound message") {
    RandomMessages random(3);
    auto& rng = random.rng();
    std::vector<std::string> originals;
    while (originals.size() < 200) {
        auto bytes = encode_message(random.draw(rng.below(RandomMessages::kKinds)));
        if (bytes.size() < 700) {  // else little of it is reached
            originals.push_back(std::move(bytes));
        }
    }
    int accepted = 0;
    for (int round = 0; round < 100'000; ++round) {
        auto bytes = originals[rng.below(originals.size())];
        for (auto count = 1 + rng.below(4); count > 0; --count) {
            bytes[rng.below(bytes.size())] = static_cast<char>(rng.below(256));
        }
        if (const auto message = decode_message(bytes)) {
            ++accepted;
            check_stable(*message);
        }
    }
    CHECK(accepted > 0);  // the mutations reach beyond the first check
}

// Puts each stranger at the place of one value: the message is refused, or is what it says.
void replace_by_each(json& content, json& place, const std::vector<json>& strangers) {
    auto kept = std::move(place);  // moved, so that the places below stay where they are
    for (const auto& stranger : strangers) {
        place = stranger;
        if (const auto message = decode_message(bytes_of(content))) {
            check_stable(*message);
        }
    }
    place = std::move(kept);
}

TEST_CASE("a value of another type is refused at every place, or the message stays sound") {
    RandomMessages random(4);
    const std::vector<json> strangers = {nullptr,
                                         true,
                                         -1,
                                         7,
                                         ~0ULL,
                                         1.5,
                                         "text",
                                         json::array(),
                                         json::object(),
                                         json::binary({1, 2}),
                                         json::array({1, 2})};
    for (std::size_t kind = 0; kind < RandomMessages::kKinds; ++kind) {
        const auto original = content_of(random.draw(kind));
        auto content = original;
        std::vector<json*> places;
        collect(content, places);
        places.resize(std::min<std::size_t>(places.size(), 150));
        for (auto* place : places) {
            replace_by_each(content, *place, strangers);
        }
        REQUIRE(content == original);
    }
}

TEST_CASE("a refusal names the field, what was found and what was expected") {
    struct Row {
        std::string pointer;
        json value;
        std::string want;
    };
    auto record = ProcessRecord{};
    record.process = {"db", "db_1"};
    auto snapshot = Snapshot{};
    snapshot.processes = {record, record};
    const auto content = content_of(message_with(snapshot));
    const auto row = GENERATE(
        Row{"/1", 12, "message: sender: expected a text, found 12"},
        Row{"/1", "", "message: sender: an identifier was expected, found an empty text"},
        Row{"/2", -3, "message: sender_boot: expected an integer of 0 or more, found -3"},
        Row{"/4", 1.5, "message: sequence: expected an integer of 0 or more, found 1.5"},
        Row{"/6", 3, "message: payload: expected an array that begins with a kind, found 3"},
        Row{"/6/0", 99, "message: payload.kind: expected an integer between 0 and 19, found 99"},
        Row{"/6/1/0", 77,
            "message: payload.Snapshot.modes.fsm: expected a code of OFF, SYNCHRONIZATION, "
            "ELECTION, "
            "DISTRIBUTION, OPERATION, CONCILIATION, RESTARTING, SHUTTING_DOWN, FINAL, found 77"},
        Row{"/6/2/1/1", 17,
            "message: payload.Snapshot.processes[1].state: expected the code of a process state, "
            "found 17"},
        Row{"/6/2/1/1", -1,
            "message: payload.Snapshot.processes[1].state: expected the code of a process state, "
            "found -1"},
        Row{"/6/2/0/4", 3000000000,
            "message: payload.Snapshot.processes[0].pid: expected an integer between -2147483648 "
            "and 2147483647, found 3000000000"},
        Row{"/6/2/0/0/1", false,
            "message: payload.Snapshot.processes[0].process.name: expected a text, found false"},
        Row{"/6/2/0/17", -1,
            "message: payload.Snapshot.processes[0].startsecs: expected an integer between 0 and "
            "9007199254740992, found -1"},
        Row{"/6/2/0/7", ~0ULL,
            "message: payload.Snapshot.processes[0].start_instant: expected an integer between "
            "-9007199254740992 and 9007199254740992, found 18446744073709551615"},
        Row{"/6/2/0", json::array({1}),
            "message: payload.Snapshot.processes[0]: expected ProcessRecord of 23 fields, found an "
            "array of 1"});
    auto changed = content;
    changed[json::json_pointer(row.pointer)] = row.value;
    CHECK(problem_of(bytes_of(changed)) == row.want);
}

TEST_CASE("enumerations without published codes are checked as well") {
    struct Row {
        Payload payload;
        std::string pointer;
    };
    const auto row = GENERATE(Row{HelloAnswer{}, "/6/1"}, Row{Goodbye{}, "/6/1"},
                              Row{IntentChanged{}, "/6/1/1"}, Row{Orders{{Order{}}}, "/6/1/0/1"},
                              Row{ForwardedRequest{1, StopProcess{}}, "/6/2/2"});
    auto content = content_of(message_with(row.payload));
    for (const auto code : {5LL, -1LL, 1'000'000'000'000LL, 4'294'967'296LL}) {
        content[json::json_pointer(row.pointer)] = code;
        CHECK_FALSE(decode_message(bytes_of(content)));
    }
}

TEST_CASE("another protocol version is said to be one, whatever follows it") {
    const auto row = GENERATE(as<json>{}, json::array({99, "10.0.0.2:60000"}),
                              json::array({99, "10.0.0.2:60000", json::object({{"a", 1}}), 1.5}));
    const auto ours = concat("this agent speaks version ", kProtocolVersion);
    CHECK(problem_of(bytes_of(row)) ==
          concat("message: 10.0.0.2:60000 speaks protocol version 99, ", ours));
    CHECK(problem_of(bytes_of(json::array({~0ULL, 1}))) ==
          concat("message: ? speaks protocol version 18446744073709551615, ", ours));
}

TEST_CASE("bytes that are no message at all") {
    struct Row {
        std::string bytes;
        std::string want;
    };
    const std::string no_version =
        "message: an array that begins with the protocol version was expected";
    const auto row =
        GENERATE_COPY(Row{"", "message: no valid MessagePack at byte 1"},
                      Row{"\xc1", "message: no valid MessagePack at byte 1"},
                      Row{"GET / HTTP/1.1\r\n\r\n", "message: no valid MessagePack at byte 2"},
                      Row{"\x01", no_version}, Row{"\x90", no_version}, Row{"\xc0", no_version},
                      Row{bytes_of(json::array({"1"})), no_version});
    CHECK(problem_of(row.bytes) == row.want);
}

TEST_CASE("claims of size cost nothing before they are kept") {
    const std::string arrays = "\xdd\xff\xff\xff\xff";
    const std::string maps = "\xdf\xff\xff\xff\xff";
    const std::string texts = "\xdb\xff\xff\xff\xff";
    const std::string binaries = "\xc6\xff\xff\xff\xff";
    for (const auto& claim : {arrays, maps, texts, binaries}) {
        CHECK_FALSE(decode_message(claim));
        CHECK_FALSE(decode_message(claim + "abc"));
        CHECK_FALSE(decode_message(bytes_of(json(1)) + claim));
    }
}

TEST_CASE("depth, number of values and size are bounded") {
    const auto nested = [](std::size_t depth) { return std::string(depth, '\x91') + '\x01'; };
    CHECK(parse_msgpack(nested(kMaxDepth)));
    CHECK(problem_of(nested(kMaxDepth + 1)) == "message: nested deeper than 64 levels");
    CHECK(problem_of(std::string(kMaxMessageBytes, '\x91')) ==
          "message: nested deeper than 64 levels");
    std::string maps;
    while (maps.size() < kMaxMessageBytes) {
        maps += "\x81\xa0";  // one key, the empty text
    }
    CHECK(problem_of(maps) == "message: nested deeper than 64 levels");
    const auto flat = "\xdd" + std::string("\x00\x1f\xff\xff", 4) + std::string(0x1fffff, '\x01');
    CHECK(problem_of(flat) == "message: more than 1000000 values");
    CHECK(problem_of(std::string(kMaxMessageBytes + 1, '\x01')) ==
          concat("message: 16777217 bytes are more than the 16777216 that a message may have"));
}

TEST_CASE("a snapshot of a large node passes") {
    Snapshot snapshot;
    snapshot.processes.resize(5000);
    snapshot.intents.resize(5000);
    const auto decoded = decode_message(encode_message(message_with(snapshot)));
    REQUIRE(decoded);
    CHECK(std::get<Snapshot>(decoded->payload).processes == snapshot.processes);
}

}  // namespace
}  // namespace sup::codec
