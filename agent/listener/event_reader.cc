#include "agent/listener/event_reader.h"

#include "common/base/text.h"

namespace sup::listener {
namespace {

constexpr std::size_t kMaxHeader = 64 * 1024;
constexpr std::size_t kKept = 64 * 1024;  // memory kept between two events

int continuation_bytes(unsigned char lead) {
    if (lead >= 0xf0 && lead < 0xf8) {
        return 3;
    }
    if (lead >= 0xe0 && lead < 0xf0) {
        return 2;
    }
    return lead >= 0xc0 && lead < 0xe0 ? 1 : 0;
}

// The value of the last field, `len`, of a header.
std::optional<std::uint64_t> parse_length(std::string_view header) {
    constexpr std::string_view kField = " len:";
    constexpr std::int64_t kMaxLength = std::int64_t{1} << 40;
    const auto at = header.rfind(kField);
    if (at == std::string_view::npos) {
        return std::nullopt;
    }
    const auto length = parse_integer(trim(header.substr(at + kField.size())));
    if (!length || *length < 0 || *length > kMaxLength) {
        return std::nullopt;
    }
    return static_cast<std::uint64_t>(*length);
}

void forget(std::string& text) {
    text.clear();
    if (text.capacity() > kKept) {
        text.shrink_to_fit();
    }
}

}  // namespace

void CodePointCounter::start(std::uint64_t code_points) {
    left_ = code_points;
    continuation_ = 0;
}

std::size_t CodePointCounter::take(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        const auto byte = static_cast<unsigned char>(bytes[at]);
        const bool continues = (byte & 0xc0) == 0x80;
        if (continues && continuation_ > 0) {
            --continuation_;
            continue;
        }
        continuation_ = 0;
        if (left_ == 0) {
            return at;
        }
        --left_;
        continuation_ = continuation_bytes(byte);
        if (is_done()) {
            return at + 1;
        }
    }
    return bytes.size();
}

Result<std::optional<ReceivedEvent>> EventReader::read(std::string_view& bytes) {
    if (state_ == State::Complete) {
        forget(header_);
        forget(payload_);
        oversized_ = false;
        state_ = State::Header;
    }
    if (state_ == State::Header) {
        if (auto header = read_header(bytes); !header) {
            return header.error();
        }
    }
    if (state_ == State::Payload) {
        read_payload(bytes);
    }
    if (state_ != State::Complete) {
        return std::optional<ReceivedEvent>();
    }
    return std::optional<ReceivedEvent>({header_, payload_, oversized_});
}

Status EventReader::read_header(std::string_view& bytes) {
    const auto end = bytes.find('\n');
    header_.append(bytes.substr(0, end));
    if (header_.size() > kMaxHeader) {
        return Error{"event header of more than 64 KiB"};
    }
    if (end == std::string_view::npos) {
        bytes = {};
        return {};
    }
    bytes.remove_prefix(end + 1);
    const auto length = parse_length(header_);
    if (!length) {
        return Error{concat("event header '", std::string_view(header_).substr(0, 200),
                            "' does not end with len:<number>")};
    }
    counter_.start(*length);
    state_ = counter_.is_done() ? State::Complete : State::Payload;
    return {};
}

void EventReader::read_payload(std::string_view& bytes) {
    const auto size = counter_.take(bytes);
    if (!oversized_ && header_.size() + payload_.size() + size > max_event_) {
        oversized_ = true;
        payload_.clear();
        payload_.shrink_to_fit();
    }
    if (!oversized_) {
        payload_.append(bytes.substr(0, size));
    }
    bytes.remove_prefix(size);
    if (counter_.is_done()) {
        state_ = State::Complete;
    }
}

}  // namespace sup::listener
