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
    // An <i8> with anything but a plain number of 64 bits in it. xmlrpc-c 1.33 crashes on those:
    // the text of its fault lacks an argument.
    bool has_odd_i8 = false;
};
XmlShape xml_shape(std::string_view xml);

}  // namespace sup::codec
