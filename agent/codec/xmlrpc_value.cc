#include "agent/codec/xmlrpc_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <exception>
#include <iterator>
#include <utility>
#include <xmlrpc-c/base.hpp>
#include <xmlrpc-c/xml.hpp>

#include "agent/codec/xml_shape.h"
#include "agent/codec/xmlrpc_wide_text.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::codec {
namespace {

// xmlrpc-c refuses more than 512 KiB unless told otherwise, once for the program.
void raise_size_limit() {
    static const bool raised = [] {
        xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, kMaxXmlSize);
        return true;
    }();
    static_cast<void>(raised);
}

// xmlrpc-c takes at most 64 values in each other, each of which is three elements.
constexpr std::size_t kMaxDepth = 256;
// Nobody calls with so much; supervisord answers with some hundred for each process.
constexpr std::size_t kMaxElementsOfCall = 200'000;
constexpr std::size_t kMaxElementsOfResponse = 4'000'000;

// Rationale: a DTD is where entity bombs and external entities live, and no client sends one.
// Without a NUL byte no encoding that the parser knows can hide it (UTF-16 would).
Result<XmlShape> check_harmless(std::string_view xml, std::size_t max_elements) {
    if (xml.size() > kMaxXmlSize) {
        return Error{concat("XML of ", xml.size(), " bytes, at most ", kMaxXmlSize, " expected")};
    }
    if (xml.find('\0') != std::string_view::npos) {
        return Error{"XML with a NUL byte, UTF-8 text expected"};
    }
    for (auto at = xml.find("<!"); at != std::string_view::npos; at = xml.find("<!", at + 2)) {
        const auto rest = xml.substr(at);
        if (!rest.starts_with("<!--") && !rest.starts_with("<![CDATA[")) {
            return Error{concat("XML with a declaration at byte ", at, ", no DTD is accepted")};
        }
    }
    const auto shape = xml_shape(xml);
    if (shape.depth > kMaxDepth) {
        return Error{concat("XML with ", shape.depth, " levels of elements, at most ", kMaxDepth,
                            " expected")};
    }
    if (shape.elements > max_elements) {
        return Error{
            concat("XML with ", shape.elements, " elements, at most ", max_elements, " expected")};
    }
    return shape;
}

// What the library can be given without harm.
Status check_readable(std::string_view xml, std::size_t max_elements) {
    const auto shape = check_harmless(xml, max_elements);
    if (!shape) {
        return shape.error();
    }
    return shape->has_odd_i8 ? Status(Error{"an <i8> that is no number of 64 bits"}) : Status();
}

// supervisord takes any text but `1` for false, xmlrpc-c refuses all but 0 and 1.
std::string with_plain_booleans(std::string_view xml) {
    constexpr std::string_view kOpen = "<boolean>";
    constexpr std::string_view kClose = "</boolean>";
    std::string out;
    while (true) {
        const auto open = xml.find(kOpen);
        const auto close = open == xml.npos ? open : xml.find(kClose, open);
        if (close == xml.npos) {
            out += xml;
            return out;
        }
        const auto start = open + kOpen.size();
        out += xml.substr(0, start);
        out += xml.substr(start, close - start) == "1" ? "1" : "0";
        xml.remove_prefix(close);
    }
}

Value value_of(const xmlrpc_c::value& source);

Value array_of(const xmlrpc_c::value& source) {
    Array items;
    for (const auto& item : xmlrpc_c::value_array(source).cvalue()) {
        items.push_back(value_of(item));
    }
    return {std::move(items)};
}

Value struct_of(const xmlrpc_c::value& source) {
    Struct members;
    for (const auto& [name, member] : xmlrpc_c::value_struct(source).cvalue()) {
        members.push_back({name, value_of(member)});
    }
    return {std::move(members)};
}

Value bytes_of(const xmlrpc_c::value& source) {
    const auto bytes = xmlrpc_c::value_bytestring(source).cvalue();
    return {std::string(bytes.begin(), bytes.end())};
}

