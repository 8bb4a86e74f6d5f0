#include "rules/parse.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <libxml/xmlerror.h>
#include <libxml/xmlschemas.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <memory>
#include <set>

#include "common/base/check.h"
#include "common/base/text.h"
#include "rules/schema.h"

namespace sup::rules {
namespace {

constexpr std::size_t kMaxFileSize = 4U << 20;
constexpr std::size_t kMaxErrors = 50;
constexpr std::string_view kInstanceNamespace = "http://www.w3.org/2001/XMLSchema-instance";

template <auto Free>
struct Freer {
    template <typename T>
    void operator()(T* object) const {
        Free(object);
    }
};
using Parser = std::unique_ptr<xmlParserCtxt, Freer<xmlFreeParserCtxt>>;
using Document = std::unique_ptr<xmlDoc, Freer<xmlFreeDoc>>;
using SchemaParser = std::unique_ptr<xmlSchemaParserCtxt, Freer<xmlSchemaFreeParserCtxt>>;
using Schema = std::unique_ptr<xmlSchema, Freer<xmlSchemaFree>>;
using Validator = std::unique_ptr<xmlSchemaValidCtxt, Freer<xmlSchemaFreeValidCtxt>>;

std::string_view view(const xmlChar* text) {
    return text == nullptr ? std::string_view{} : reinterpret_cast<const char*>(text);
}

// A message of the library in the form of ours.
std::string one_line(const char* message) {
    std::string text(trim(message == nullptr ? "" : message));
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && text.back() == '.') {
        text.pop_back();
    }
    return text;
}

// What the callbacks of the library write to.
struct Problems {
    std::string path;
    std::vector<std::string> errors;

    void add(long line, std::string_view what) {
        if (errors.size() < kMaxErrors) {
            errors.push_back(concat(path, ":", line, ": ", what));
        } else if (errors.size() == kMaxErrors) {
            errors.push_back(concat(path, ":", line, ": there are more problems, not shown"));
        }
    }
};

// ---- text to document

void on_parser_error(void* parser, xmlErrorPtr error) {
    if (parser == nullptr || error == nullptr || error->level == XML_ERR_WARNING) {
        return;
    }
    auto* problems = static_cast<Problems*>(static_cast<xmlParserCtxtPtr>(parser)->_private);
    problems->add(error->line,
                  concat("it is not well-formed XML: ", shorten(one_line(error->message))));
}

// Entities can only be defined in a document type: without one there is nothing to expand and
// nothing to fetch.
void on_document_type(void* parser, const xmlChar*, const xmlChar*, const xmlChar*) {
    auto* context = static_cast<xmlParserCtxtPtr>(parser);
    auto* problems = static_cast<Problems*>(context->_private);
    problems->add(xmlSAX2GetLineNumber(context),
                  "a document type (<!DOCTYPE>) is refused: the element 'root' was expected");
    xmlStopParser(context);
}

Document read_document(std::string_view text, Problems& problems) {
    const Parser parser(xmlNewParserCtxt());
    SUP_CHECK(parser != nullptr, "memory for a parser is never refused");
    parser->_private = &problems;
    parser->sax->serror = on_parser_error;
    parser->sax->internalSubset = on_document_type;
    const int options = XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_BIG_LINES;
    Document document(xmlCtxtReadMemory(parser.get(), text.data(), static_cast<int>(text.size()),
                                        nullptr, nullptr, options));
    if (document == nullptr && problems.errors.empty()) {
        problems.add(1, "it is not well-formed XML");
    }
    return problems.errors.empty() ? std::move(document) : nullptr;
}

// ---- document to tree

XmlElement to_element(xmlNode* node);

// Children of the node that are elements, and its text.
void read_content(xmlNode* node, XmlElement& element) {
    for (xmlNode* child = node->children; child != nullptr; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) {
            element.children.push_back(to_element(child));
        } else if (child->type == XML_TEXT_NODE || child->type == XML_CDATA_SECTION_NODE) {
            element.text += view(child->content);
        }
    }
}

// Name, attributes and line, without the content.
XmlElement to_head(xmlNode* node) {
    XmlElement element;
    element.name = view(node->name);
    element.line = static_cast<int>(xmlGetLineNo(node));
    for (xmlAttr* attribute = node->properties; attribute != nullptr; attribute = attribute->next) {
        std::string value;
        for (xmlNode* piece = attribute->children; piece != nullptr; piece = piece->next) {
            value += view(piece->content);
        }
        element.attributes.emplace_back(view(attribute->name), std::move(value));
    }
    return element;
}

