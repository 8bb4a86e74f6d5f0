#include "rules/document.h"

#include "common/base/text.h"

namespace sup::rules {

const std::string* XmlElement::attribute(std::string_view attribute_name) const {
    for (const auto& [key, value] : attributes) {
        if (key == attribute_name) {
            return &value;
        }
    }
    return nullptr;
}

std::string describe(const XmlElement& element) {
    if (const auto* name = element.attribute("name")) {
        return concat(element.name, " '", shorten(*name), "'");
    }
    if (const auto* pattern = element.attribute("pattern")) {
        return concat(element.name, " pattern '", shorten(*pattern), "'");
    }
    return element.name;
}

std::string shorten(std::string_view text) {
    constexpr std::size_t kMax = 80;
    if (text.size() <= kMax) {
        return std::string(text);
    }
    std::size_t end = kMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80) {
        --end;
    }
    return concat(text.substr(0, end), "...");
}

}  // namespace sup::rules
