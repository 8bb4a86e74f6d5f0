#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/document.h"

// From the text of one rules file to its tree. Only parse.cc knows the XML library.
//
// The text comes from outside and is trusted with nothing: no network, no other file, no document
// type (hence no entity but the five of XML), bounded size and depth. The structure is that of
// rules.xsd. What does not fit in it is reported and left out of the tree, so that the rest of the
// file can be checked in the same pass.
namespace sup::rules {

struct ParsedDocument {
    std::optional<XmlElement> root;   // absent when the text is not well-formed
    std::vector<std::string> errors;  // `file:line: element 'x': what, what was expected`
};

ParsedDocument parse_document(std::string_view path, std::string_view text);

}  // namespace sup::rules
