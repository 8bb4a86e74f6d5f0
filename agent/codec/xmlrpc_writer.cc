#include "agent/codec/xmlrpc_writer.h"

#include <array>
#include <charconv>
#include <cmath>

#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::codec {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD
constexpr std::string_view kDeclaration = "<?xml version='1.0'?>\n";

// Bytes that need no look: printable ASCII without markup, tab and line feed.
constexpr auto kPlain = [] {
    std::array<bool, 256> plain{};
    for (std::size_t byte = 0x20; byte < 0x7f; ++byte) {
        plain[byte] = byte != '<' && byte != '>' && byte != '&';
    }
    plain['\t'] = plain['\n'] = true;
    return plain;
}();

unsigned char byte_at(std::string_view text, std::size_t at) {
    return static_cast<unsigned char>(text[at]);
}

// Length of the well-formed UTF-8 sequence of an XML character of several bytes at the start of the
// text; 0 when there is none (overlong forms, surrogates, U+FFFE and U+FFFF, truncation).
std::size_t sequence_length(std::string_view text) {
    const auto lead = byte_at(text, 0);
    const std::size_t length = lead >= 0xf0 ? 4 : (lead >= 0xe0 ? 3 : 2);
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) {
        return 0;
    }
    std::uint32_t code = lead & (0xffU >> (length + 1));
    for (std::size_t i = 1; i < length; ++i) {
        const auto next = byte_at(text, i);
        if ((next & 0xc0U) != 0x80) {
            return 0;
        }
        code = (code << 6) | (next & 0x3fU);
    }
    constexpr std::array<std::uint32_t, 5> kSmallest{0, 0, 0x80, 0x800, 0x10000};
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    const bool is_character = code <= 0x10ffff && code != 0xfffe && code != 0xffff;
    return code >= kSmallest[length] && !is_surrogate && is_character ? length : 0;
}

// One byte or sequence that is not plain; returns how much was consumed.
std::size_t append_special(std::string& out, std::string_view text) {
    const auto byte = byte_at(text, 0);
    if (byte >= 0x80) {
        const auto length = sequence_length(text);
        out += length == 0 ? kReplacement : text.substr(0, length);
        return length == 0 ? 1 : length;
    }
    switch (byte) {
        case '<':
            out += "&lt;";
            break;
        case '>':
            out += "&gt;";
            break;
        case '&':
            out += "&amp;";
            break;
        case '\r':
            out += "&#13;";
            break;
        case 0x7f:
            out += '\x7f';
            break;
        default:
            out += kReplacement;
    }
    return 1;
}

void append_escaped(std::string& out, std::string_view text) {
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size();) {
        if (kPlain[byte_at(text, at)]) {
            ++at;
            continue;
        }
        out += text.substr(start, at - start);
        at += append_special(out, text.substr(at));
        start = at;
    }
    out += text.substr(start);
}

void append_items(std::string& out, const Array& items) {
    out += "<value><array><data>";
    for (const auto& item : items) {
        append_value(out, item);
    }
    out += "</data></array></value>";
}

void append_members(std::string& out, const Struct& members) {
    out += "<value><struct>";
    for (const auto& member : members) {
        append_member_name(out, member.name);
        append_value(out, member.value);
        out += "</member>";
    }
    out += "</struct></value>";
}

void append_fault(std::string& out, const RpcFault& fault) {
    out += "<value><struct>";
    append_member_name(out, "faultCode");
    append_value(out, fault.code);
    out += "</member>";
    append_member_name(out, "faultString");
    append_value(out, fault.text);
    out += "</member></struct></value>";
}

}  // namespace

void append_value(std::string& out, bool value) {
    out += value ? "<value><boolean>1</boolean></value>" : "<value><boolean>0</boolean></value>";
}

void append_value(std::string& out, std::int32_t value) {
    out += "<value><int>";
    append_piece(out, value);
    out += "</int></value>";
}

// Without exponent, as the specification wants it; what is not finite cannot be said and becomes 0.
void append_value(std::string& out, double value) {
    std::array<char, 400> digits;
    const auto [end, failure] =
        std::to_chars(digits.data(), digits.data() + digits.size(),
                      std::isfinite(value) ? value : 0.0, std::chars_format::fixed);
    SUP_CHECK(failure == std::errc{}, "a double in fixed form has at most 340 characters");
    const std::string_view text(digits.data(), static_cast<std::size_t>(end - digits.data()));
    out += "<value><double>";
    out += text;
    out += text.find('.') == text.npos ? ".0</double></value>" : "</double></value>";
}

void append_value(std::string& out, std::string_view value) {
    out += "<value><string>";
    append_escaped(out, value);
    out += "</string></value>";
}

void append_value(std::string& out, const std::vector<std::string>& value) {
    out += "<value><array><data>";
    for (const auto& item : value) {
        append_value(out, item);
    }
    out += "</data></array></value>";
}

void append_value(std::string& out, const std::map<std::string, std::string>& value) {
    out += "<value><struct>";
    for (const auto& [name, member] : value) {
        append_member_name(out, name);
        append_value(out, member);
        out += "</member>";
    }
    out += "</struct></value>";
}

void append_value(std::string& out, const Value& value) {
    std::visit(Overloaded{
                   [&out](Nil) { out += "<value><nil/></value>"; },
                   [&out](const Array& items) { append_items(out, items); },
                   [&out](const Struct& members) { append_members(out, members); },
                   [&out](const auto& scalar) { append_value(out, scalar); },
               },
               value.content);
}

void append_member_name(std::string& out, std::string_view name) {
    out += "<member><name>";
    append_escaped(out, name);
    out += "</name>";
}

RpcFault rpc_fault(const Fault& fault) {
    return {code_of(fault.code), fault.text()};
}

ValueXml multicall_element(const Outcome& outcome) {
    return std::visit(Overloaded{
                          [](const ValueXml& value) { return value; },
                          [](const RpcFault& fault) {
                              ValueXml value;
                              append_fault(value.text, fault);
                              return value;
                          },
                      },
                      outcome);
}

ValueXml array_xml(const std::vector<ValueXml>& items) {
    ValueXml value;
    value.text = "<value><array><data>";
    for (const auto& item : items) {
        value.text += item.text;
    }
    value.text += "</data></array></value>";
    return value;
}

std::string encode_response(const Outcome& outcome) {
    std::string xml = concat(kDeclaration, "<methodResponse>");
    std::visit(Overloaded{
                   [&xml](const ValueXml& value) {
                       xml.reserve(xml.size() + value.text.size() + 64);
                       xml += "<params><param>";
                       xml += value.text;
                       xml += "</param></params>";
                   },
                   [&xml](const RpcFault& fault) {
                       xml += "<fault>";
                       append_fault(xml, fault);
                       xml += "</fault>";
                   },
               },
               outcome);
    return xml += "</methodResponse>\n";
}

std::string encode_call(const Call& call) {
    std::string xml = concat(kDeclaration, "<methodCall><methodName>");
    append_escaped(xml, call.method);
    xml += "</methodName><params>";
    for (const auto& parameter : call.parameters) {
        xml += "<param>";
        append_value(xml, parameter);
        xml += "</param>";
    }
    return xml += "</params></methodCall>\n";
}

}  // namespace sup::codec
