#include "agent/exec/arguments_file.h"

#include <charconv>
#include <cstdint>

#include "common/base/hash.h"
#include "common/base/text.h"

namespace sup::exec {
namespace {

constexpr std::string_view kFormat = "supvisors-exec 1 ";
constexpr std::string_view kHex = "0123456789abcdef";

bool is_plain(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || c == '@';
}

std::string escaped(std::string_view name) {
    std::string text;
    for (const char c : name) {
        // No name begins with a dot: such files are half written ones.
        if (is_plain(c) && !(text.empty() && c == '.')) {
            text += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            text += concat('%', kHex[byte >> 4U], kHex[byte & 0xfU]);
        }
    }
    return text;
}

std::optional<std::string> unescaped(std::string_view text) {
    std::string name;
    while (!text.empty()) {
        if (text.front() != '%') {
            name += text.front();
            text.remove_prefix(1);
            continue;
        }
        unsigned byte = 0;
        const auto digits = text.substr(1, 2);
        const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || read.ptr != digits.data() + 2) {
            return std::nullopt;
        }
        name += static_cast<char>(byte);
        text.remove_prefix(3);
    }
    return name;
}

std::string header_of(std::string_view extra_args) {
    Hasher hasher;
    hasher.add(extra_args);
    std::string hash;
    for (int shift = 60; shift >= 0; shift -= 4) {
        hash += kHex[hasher.value() >> static_cast<unsigned>(shift) & 0xfU];
    }
    return concat(kFormat, extra_args.size(), ' ', hash, '\n');
}

}  // namespace

std::string arguments_file_name(const ProcessName& process) {
    return concat(escaped(process.group), ':', escaped(process.name));
}

std::optional<ProcessName> process_of_file_name(std::string_view file) {
    const auto colon = file.find(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    auto group = unescaped(file.substr(0, colon));
    auto name = unescaped(file.substr(colon + 1));
    if (!group || !name) {
        return std::nullopt;
    }
    ProcessName process{std::move(*group), std::move(*name)};
    return arguments_file_name(process) == file ? std::optional(process) : std::nullopt;
}

std::string arguments_path(std::string_view state_dir, const ProcessName& process) {
    return concat(state_dir, '/', kArgumentsFolder, '/', arguments_file_name(process));
}

std::string encode_arguments(std::string_view extra_args) {
    return concat(header_of(extra_args), extra_args, '\n');
}

Result<std::string> decode_arguments(std::string_view bytes) {
    if (!bytes.starts_with(kFormat)) {
        return Error{concat("it does not begin with '", trim(kFormat), "'")};
    }
    const auto line = bytes.find('\n');
    if (line == std::string_view::npos || bytes.back() != '\n' || bytes.size() < line + 2) {
        return Error{"it is cut short"};
    }
    const auto extra_args = bytes.substr(line + 1, bytes.size() - line - 2);
    if (encode_arguments(extra_args) != bytes) {
        return Error{"its size or hash is not that of its first line"};
    }
    return std::string(extra_args);
}

}  // namespace sup::exec
