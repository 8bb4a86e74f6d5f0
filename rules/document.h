#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

// A rules file as a tree without any library behind: what parse.h gives and elements.h reads.
namespace sup::rules {

struct XmlElement {
    std::string name;
    int line = 0;
    std::string text;  // all of it, comments left out
    std::vector<std::pair<std::string, std::string>> attributes;
    std::vector<XmlElement> children;

    // Null when the attribute is absent.
    const std::string* attribute(std::string_view attribute_name) const;
};

// How messages call an element: application 'db', program pattern 'web_.*', alias 'edge', programs.
std::string describe(const XmlElement& element);

// A text from outside, short enough for a message.
std::string shorten(std::string_view text);

}  // namespace sup::rules
