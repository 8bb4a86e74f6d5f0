#include "agent/listener/wire.h"

#include "common/base/text.h"

namespace sup::listener {
namespace {

constexpr std::size_t kLengthSize = 4;

void append_number(std::string& out, std::uint64_t number, std::size_t size) {
    for (std::size_t left = size; left > 0; --left) {
        out.push_back(static_cast<char>((number >> (8 * (left - 1))) & 0xff));
    }
}

std::string encode(char type, std::string_view body) {
    std::string frame;
    frame.reserve(kLengthSize + 1 + body.size());
    append_number(frame, body.size() + 1, kLengthSize);
    frame.push_back(type);
    frame.append(body);
    return frame;
}

// Reads numbers from the front of a body; remembers whether it was long enough.
class BodyReader {
public:
    explicit BodyReader(std::string_view body) : left_(body) {}

    std::uint64_t number(std::size_t size) {
        if (left_.size() < size) {
            short_ = true;
            return 0;
        }
        std::uint64_t number = 0;
        for (const char byte : left_.substr(0, size)) {
            number = (number << 8) | static_cast<unsigned char>(byte);
        }
        left_.remove_prefix(size);
        return number;
    }
    std::string text(std::size_t size) {
        if (left_.size() < size) {
            short_ = true;
            return {};
        }
        std::string text(left_.substr(0, size));
        left_.remove_prefix(size);
        return text;
    }
    std::size_t left() const { return left_.size(); }
    bool is_short() const { return short_; }

private:
    std::string_view left_;
    bool short_ = false;
};

Error too_short(std::string_view what, std::size_t size) {
    return Error{concat("relay socket: ", what, " frame of ", size, " bytes is too short")};
}

Result<Frame> decode_hello(std::string_view body) {
    BodyReader reader(body);
    Hello hello;
    hello.version = static_cast<std::uint8_t>(reader.number(1));
    hello.boot_id = reader.number(8);
    hello.relay_pid = static_cast<std::uint32_t>(reader.number(4));
    hello.supervisor_pid = static_cast<std::uint32_t>(reader.number(4));
    hello.supervisor_start_ticks = reader.number(8);
    if (reader.is_short()) {
        return too_short("Hello", body.size());
    }
    return Frame(hello);
}

Result<Frame> decode_event(std::string_view body) {
    BodyReader reader(body);
    Event event;
    event.header = reader.text(static_cast<std::size_t>(reader.number(4)));
    if (reader.is_short()) {
        return too_short("Event", body.size());
    }
    event.payload = reader.text(reader.left());
    return Frame(std::move(event));
}

Result<Frame> decode_bye(std::string_view body) {
    BodyReader reader(body);
    const auto reason = reader.number(1);
    if (reader.is_short()) {
        return too_short("Bye", body.size());
    }
    if (reason < 1 || reason > 3) {
        return Error{concat("relay socket: Bye frame with reason ", reason, ", 1 to 3 expected")};
    }
    return Frame(Bye{static_cast<ByeReason>(reason)});
}

}  // namespace

std::string encode_hello(const Hello& hello) {
    std::string body;
    append_number(body, hello.version, 1);
    append_number(body, hello.boot_id, 8);
    append_number(body, hello.relay_pid, 4);
    append_number(body, hello.supervisor_pid, 4);
    append_number(body, hello.supervisor_start_ticks, 8);
    return encode('H', body);
}

std::string encode_dropped(Dropped dropped) {
    std::string body;
    append_number(body, dropped.count, 8);
    return encode('D', body);
}

std::string encode_bye(Bye bye) {
    return encode('B', std::string(1, static_cast<char>(bye.reason)));
}

std::string encode_nudge() {
    return encode('N', {});
}

std::optional<std::string> encode_event(std::string_view header, std::string_view payload) {
    constexpr std::size_t kOverhead = 1 + 4;
    if (header.size() > kMaxFrame || payload.size() > kMaxFrame ||
        header.size() + payload.size() + kOverhead > kMaxFrame) {
        return std::nullopt;
    }
    std::string frame;
    frame.reserve(kLengthSize + kOverhead + header.size() + payload.size());
    append_number(frame, kOverhead + header.size() + payload.size(), kLengthSize);
    frame.push_back('E');
    append_number(frame, header.size(), 4);
    frame.append(header);
    frame.append(payload);
    return frame;
}

Result<Frame> decode_frame(std::string_view content) {
    if (content.empty()) {
        return Error{"relay socket: empty frame, a type was expected"};
    }
    const auto body = content.substr(1);
    switch (content.front()) {
        case 'H':
            return decode_hello(body);
        case 'E':
            return decode_event(body);
        case 'B':
            return decode_bye(body);
        case 'D': {
            BodyReader reader(body);
            const Dropped dropped{reader.number(8)};
            if (reader.is_short()) {
                return too_short("Dropped", body.size());
            }
            return Frame(dropped);
        }
        case 'N':
            return Frame(Nudge{});
        default:
            return Frame(UnknownFrame{static_cast<std::uint8_t>(content.front())});
    }
}

void FrameReader::feed(std::string_view bytes) {
    if (broken_) {
        return;
    }
    if (begin_ > 0) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    buffer_.append(bytes);
}

Result<std::optional<Frame>> FrameReader::next() {
    if (broken_) {
        return *broken_;
    }
    const std::string_view left = std::string_view(buffer_).substr(begin_);
    if (left.size() < kLengthSize) {
        return std::optional<Frame>();
    }
    const auto length = static_cast<std::size_t>(BodyReader(left).number(kLengthSize));
    if (length == 0 || length > max_frame_) {
        broken_ = Error{
            concat("relay socket: frame of ", length, " bytes, 1 to ", max_frame_, " expected")};
        return *broken_;
    }
    if (left.size() < kLengthSize + length) {
        return std::optional<Frame>();
    }
    auto frame = decode_frame(left.substr(kLengthSize, length));
    if (!frame) {
        broken_ = frame.error();
        return *broken_;
    }
    begin_ += kLengthSize + length;
    return std::optional<Frame>(std::move(*frame));
}

}  // namespace sup::listener
