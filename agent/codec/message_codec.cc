#include "agent/codec/message_codec.h"

#include "agent/codec/bounded_msgpack.h"
#include "agent/codec/wire_read.h"
#include "agent/codec/wire_write.h"
#include "common/base/text.h"

namespace sup::codec {
namespace {

using nlohmann::json;

// Asked before anything else is read: another version may have another form.
Status check_version(const json& content) {
    if (!content.is_array() || content.empty() || !content[0].is_number_integer()) {
        return Error{"message: an array that begins with the protocol version was expected"};
    }
    const bool is_ours = content[0].is_number_unsigned()
                             ? content[0].get<std::uint64_t>() == kProtocolVersion
                             : content[0].get<std::int64_t>() == std::int64_t{kProtocolVersion};
    if (is_ours) {
        return {};
    }
    const bool has_sender = content.size() > 1 && content[1].is_string();
    const auto sender = has_sender ? content[1].get_ref<const std::string&>() : std::string("?");
    return Error{concat("message: ", sender, " speaks protocol version ", dump_brief(content[0]),
                        ", this agent speaks version ", kProtocolVersion)};
}

Result<Message> read_message(const json& content) {
    if (auto version = check_version(content); !version) {
        return version.error();
    }
    Message message;
    WireReader reader;
    if (!reader.read(content, message)) {
        return Error{concat("message: ", reader.problem())};
    }
    if (message.sender.empty()) {
        return Error{"message: sender: an identifier was expected, found an empty text"};
    }
    return message;
}

}  // namespace

std::string encode_message(const Message& message) {
    std::string bytes;
    json::to_msgpack(write_value(message), bytes);
    return bytes;
}

Result<Message> decode_message(std::string_view bytes) {
    const auto content = parse_msgpack(bytes);
    if (!content) {
        return Error{concat("message: ", content.error().message)};
    }
    try {
        return read_message(*content);
    } catch (const json::exception& problem) {
        return Error{concat("message: ", problem.what())};
    }
}

}  // namespace sup::codec
