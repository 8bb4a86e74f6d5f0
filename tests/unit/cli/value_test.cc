#include "cli/value.h"

#include <catch2/catch.hpp>

#include "cli/codec.h"

namespace sup::cli {
namespace {

TEST_CASE("values print as Python prints them") {
    struct Line {
        Value value;
        std::string want;
    };
    const auto line = GENERATE(
        Line{value_of(true), "True"}, Line{value_of(false), "False"}, Line{value_of(-12), "-12"},
        Line{value_of(7.5), "7.5"}, Line{value_of(5.0), "5.0"}, Line{value_of(0.1), "0.1"},
        Line{value_of(""), ""}, Line{Value{}, "n/a"}, Line{Value{Value::List{}}, "[]"},
        Line{Value{Value::List{value_of("a"), value_of(1), value_of(true)}}, "['a', 1, True]"},
        Line{Value{Value::Members{{"k", value_of("v")}, {"n", value_of(1)}}},
             "{'k': 'v', 'n': 1}"});
    CHECK(line.value.text() == line.want);
}

TEST_CASE("what is not there is the null value") {
    const Value members{Value::Members{{"a", value_of(3)}}};
    CHECK(members["a"].integer() == 3);
    CHECK(members["b"] == Value{});
    CHECK(value_of("text")["a"] == Value{});
    CHECK(value_of(3)[0] == Value{});
    CHECK(members.list().empty());
    CHECK(Value{}["a"]["b"][7].integer() == 0);
}

std::string answer_of(const std::string& value) {
    return "<?xml version='1.0'?><methodResponse><params><param><value>" + value +
           "</value></param></params></methodResponse>";
}

TEST_CASE("answers are values, faults or failures") {
    CHECK(std::get<Value>(decode_answer(answer_of("<string>é &lt;</string>"))) == value_of("é <"));
    CHECK(std::get<Value>(decode_answer(answer_of("<double>1.5</double>"))) == value_of(1.5));
    CHECK(std::get<Value>(decode_answer(answer_of("<i8>5000000000</i8>"))).integer() == 5000000000);
    const auto nested = std::get<Value>(decode_answer(
        answer_of("<struct><member><name>l</name><value><array><data><value><int>1</int></value>"
                  "<value><boolean>1</boolean></value></data></array></value></member></struct>")));
    CHECK(nested["l"] == Value{Value::List{value_of(1), value_of(true)}});
    const auto fault = decode_answer(
        "<methodResponse><fault><value><struct><member><name>faultCode</name><value><int>10</int>"
        "</value></member><member><name>faultString</name><value><string>BAD_NAME: x</string>"
        "</value></member></struct></value></fault></methodResponse>");
    CHECK(std::get<Fault>(fault) == Fault{10, "BAD_NAME: x"});
    const std::string bad = GENERATE("", "hello", "<a/>", "<methodResponse>", "\xff\xfe");
    CHECK(std::get<Failure>(decode_answer(bad)).kind == Failure::Kind::Other);
}

TEST_CASE("an answer larger than the default limit of the library is read") {
    const std::string text(2 * 1024 * 1024, 'x');
    CHECK(std::get<Value>(decode_answer(answer_of("<string>" + text + "</string>"))).text() ==
          text);
}

TEST_CASE("a call keeps its text as it is") {
    const auto xml = encode_call("a.b", parameters("x\r\ny <é>", true, 7, 0.5));
    REQUIRE(xml);
    CHECK(xml->find("<methodName>a.b</methodName>") != std::string::npos);
    CHECK(xml->find("&lt;é&gt;") != std::string::npos);
    CHECK(xml->find("<boolean>1</boolean>") != std::string::npos);
    CHECK(!encode_call("a", parameters("\xff")));
}

}  // namespace
}  // namespace sup::cli