Value value_of(const xmlrpc_c::value& source) {
    using xmlrpc_c::value;
    switch (source.type()) {
        case value::TYPE_INT:
            return {std::int32_t{xmlrpc_c::value_int(source).cvalue()}};
        case value::TYPE_BOOLEAN:
            return {xmlrpc_c::value_boolean(source).cvalue()};
        case value::TYPE_DOUBLE:
            return {xmlrpc_c::value_double(source).cvalue()};
        case value::TYPE_DATETIME:
            return {xmlrpc_c::value_datetime(source).iso8601Value()};
        case value::TYPE_STRING:
            return {xmlrpc_c::value_string(source).cvalue()};
        case value::TYPE_BYTESTRING:
            return bytes_of(source);
        case value::TYPE_ARRAY:
            return array_of(source);
        case value::TYPE_STRUCT:
            return struct_of(source);
        case value::TYPE_I8:
            return {concat(xmlrpc_c::value_i8(source).cvalue())};
        case value::TYPE_NIL:
        case value::TYPE_C_PTR:
        case value::TYPE_DEAD:
            return {Nil{}};
    }
    return {Nil{}};
}

void unfold(Value& value) {
    std::visit(Overloaded{
                   [](std::string& text) { text = unfold_wide_characters(text); },
                   [](Array& items) { std::ranges::for_each(items, unfold); },
                   [](Struct& members) {
                       for (auto& member : members) {
                           member.name = unfold_wide_characters(member.name);
                           unfold(member.value);
                       }
                   },
                   [](auto&) {},
               },
               value.content);
}

Result<Call> parse_with_library(const std::string& xml) {
    try {
        Call call;
        xmlrpc_c::paramList parameters;
        xmlrpc_c::xml::parseCall(xml, &call.method, &parameters);
        for (unsigned int i = 0; i < parameters.size(); ++i) {
            call.parameters.push_back(value_of(parameters[i]));
        }
        return call;
    } catch (const xmlrpc_c::fault& fault) {
        return Error{concat("not an XML-RPC call: ", fault.getDescription())};
    } catch (const std::exception& failure) {
        return Error{concat("not an XML-RPC call: ", failure.what())};
    }
}

Result<std::variant<Value, RpcFault>> parse_response_with_library(const std::string& xml) {
    using Response = std::variant<Value, RpcFault>;
    try {
        xmlrpc_c::rpcOutcome outcome;
        xmlrpc_c::xml::parseResponse(xml, &outcome);
        if (outcome.succeeded()) {
            return Response{value_of(outcome.getResult())};
        }
        const auto fault = outcome.getFault();
        return Response{RpcFault{fault.getCode(), fault.getDescription()}};
    } catch (const xmlrpc_c::fault& fault) {
        return Error{concat("not an XML-RPC response: ", fault.getDescription())};
    } catch (const std::exception& failure) {
        return Error{concat("not an XML-RPC response: ", failure.what())};
    }
}

std::string python_float(double number) {
    std::array<char, 32> digits{};
    const auto size = std::abs(number);
    const bool is_plain = size == 0 || (size >= 1e-4 && size < 1e16);
    const auto end =
        std::to_chars(digits.data(), digits.data() + digits.size(), number,
                      is_plain ? std::chars_format::fixed : std::chars_format::scientific)
            .ptr;
    std::string text(digits.data(), end);
    const bool is_whole = text.find_first_not_of("-0123456789") == std::string::npos;
    return is_whole ? text + ".0" : text;
}

}  // namespace

bool Value::operator==(const Value& other) const {
    return content == other.content;
}
bool Member::operator==(const Member& other) const {
    return name == other.name && value == other.value;
}

const Value* find_member(const Struct& members, std::string_view name) {
    for (const auto& member : members) {
        if (member.name == name) {
            return &member.value;
        }
    }
    return nullptr;
}

