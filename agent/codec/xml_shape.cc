#include "agent/codec/xml_shape.h"

#include <algorithm>

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
