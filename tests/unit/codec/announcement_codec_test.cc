#include "agent/codec/announcement_codec.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "agent/codec/keyed_digest.h"
#include "common/base/rng.h"
#include "common/base/text.h"

namespace sup::codec {
namespace {

using nlohmann::json;

const DiscoveryKey kNoKey;
const DiscoveryKey kKey = make_discovery_key("a secret of some length\n");
constexpr std::size_t kHead = 6;

Announcement sample() {
    return {"node-1.lan:60000",    "web_1", "node-1.lan", 60000, 60003, {"SERVER", "de l'été"},
            BootId{1} << 63U | 7U, 42};
}

std::string encoded(const Announcement& announcement, const DiscoveryKey& key) {
    const auto datagram = encode_announcement(announcement, key);
    REQUIRE(datagram);
    return *datagram;
}

std::string problem_of(std::string_view datagram, const DiscoveryKey& key) {
    const auto decoded = decode_announcement(datagram, key);
    return decoded ? std::string() : decoded.error().message;
}

// A datagram as it should be, but for its content.
std::string with_content(const json& content) {
    std::string payload;
    json::to_msgpack(content, payload);
    const auto head = concat("SUPD", char{kDatagramVersion}, "O");
    return concat(head, keyed_digest("", head + payload), payload);
}

json good_content() {
    return json::array({"h", 60000, 60003, "n", json::array({"S"}), 5, 1});
}

TEST_CASE("what is announced is heard, signed or not (O-71)") {
    for (const auto& key : {kNoKey, kKey}) {
        const auto decoded = decode_announcement(encoded(sample(), key), key);
        REQUIRE(decoded);
        CHECK(*decoded == sample());
    }
}

TEST_CASE("who has another key, or none, is not believed (D-44)") {
    const auto with_key = encoded(sample(), kKey);
    const auto open = encoded(sample(), kNoKey);
    CHECK(problem_of(with_key, make_discovery_key("another secret of length"))
              .find("signed with another key, or damaged") != std::string::npos);
    CHECK(problem_of(with_key, kNoKey).find("no key is configured here") != std::string::npos);
    CHECK(problem_of(open, kKey).find("not signed") != std::string::npos);
    // The mark of an open one does not make it one.
    auto disguised = with_key;
    disguised[5] = 'O';
    CHECK(problem_of(disguised, kNoKey).find("damaged") != std::string::npos);
    disguised = open;
    disguised[5] = 'K';
    CHECK(problem_of(disguised, kKey).find("another key") != std::string::npos);
}

TEST_CASE("blanks around a secret do not count, an empty one is none") {
    CHECK(make_discovery_key(" secret\n").secret == make_discovery_key("secret").secret);
    CHECK(make_discovery_key("secret").secret != "secret");
    CHECK_FALSE(make_discovery_key(" \n").is_set());
}

TEST_CASE("no datagram that is cut or changed is believed (O-75)") {
    const auto good = encoded(sample(), kKey);
    for (std::size_t length = 0; length < good.size(); ++length) {
        CAPTURE(length);
        CHECK_FALSE(problem_of(std::string_view(good).substr(0, length), kKey).empty());
    }
    for (std::size_t place = 0; place < good.size(); ++place) {
        auto changed = good;
        changed[place] = static_cast<char>(changed[place] ^ 0x20);
        CAPTURE(place);
        CHECK_FALSE(problem_of(changed, kKey).empty());
    }
    CHECK_FALSE(problem_of(good + "x", kKey).empty());
}

TEST_CASE("another version says so before all else") {
    auto other = encoded(sample(), kKey);
    other[4] = 2;
    CHECK(problem_of(other, kKey) == "announcement: version 2 was found, 1 was expected");
}

TEST_CASE("what is too long is neither sent nor read (O-75)") {
    auto long_one = sample();
    long_one.stereotypes.assign(8, std::string(200, 'x'));
    const auto refused = encode_announcement(long_one, kKey);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("at most 1400") != std::string::npos);
    long_one.stereotypes.assign(kMaxStereotypes + 1, "x");
    CHECK_FALSE(encode_announcement(long_one, kKey));
    CHECK(problem_of(std::string(kMaxDatagramBytes + 1, 'S'), kNoKey).find("longer than 1400") !=
          std::string::npos);
    CHECK(problem_of(std::string(kMaxDatagramBytes, 'S'), kNoKey).find("not of our protocol") !=
          std::string::npos);
}

TEST_CASE("each field of a signed datagram is checked") {
    CHECK(problem_of(with_content(good_content()), kNoKey).empty());
    struct Row {
        std::size_t place;
        json value;
        std::string want;
    };
    const auto row = GENERATE(values<Row>({
        {0, "", "host"},
        {0, "a b", "host"},
        {0, "::1", "host"},
        {0, std::string(256, 'h'), "host"},
        {0, 7, "host"},
        {1, 0, "http_port"},
        {1, 65536, "http_port"},
        {1, -1, "http_port"},
        {1, "60000", "http_port"},
        {2, 0, "federation_port"},
        {3, "", "nick"},
        {3, "a/b", "nick"},
        {3, "a\nb", "nick"},
        {4, "S", "stereotypes"},
        {4, json::array({""}), "stereotypes"},
        {4, json::array({"a\x1b[2J"}), "stereotypes"},
        {4, json::array({1}), "stereotypes"},
        {4, json(std::vector<std::string>(kMaxStereotypes + 1, "s")), "stereotypes"},
        {5, 0, "boot"},
        {5, -3, "boot"},
        {5, 1.5, "boot"},
        {6, nullptr, "boot and counter"},
    }));
    auto content = good_content();
    content[row.place] = row.value;
    CAPTURE(content.dump());
    CHECK(problem_of(with_content(content), kNoKey).find(row.want) != std::string::npos);
}

TEST_CASE("another form of the content is refused") {
    auto longer = good_content();
    longer.push_back(1);
    auto deep = json::array();
    for (int i = 0; i < 100; ++i) {
        deep = json::array({deep});
    }
    for (const auto& content : {json(nullptr), json("x"), json::object(), longer, deep}) {
        CHECK_FALSE(problem_of(with_content(content), kNoKey).empty());
    }
}

TEST_CASE("any bytes do no harm (O-75)") {
    Rng rng(7);
    const auto head = encoded(sample(), kNoKey).substr(0, kHead);
    for (int i = 0; i < 20'000; ++i) {
        std::string bytes = i % 2 == 0 ? head : std::string();
        const auto length = rng.below(200);
        for (std::uint64_t at = 0; at < length; ++at) {
            bytes.push_back(static_cast<char>(rng.below(256)));
        }
        CHECK_FALSE(decode_announcement(bytes, kNoKey));
    }
    // Content that anybody can sign without a key.
    for (int i = 0; i < 20'000; ++i) {
        std::string payload;
        const auto length = 1 + rng.below(60);
        for (std::uint64_t at = 0; at < length; ++at) {
            payload.push_back(static_cast<char>(rng.below(256)));
        }
        CHECK_FALSE(
            decode_announcement(concat(head, keyed_digest("", head + payload), payload), kNoKey));
    }
}

}  // namespace
}  // namespace sup::codec