bool is_true(const Value& value) {
    return std::visit(Overloaded{
                          [](Nil) { return false; },
                          [](bool flag) { return flag; },
                          [](std::int32_t number) { return number != 0; },
                          [](double number) { return number < 0 || number > 0; },
                          [](const std::string& text) { return !text.empty(); },
                          [](const Array& items) { return !items.empty(); },
                          [](const Struct& members) { return !members.empty(); },
                      },
                      value.content);
}

std::string_view python_class(const Value& value) {
    return std::visit(Overloaded{
                          [](Nil) { return "<class 'NoneType'>"; },
                          [](bool) { return "<class 'bool'>"; },
                          [](std::int32_t) { return "<class 'int'>"; },
                          [](double) { return "<class 'float'>"; },
                          [](const std::string&) { return "<class 'str'>"; },
                          [](const Array&) { return "<class 'list'>"; },
                          [](const Struct&) { return "<class 'dict'>"; },
                      },
                      value.content);
}

std::string python_text(const Value& value) {
    // Inside of others, texts are shown with their quotes.
    const auto inner = [](const Value& one) {
        const auto* text = std::get_if<std::string>(&one.content);
        return text == nullptr ? python_text(one) : concat("'", *text, "'");
    };
    const auto list = [&](const auto& items, char open, char close, auto&& show) {
        std::vector<std::string> texts;
        std::ranges::transform(items, std::back_inserter(texts), show);
        return concat(open, join(texts, ", "), close);
    };
    return std::visit(Overloaded{
                          [](Nil) { return std::string("None"); },
                          [](bool flag) { return std::string(flag ? "True" : "False"); },
                          [](std::int32_t number) { return concat(number); },
                          [](double number) { return python_float(number); },
                          [](const std::string& text) { return text; },
                          [&](const Array& items) { return list(items, '[', ']', inner); },
                          [&](const Struct& members) {
                              return list(members, '{', '}', [&](const Member& member) {
                                  return concat("'", member.name, "': ", inner(member.value));
                              });
                          },
                      },
                      value.content);
}

Result<Call> parse_call(const std::string& xml) {
    raise_size_limit();
    if (auto readable = check_readable(xml, kMaxElementsOfCall); !readable) {
        return readable.error();
    }
    const bool is_wide = has_wide_characters(xml);
    const auto folded = is_wide ? fold_wide_characters(xml) : std::string();
    const auto& narrow = is_wide ? folded : xml;
    auto call = parse_with_library(narrow);
    if (!call && narrow.find("<boolean>") != std::string::npos) {
        call = parse_with_library(with_plain_booleans(narrow));
    }
    if (call && call->method.empty()) {
        return Error{"an XML-RPC call without methodName"};
    }
    if (call && is_wide) {
        std::ranges::for_each(call->parameters, unfold);
    }
    return call;
}

std::optional<std::string> named_method(const std::string& xml) {
    constexpr std::string_view kOpen = "<methodName>";
    const auto open = xml.find(kOpen);
    const auto close = open == xml.npos ? open : xml.find("</methodName>", open);
    if (close == xml.npos || !check_harmless(xml, kMaxElementsOfCall)) {
        return std::nullopt;
    }
    const auto start = open + kOpen.size();
    return xml.substr(start, close - start);
}

Result<std::variant<Value, RpcFault>> parse_response(const std::string& xml) {
    raise_size_limit();
    if (auto readable = check_readable(xml, kMaxElementsOfResponse); !readable) {
        return readable.error();
    }
    if (!has_wide_characters(xml)) {
        return parse_response_with_library(xml);
    }
    auto response = parse_response_with_library(fold_wide_characters(xml));
    if (response) {
        std::visit(Overloaded{
                       [](Value& value) { unfold(value); },
                       [](RpcFault& fault) { fault.text = unfold_wide_characters(fault.text); },
                   },
                   *response);
    }
    return response;
}

}  // namespace sup::codec
