#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/model/messages.h"

// Messages of the federation as bytes: MessagePack arrays without names, because a tick must stay
// below 80 bytes. What arrives is believed in nothing: any bytes give a Message whose every field
// is in range, or an Error that names the field, what was found there and what was expected.
namespace sup::codec {

std::string encode_message(const Message& message);
Result<Message> decode_message(std::string_view bytes);

}  // namespace sup::codec