// The parser bounded the depth.
XmlElement to_element(xmlNode* node) {
    XmlElement element = to_head(node);
    read_content(node, element);
    return element;
}

// ---- structure

struct Allowed {
    std::string_view parent;
    std::string_view children;
};
// For the messages only: the schema decides.
constexpr auto kAllowed = std::to_array<Allowed>({
    {"root", "alias, model, application"},
    {"programs", "program"},
    {"application",
     "distribution, identifiers, start_sequence, stop_sequence, starting_strategy, "
     "starting_failure_strategy, running_failure_strategy, operational_status, programs"},
    {"program",
     "reference, identifiers, start_sequence, stop_sequence, required, wait_exit, "
     "expected_loading, starting_failure_strategy, running_failure_strategy"},
});

// One thing that the schema refuses; `node` is the element to leave out, if that is the remedy.
struct Finding {
    long line = 0;
    std::string what;
    xmlNode* misplaced = nullptr;
};

const xmlNode* earlier_twin(const xmlNode* node) {
    for (const xmlNode* other = node->prev; other != nullptr; other = other->prev) {
        if (other->type == XML_ELEMENT_NODE && view(other->name) == view(node->name)) {
            return other;
        }
    }
    return nullptr;
}

std::string misplaced_text(xmlNode* node) {
    const std::string name = shorten(view(node->name));
    const XmlElement parent = to_head(node->parent);
    const auto kind = parent.name == "model" ? std::string("program") : parent.name;
    const auto entry = std::find_if(kAllowed.begin(), kAllowed.end(),
                                    [&](const Allowed& row) { return row.parent == kind; });
    const std::string allowed(entry == kAllowed.end() ? "" : entry->children);
    const auto names = split_list(allowed);
    const bool known = std::find(names.begin(), names.end(), name) != names.end();
    const xmlNode* twin = earlier_twin(node);
    if (known && twin != nullptr && node->ns == nullptr) {
        return concat("element '", name, "': it is already given at line ", xmlGetLineNo(twin),
                      " for ", describe(parent), ", once was expected");
    }
    const auto meant = nearest(name, names);
    return concat("element '", name, "': it is not expected in ", describe(parent), ", ",
                  names.size() > 1 ? "one of " : "", allowed, " was expected",
                  meant ? concat(" ('", *meant, "'?)") : "");
}

// A value out of its type is not a matter of structure: elements.h reports it with its own words.
bool is_value_problem(int code) {
    return (code >= XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_1 &&
            code <= XML_SCHEMAV_CVC_DATATYPE_VALID_1_2_3) ||
           (code >= XML_SCHEMAV_CVC_LENGTH_VALID && code <= XML_SCHEMAV_CVC_ENUMERATION_VALID);
}

// The commonest findings in our own words, the others in those of the library.
std::string finding_text(const xmlError& error, const xmlNode* node) {
    const auto name = node == nullptr ? "" : shorten(view(node->name));
    switch (error.code) {
        case XML_SCHEMAV_CVC_ELT_1:
            return concat("element '", name, "': it is not expected here, the element 'root'",
                          node != nullptr && node->ns != nullptr ? " without a namespace" : "",
                          " was expected");
        case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_3:
            return concat("element '", name, "': text is not expected here, only elements");
        case XML_SCHEMAV_CVC_TYPE_3_1_2:
        case XML_SCHEMAV_CVC_COMPLEX_TYPE_2_2:
            return concat("element '", name, "': elements are not expected here, only text");
        default:
            break;
    }
    std::string text = one_line(error.message);
    if (text.starts_with("Element ")) {
        text.front() = 'e';
    }
    if (error.code == XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_1 ||
        error.code == XML_SCHEMAV_CVC_COMPLEX_TYPE_3_2_2) {
        text += ", only name and pattern were expected";
    }
    return text;
}

