#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/model/process_record.h"

// Texts of supervisord's own options to values, refused exactly when supervisord refuses them.
namespace sup::config {

Result<std::int64_t> to_integer(std::string_view text);
Result<bool> to_boolean(std::string_view text);
Result<std::int64_t> to_byte_size(std::string_view text);
Result<std::int64_t> to_octal(std::string_view text);
Result<std::int64_t> to_signal(std::string_view text);
Result<std::vector<std::int64_t>> to_exit_codes(std::string_view text);
Result<ProcessConfig::Autorestart> to_autorestart(std::string_view text);
Result<std::string> to_log_level(std::string_view text);
// Seconds that the 32-bit integers of XML-RPC can carry.
Result<Duration> to_seconds(std::string_view text);
// Name of a process or group: no blank, colon or slash inside.
Result<std::string> to_entity_name(std::string_view text);

// supervisord's list of strings: pieces between commas, stripped, empty ones kept.
std::vector<std::string> comma_pieces(std::string_view text);

struct HostPort {
    std::string host;  // lower case, empty for every interface
    std::uint16_t port = 0;
};
Result<HostPort> to_inet_address(std::string_view text);

}  // namespace sup::config
