#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/base/result.h"

// XML-RPC as it arrives: calls from clients, and supervisord's responses where we must look inside.
// The XML is read by xmlrpc-c, whose types and exceptions stop at the .cc. What we send is written
// by xmlrpc_writer.h.
namespace sup::codec {

struct Value;
struct Member;
using Array = std::vector<Value>;
using Struct = std::vector<Member>;
struct Nil {
    bool operator==(const Nil&) const = default;
};

// One value, of the types that supervisord's own parser knows (section 1.2 of the API): base64 is
// decoded to text, dates are text, an integer of 64 bits is its text.
struct Value {
    std::variant<Nil, bool, std::int32_t, double, std::string, Array, Struct> content;
    bool operator==(const Value& other) const;
};
struct Member {
    std::string name;
    Value value;
    bool operator==(const Member& other) const;
};

// The member of that name, or null.
const Value* find_member(const Struct& members, std::string_view name);

// Python's truth value: false, 0, "" and empty containers are false, the text "false" is true.
bool is_true(const Value& value);

// How Python prints the type: `<class 'int'>`. Part of fault texts.
std::string_view python_class(const Value& value);

// How Python prints the value: `True`, `1.5`, `['a', 1]`. Part of fault texts.
std::string python_text(const Value& value);

struct Call {
    std::string method;
    std::vector<Value> parameters;
};

// The largest call or response, in bytes.
inline constexpr std::size_t kMaxXmlSize = 16 * 1024 * 1024;

// Refuses whatever is not a call, and any DOCTYPE before the XML is read at all.
Result<Call> parse_call(const std::string& xml);

// The method that a text names, if it is harmless XML, also where it is no call to us.
// supervisord's own parser takes more than xmlrpc-c does: white space around numbers, numbers
// beyond 32 bits, parameters without <value>.
std::optional<std::string> named_method(const std::string& xml);

// What a call gave: a result, or the fault of whoever carried it out.
struct RpcFault {
    std::int32_t code = 0;
    std::string text;
    bool operator==(const RpcFault&) const = default;
};
Result<std::variant<Value, RpcFault>> parse_response(const std::string& xml);

}  // namespace sup::codec
