#include "cli/codec.h"

#include <xmlrpc-c/base.h>
#include <exception>
#include <limits>
#include <xmlrpc-c/base.hpp>
#include <xmlrpc-c/xml.hpp>

#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::cli {
namespace {

void raise_size_limit() {
    static const bool once = [] {
        xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, kMaxAnswer);
        return true;
    }();
    (void)once;
}

xmlrpc_c::value to_xml(const Value& value);

xmlrpc_c::value to_xml(std::int64_t number) {
    using Limits = std::numeric_limits<int>;
    if (number < Limits::min() || number > Limits::max()) {
        return xmlrpc_c::value_i8(number);
    }
    return xmlrpc_c::value_int(static_cast<int>(number));
}

xmlrpc_c::value to_xml(const Value::List& list) {
    xmlrpc_c::carray items;
    for (const auto& item : list) {
        items.push_back(to_xml(item));
    }
    return xmlrpc_c::value_array(items);
}

xmlrpc_c::value to_xml(const Value::Members& members) {
    xmlrpc_c::cstruct content;
    for (const auto& [name, member] : members) {
        content[name] = to_xml(member);
    }
    return xmlrpc_c::value_struct(content);
}

xmlrpc_c::value to_xml(const Value& value) {
    using xmlrpc_c::value_string;
    return std::visit(
        Overloaded{[](std::monostate) -> xmlrpc_c::value { return xmlrpc_c::value_nil(); },
                   [](bool flag) -> xmlrpc_c::value { return xmlrpc_c::value_boolean(flag); },
                   [](std::int64_t number) { return to_xml(number); },
                   [](double number) -> xmlrpc_c::value { return xmlrpc_c::value_double(number); },
                   [](const std::string& text) -> xmlrpc_c::value {
                       return value_string(text, value_string::nlCode_lf);
                   },
                   [](const Value::List& list) { return to_xml(list); },
                   [](const Value::Members& members) { return to_xml(members); }},
        value.content);
}

Value from_xml(const xmlrpc_c::value& value);

Value list_from_xml(const xmlrpc_c::value& value) {
    Value::List list;
    for (const auto& item : xmlrpc_c::value_array(value).vectorValueValue()) {
        list.push_back(from_xml(item));
    }
    return {std::move(list)};
}

Value members_from_xml(const xmlrpc_c::value& value) {
    Value::Members members;
    for (const auto& [name, member] : xmlrpc_c::cstruct(xmlrpc_c::value_struct(value))) {
        members.emplace(name, from_xml(member));
    }
    return {std::move(members)};
}

Value from_xml(const xmlrpc_c::value& value) {
    switch (value.type()) {
        case xmlrpc_c::value::TYPE_INT:
            return {std::int64_t{xmlrpc_c::value_int(value).cvalue()}};
        case xmlrpc_c::value::TYPE_I8:
            return {static_cast<std::int64_t>(xmlrpc_c::value_i8(value).cvalue())};
        case xmlrpc_c::value::TYPE_BOOLEAN:
            return {xmlrpc_c::value_boolean(value).cvalue()};
        case xmlrpc_c::value::TYPE_DOUBLE:
            return {xmlrpc_c::value_double(value).cvalue()};
        case xmlrpc_c::value::TYPE_STRING:
            return {xmlrpc_c::value_string(value).cvalue()};
        case xmlrpc_c::value::TYPE_BYTESTRING: {
            const auto bytes = xmlrpc_c::value_bytestring(value).vectorUcharValue();
            return {std::string(bytes.begin(), bytes.end())};
        }
        case xmlrpc_c::value::TYPE_ARRAY:
            return list_from_xml(value);
        case xmlrpc_c::value::TYPE_STRUCT:
            return members_from_xml(value);
        case xmlrpc_c::value::TYPE_DATETIME:
        case xmlrpc_c::value::TYPE_C_PTR:
        case xmlrpc_c::value::TYPE_NIL:
        case xmlrpc_c::value::TYPE_DEAD:
            return {};
    }
    return {};
}

Failure not_an_answer(std::string_view why) {
    return {Failure::Kind::Other, concat("the answer is not XML-RPC: ", why)};
}

}  // namespace

Result<std::string> encode_call(std::string_view method, const Parameters& parameters) {
    try {
        xmlrpc_c::paramList list;
        for (const auto& parameter : parameters) {
            list.add(to_xml(parameter));
        }
        std::string xml;
        xmlrpc_c::xml::generateCall(std::string(method), list, &xml);
        return xml;
    } catch (const std::exception& trouble) {
        return Error{concat(method, ": the parameters cannot be sent: ", trouble.what())};
    }
}

Reply decode_answer(const std::string& xml) {
    raise_size_limit();
    try {
        xmlrpc_c::rpcOutcome outcome;
        xmlrpc_c::xml::parseResponse(xml, &outcome);
        if (outcome.succeeded()) {
            return from_xml(outcome.getResult());
        }
        const auto fault = outcome.getFault();
        return Fault{static_cast<int>(fault.getCode()), fault.getDescription()};
    } catch (const std::exception& trouble) {
        return not_an_answer(trouble.what());
    }
}

}  // namespace sup::cli