void on_schema_error(void* data, xmlErrorPtr error) {
    if (error == nullptr || is_value_problem(error->code)) {
        return;
    }
    auto* findings = static_cast<std::vector<Finding>*>(data);
    auto* node = static_cast<xmlNode*>(error->node);
    Finding finding;
    finding.line = node == nullptr ? error->line : xmlGetLineNo(node);
    const bool has_parent = node != nullptr && node->type == XML_ELEMENT_NODE &&
                            node->parent != nullptr && node->parent->type == XML_ELEMENT_NODE;
    if (error->code == XML_SCHEMAV_ELEMENT_CONTENT && has_parent) {
        finding.what = misplaced_text(node);
        finding.misplaced = node;
    } else {
        finding.what = finding_text(*error, node);
    }
    findings->push_back(std::move(finding));
}

// Attributes that steer a validator (a location of another schema, a type) have no say here: the
// library would fetch what they name.
void remove_instructions(xmlNode* node) {
    for (xmlAttr* attribute = node->properties; attribute != nullptr;) {
        xmlAttr* next = attribute->next;
        if (attribute->ns != nullptr && view(attribute->ns->href) == kInstanceNamespace) {
            xmlRemoveProp(attribute);
        }
        attribute = next;
    }
    for (xmlNode* child = node->children; child != nullptr; child = child->next) {
        if (child->type == XML_ELEMENT_NODE) {
            remove_instructions(child);
        }
    }
}

Schema embedded_schema() {
    const std::string_view text = rules_schema();
    const SchemaParser parser(
        xmlSchemaNewMemParserCtxt(text.data(), static_cast<int>(text.size())));
    SUP_CHECK(parser != nullptr, "memory for a parser is never refused");
    Schema schema(xmlSchemaParse(parser.get()));
    SUP_CHECK(schema != nullptr, "the schema of the rules is valid");
    return schema;
}

std::vector<Finding> validate(xmlDoc* document, xmlSchema* schema) {
    std::vector<Finding> findings;
    const Validator validator(xmlSchemaNewValidCtxt(schema));
    SUP_CHECK(validator != nullptr, "memory for a validator is never refused");
    xmlSchemaSetValidStructuredErrors(validator.get(), on_schema_error, &findings);
    xmlSchemaValidateDoc(validator.get(), document);
    return findings;
}

void leave_out(const std::vector<Finding>& misplaced) {
    std::set<xmlNode*> nodes;
    for (const auto& finding : misplaced) {
        nodes.insert(finding.misplaced);
    }
    // One may be inside another: all are taken out before any is freed.
    for (auto* node : nodes) {
        xmlUnlinkNode(node);
    }
    for (auto* node : nodes) {
        xmlFreeNode(node);
    }
}

// The validator says no more about an element after its first misplaced child: that one is left out
// and the document is validated again, until no child is misplaced.
void check_structure(xmlDoc* document, Problems& problems) {
    constexpr int kMaxPasses = 20;
    const Schema schema = embedded_schema();
    std::vector<Finding> kept;
    for (int pass = 0; pass < kMaxPasses; ++pass) {
        auto findings = validate(document, schema.get());
        const auto misplaced = std::stable_partition(
            findings.begin(), findings.end(),
            [](const Finding& finding) { return finding.misplaced == nullptr; });
        // What is not misplaced is said again by each validation: the last one counts.
        const bool last = misplaced == findings.end() || pass + 1 == kMaxPasses;
        kept.insert(kept.end(), last ? findings.begin() : misplaced, findings.end());
        if (last) {
            break;
        }
        leave_out({misplaced, findings.end()});
    }
    std::stable_sort(kept.begin(), kept.end(),
                     [](const Finding& a, const Finding& b) { return a.line < b.line; });
    for (const auto& finding : kept) {
        problems.add(finding.line, finding.what);
    }
}

}  // namespace

ParsedDocument parse_document(std::string_view path, std::string_view text) {
    Problems problems{std::string(path), {}};
    if (text.size() > kMaxFileSize) {
        problems.add(1, concat("the file has ", text.size(), " bytes, at most ", kMaxFileSize,
                               " were expected"));
        return {std::nullopt, std::move(problems.errors)};
    }
    xmlInitParser();
    const Document document = read_document(text, problems);
    xmlNode* root = document == nullptr ? nullptr : xmlDocGetRootElement(document.get());
    if (root == nullptr) {
        return {std::nullopt, std::move(problems.errors)};
    }
    remove_instructions(root);
    check_structure(document.get(), problems);
    ParsedDocument parsed;
    if (view(root->name) == "root" && root->ns == nullptr) {
        parsed.root = to_element(root);
    }
    parsed.errors = std::move(problems.errors);
    return parsed;
}

}  // namespace sup::rules
