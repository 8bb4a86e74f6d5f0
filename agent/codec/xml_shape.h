#pragma once

#include <cstddef>
#include <string_view>

// How many elements a text of XML has, and how deep they are nested, before any parser builds a
// tree of them. Right for well-formed XML, and for any other up to the place where a parser stops.
// Rationale: xmlrpc-c makes nodes of some hundred bytes from elements of four, and frees their tree
// by recursion: a few MiB of nothing but tags would take the memory, or the stack.
namespace sup::codec {

struct XmlShape {
    std::size_t elements = 0;
    std::size_t depth = 0;
};
XmlShape xml_shape(std::string_view xml);

}  // namespace sup::codec
