#include "agent/codec/xmlrpc_value.h"

#include <catch2/catch.hpp>

#include "agent/codec/xmlrpc_writer.h"
#include "common/base/text.h"

namespace sup::codec {
namespace {

std::string call_with(std::string_view value) {
    return concat("<?xml version='1.0'?><methodCall><methodName>ns.method</methodName><params>",
                  "<param>", value, "</param></params></methodCall>");
}

TEST_CASE("each inbound type becomes what supervisord makes of it") {
    struct Row {
        std::string xml;
        Value want;
    };
    const auto row = GENERATE(
        Row{"<value><int>-7</int></value>", {-7}}, Row{"<value><i4>7</i4></value>", {7}},
        Row{"<value><boolean>1</boolean></value>", {true}},
        Row{"<value><boolean>0</boolean></value>", {false}},
        Row{"<value><boolean>true</boolean></value>", {false}},
        Row{"<value><double>1.5</double></value>", {1.5}},
        Row{"<value><string>a&lt;b</string></value>", {std::string("a<b")}},
        Row{"<value><string></string></value>", {std::string()}},
        Row{"<value>bare</value>", {std::string("bare")}},
        Row{"<value><i8>1</i8></value>", {std::string("1")}}, Row{"<value><nil/></value>", {Nil{}}},
        Row{"<value><base64>aGVsbG8=</base64></value>", {std::string("hello")}},
        Row{"<value><array><data><value><int>1</int></value></data></array></value>",
            {Array{Value{1}}}},
        Row{"<value><struct><member><name>k</name><value>v</value></member></struct></value>",
            {Struct{Member{"k", Value{std::string("v")}}}}});
    CAPTURE(row.xml);
    const auto call = parse_call(call_with(row.xml));
    REQUIRE(call);
    CHECK(call->method == "ns.method");
    REQUIRE(call->parameters.size() == 1);
    CHECK(call->parameters[0] == row.want);
}

TEST_CASE("a call without params has no parameters") {
    const auto call = parse_call("<methodCall><methodName>a.b</methodName></methodCall>");
    REQUIRE(call);
    CHECK(call->parameters.empty());
}

TEST_CASE("what is not a call is refused with a reason") {
    const std::string deep = [] {
        std::string open;
        std::string close;
        for (int i = 0; i < 1000; ++i) {
            open += "<value><array><data>";
            close += "</data></array></value>";
        }
        return call_with(open + close);
    }();
    const auto xml = GENERATE_COPY(
        std::string(), std::string("garbage"), std::string("<methodCall>"), deep,
        std::string("<methodCall><params/></methodCall>"),
        std::string("<methodCall><methodName></methodName><params/></methodCall>"),
        call_with("<value><int>abc</int></value>"),
        call_with("<value><int>99999999999</int></value>"), call_with("<value><i8>x</i8></value>"),
        call_with("<value><i8>1<!-- -->x</i8></value>"),
        call_with("<value><i8>99999999999999999999</i8></value>"), call_with("<i8 a='>'>x</i8>"),
        call_with("<value><ex:i8>x</ex:i8></value>"), call_with("<value><i8>&#120;</i8></value>"),
        call_with("<value><string>\xff\xfe</string></value>"), std::string("\0<a/>", 5));
    CAPTURE(xml.substr(0, 80));
    const auto call = parse_call(xml);
    REQUIRE_FALSE(call);
    CHECK_FALSE(call.error().message.empty());
}

TEST_CASE("a DTD is refused before the XML is read") {
    const auto bomb = std::string("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'x'>]>") +
                      "<methodCall><methodName>&b;</methodName></methodCall>";
    const auto call = parse_call(bomb);
    REQUIRE_FALSE(call);
    CHECK(call.error().message == "XML with a declaration at byte 21, no DTD is accepted");
    CHECK(parse_call("<!-- c --><methodCall><methodName>a.b</methodName></methodCall>"));
}

TEST_CASE("more than 512 KiB is accepted, more than 16 MiB is not") {
    const auto big = [](std::size_t size) {
        return call_with(concat("<value>", std::string(size, 'x'), "</value>"));
    };
    CHECK(parse_call(big(2'000'000)));
    CHECK_FALSE(parse_call(big(kMaxXmlSize)));
}

TEST_CASE("tags without end, or without number, take neither the stack nor the memory") {
    const auto repeated = [](std::string_view piece) {
        std::string xml = "<methodCall>";
        while (xml.size() + piece.size() < kMaxXmlSize) {
            xml += piece;
        }
        return xml;
    };
    const auto deep = parse_call(repeated("<a>"));
    REQUIRE_FALSE(deep);
    CHECK(deep.error().message.ends_with(" levels of elements, at most 256 expected"));
    const auto many = parse_call(repeated("<a/>"));
    REQUIRE_FALSE(many);
    CHECK(many.error().message.ends_with(" elements, at most 200000 expected"));
}

TEST_CASE("calls and values survive the way out and back") {
    const Call call{"supervisor.startProcess",
                    {{std::string("a & <b> \n\t\xc3\xa9 \xf0\x9f\x98\x80")},
                     {true},
                     {-2147483647 - 1},
                     {0.1},
                     {Array{{Struct{{"k&", {1.0}}}}, {Array{}}}}}};
    const auto back = parse_call(encode_call(call));
    REQUIRE(back);
    CHECK(back->method == call.method);
    CHECK(back->parameters == call.parameters);
}

TEST_CASE("responses and faults of supervisord are read") {
    const auto result = parse_response(encode_response(Outcome{value_xml(true)}));
    REQUIRE(result);
    CHECK(std::get<Value>(*result) == Value{true});

    const auto fault = parse_response(encode_response(Outcome{RpcFault{10, "BAD_NAME: x"}}));
    REQUIRE(fault);
    CHECK(std::get<RpcFault>(*fault) == RpcFault{10, "BAD_NAME: x"});

    CHECK_FALSE(parse_response("<html/>"));
}

TEST_CASE("truth values are Python's") {
    CHECK(is_true({std::string("false")}));
    CHECK_FALSE(is_true({std::string()}));
    CHECK_FALSE(is_true({0}));
    CHECK_FALSE(is_true({0.0}));
    CHECK(is_true({-0.5}));
    CHECK_FALSE(is_true({Nil{}}));
    CHECK_FALSE(is_true({Array{}}));
}

TEST_CASE("values are shown in fault texts as Python shows them") {
    CHECK(python_text({}) == "None");
    CHECK(python_text({true}) == "True");
    CHECK(python_text({-3}) == "-3");
    CHECK(python_text({1.0}) == "1.0");
    CHECK(python_text({-0.1}) == "-0.1");
    CHECK(python_text({100000.0}) == "100000.0");
    CHECK(python_text({1e16}) == "1e+16");
    CHECK(python_text({0.0}) == "0.0");
    CHECK(python_text({std::string("a")}) == "a");
    CHECK(python_text({Array{{1}, {std::string("a")}, {Array{}}}}) == "[1, 'a', []]");
    CHECK(python_text({Struct{{"a", {false}}, {"b", {std::string("c")}}}}) ==
          "{'a': False, 'b': 'c'}");
}

}  // namespace
}  // namespace sup::codec
