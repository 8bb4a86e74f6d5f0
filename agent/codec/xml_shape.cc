#include "agent/codec/xml_shape.h"

#include <algorithm>

#include "common/base/text.h"

namespace sup::codec {
namespace {

// What follows the first `mark`, or nothing where there is none.
std::string_view after(std::string_view text, std::string_view mark) {
    const auto at = text.find(mark);
    return at == text.npos ? std::string_view() : text.substr(at + mark.size());
}

// The length of a tag up to its `>`, which may also stand in the value of an attribute.
std::size_t tag_length(std::string_view tag) {
    char quote = '\0';
    for (std::size_t i = 0; i < tag.size(); ++i) {
        if (quote != '\0') {
            quote = tag[i] == quote ? '\0' : quote;
        } else if (tag[i] == '"' || tag[i] == '\'') {
            quote = tag[i];
        } else if (tag[i] == '>') {
            return i;
        }
    }
    return tag.size();
}

// `rest` begins with the name of an element, its tag is `length` long.
bool is_odd_i8(std::string_view rest, std::size_t length) {
    const auto name = rest.substr(0, rest.find_first_of(" \t\r\n/>"));
    if (name != "i8" && name != "ex:i8") {
        return false;
    }
    const auto content = rest.substr(std::min(length + 1, rest.size()));
    const auto end = content.find('<');
    return end == content.npos || !content.substr(end).starts_with("</") ||
           !parse_integer(content.substr(0, end));
}

}  // namespace

XmlShape xml_shape(std::string_view xml) {
    XmlShape shape;
    std::size_t depth = 0;
    for (xml = after(xml, "<"); !xml.empty(); xml = after(xml, "<")) {
        if (xml.starts_with("!--")) {
            xml = after(xml.substr(3), "-->");
        } else if (xml.starts_with("![CDATA[")) {
            xml = after(xml, "]]>");
        } else if (xml.starts_with('?')) {
            xml = after(xml, "?>");
        } else if (xml.starts_with('/')) {
            depth -= std::min<std::size_t>(depth, 1);
        } else {
            const auto length = tag_length(xml);
            ++shape.elements;
            shape.has_odd_i8 = shape.has_odd_i8 || is_odd_i8(xml, length);
            ++depth;
            shape.depth = std::max(shape.depth, depth);
            if (length > 0 && xml[length - 1] == '/') {
                --depth;
            }
            xml.remove_prefix(length);
        }
    }
    return shape;
}

}  // namespace sup::codec
