#include "agent/codec/announcement_codec.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

#include "agent/codec/bounded_msgpack.h"
#include "agent/codec/keyed_digest.h"
#include "common/base/text.h"

namespace sup::codec {
namespace {

using nlohmann::json;

constexpr std::string_view kMagic = "SUPD";
constexpr char kKeyed = 'K';
constexpr char kOpen = 'O';
constexpr std::size_t kHeadBytes = kMagic.size() + 2;
constexpr std::size_t kFields = 7;
constexpr int kMaxPort = 65535;

// The grammar of supvisors_list, at a bounded length.
bool is_name(std::string_view text, std::string_view marks) {
    return text.size() <= kMaxNameBytes && holds_only(text, marks);
}

bool is_printable(std::string_view text) {
    return !text.empty() && text.size() <= kMaxNameBytes &&
           std::all_of(text.begin(), text.end(), [](char c) {
               const auto byte = static_cast<unsigned char>(c);
               return byte >= 0x20 && byte != 0x7f;
           });
}

// The head with its payload, which the digest covers.
std::string digest_of(std::string_view head, std::string_view payload, const DiscoveryKey& key) {
    return keyed_digest(key.secret, concat(head, payload));
}

Error unexpected(std::string_view field, std::string_view expected) {
    return Error{concat("announcement: ", field, ": ", expected, " was expected")};
}

std::optional<std::string> text_at(const json& fields, std::size_t place) {
    return fields[place].is_string() ? std::optional(fields[place].get<std::string>())
                                     : std::nullopt;
}

std::optional<std::uint64_t> number_at(const json& fields, std::size_t place) {
    return fields[place].is_number_unsigned() ? std::optional(fields[place].get<std::uint64_t>())
                                              : std::nullopt;
}

std::optional<std::uint16_t> port_at(const json& fields, std::size_t place) {
    const auto number = number_at(fields, place);
    return number && *number >= 1 && *number <= kMaxPort
               ? std::optional(static_cast<std::uint16_t>(*number))
               : std::nullopt;
}

std::optional<std::vector<std::string>> stereotypes_at(const json& fields, std::size_t place) {
    const auto& items = fields[place];
    if (!items.is_array() || items.size() > kMaxStereotypes) {
        return std::nullopt;
    }
    std::vector<std::string> stereotypes;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const auto item = text_at(items, i);
        if (!item || !is_printable(*item)) {
            return std::nullopt;
        }
        stereotypes.push_back(*item);
    }
    return stereotypes;
}

Result<Announcement> read_fields(const json& fields) {
    if (!fields.is_array() || fields.size() != kFields) {
        return unexpected("content", concat("an array of ", kFields, " fields"));
    }
    const auto host = text_at(fields, 0);
    const auto http_port = port_at(fields, 1);
    const auto federation_port = port_at(fields, 2);
    const auto nick = text_at(fields, 3);
    auto stereotypes = stereotypes_at(fields, 4);
    const auto boot = number_at(fields, 5);
    const auto counter = number_at(fields, 6);
    if (!host || !is_name(*host, "_-.")) {
        return unexpected("host", "a name of letters, digits, '_', '-' and '.'");
    }
    if (!http_port || !federation_port) {
        return unexpected(http_port ? "federation_port" : "http_port", "a port, 1 to 65535,");
    }
    if (!nick || !is_name(*nick, "_-:.")) {
        return unexpected("nick", "a name of letters, digits, '_', '-', ':' and '.'");
    }
    if (!stereotypes) {
        return unexpected("stereotypes",
                          concat("a list of at most ", kMaxStereotypes, " printable names"));
    }
    if (!boot || *boot == 0 || !counter) {
        return unexpected("boot and counter", "positive numbers");
    }
    return Announcement{
        concat(*host, ":", *http_port), *nick, *host,   *http_port, *federation_port,
        std::move(*stereotypes),        *boot, *counter};
}

Status check_digest(std::string_view datagram, const DiscoveryKey& key) {
    const auto head = datagram.substr(0, kHeadBytes);
    const char kind = head.back();
    if (kind != kKeyed && kind != kOpen) {
        return Error{"announcement: neither signed nor open"};
    }
    if (kind == kOpen && key.is_set()) {
        return Error{"announcement: it is not signed, and a key is configured here"};
    }
    if (kind == kKeyed && !key.is_set()) {
        return Error{"announcement: it is signed, and no key is configured here"};
    }
    const auto digest = datagram.substr(kHeadBytes, kDigestBytes);
    const auto payload = datagram.substr(kHeadBytes + kDigestBytes);
    if (!is_same_digest(digest, digest_of(head, payload, key))) {
        return Error{key.is_set() ? "announcement: signed with another key, or damaged"
                                  : "announcement: damaged"};
    }
    return {};
}

}  // namespace

DiscoveryKey make_discovery_key(std::string_view file_text) {
    const auto text = trim(file_text);
    // What is signed here is not signed for anything else that the file serves.
    return {text.empty() ? std::string() : keyed_digest(text, "supvisors discovery")};
}

Result<std::string> encode_announcement(const Announcement& own, const DiscoveryKey& key) {
    const auto fields = json::array({own.host, own.http_port, own.federation_port, own.nick,
                                     own.stereotypes, own.boot, own.counter});
    std::string payload;
    json::to_msgpack(fields, payload);
    std::string head(kMagic);
    head += static_cast<char>(kDatagramVersion);
    head += key.is_set() ? kKeyed : kOpen;
    auto datagram = concat(head, digest_of(head, payload, key), payload);
    if (datagram.size() > kMaxDatagramBytes || own.stereotypes.size() > kMaxStereotypes) {
        return Error{concat("the nick, the host and the stereotypes of this instance take ",
                            datagram.size(), " bytes and ", own.stereotypes.size(),
                            " stereotypes; at most ", kMaxDatagramBytes, " and ", kMaxStereotypes,
                            " can be announced")};
    }
    return datagram;
}

Result<Announcement> decode_announcement(std::string_view datagram, const DiscoveryKey& key) {
    if (datagram.size() > kMaxDatagramBytes) {
        return Error{concat("announcement: longer than ", kMaxDatagramBytes, " bytes")};
    }
    if (datagram.size() <= kHeadBytes + kDigestBytes || !datagram.starts_with(kMagic)) {
        return Error{"announcement: not of our protocol, or cut"};
    }
    const int version = static_cast<unsigned char>(datagram[kMagic.size()]);
    if (version != kDatagramVersion) {
        return Error{concat("announcement: version ", version, " was found, ", kDatagramVersion,
                            " was expected")};
    }
    if (auto checked = check_digest(datagram, key); !checked) {
        return checked.error();
    }
    const auto content = parse_msgpack(datagram.substr(kHeadBytes + kDigestBytes));
    if (!content) {
        return Error{concat("announcement: ", content.error().message)};
    }
    try {
        return read_fields(*content);
    } catch (const json::exception& problem) {
        return Error{concat("announcement: ", problem.what())};
    }
}

}  // namespace sup::codec
