#include "agent/codec/xmlrpc_writer.h"

#include <catch2/catch.hpp>
#include <limits>

#include "common/base/text.h"

namespace sup::codec {
namespace {

// What a client reads of a result.
Struct read_back(const ValueXml& xml) {
    const auto response = parse_response(encode_response(Outcome{xml}));
    REQUIRE(response);
    return std::get<Struct>(std::get<Value>(*response).content);
}

TEST_CASE("scalars have the exact types of the API") {
    CHECK(value_xml(true).text == "<value><boolean>1</boolean></value>");
    CHECK(value_xml(std::int32_t{-5}).text == "<value><int>-5</int></value>");
    CHECK(value_xml(5123.25).text == "<value><double>5123.25</double></value>");
    CHECK(value_xml(5.0).text == "<value><double>5.0</double></value>");
    CHECK(value_xml(1e22).text == "<value><double>10000000000000000000000.0</double></value>");
    CHECK(value_xml(std::numeric_limits<double>::infinity()).text ==
          "<value><double>0.0</double></value>");
    CHECK(value_xml(-1.7976931348623157e308).text.size() > 300);
    CHECK(value_xml(std::vector<std::string>{}).text ==
          "<value><array><data></data></array></value>");
}

TEST_CASE("text is escaped, and what XML cannot carry is replaced") {
    struct Row {
        std::string text;
        std::string want;
    };
    const std::string mark = "\xEF\xBF\xBD";
    const auto row = GENERATE_COPY(
        Row{"a<b>&c", "a&lt;b&gt;&amp;c"}, Row{"\t\n\r", "\t\n&#13;"}, Row{"]]>", "]]&gt;"},
        Row{"\xc3\xa9", "\xc3\xa9"}, Row{"\xf0\x9f\x98\x80!", "\xf0\x9f\x98\x80!"},
        Row{std::string("a\0b", 3), "a" + mark + "b"}, Row{"\x1b[0m", mark + "[0m"},
        Row{"\xff", mark}, Row{"\xc3", mark}, Row{"\xc3(", mark + "("},
        Row{"\xe2\x82", mark + mark},                         // cut short
        Row{"\xc0\xaf", mark + mark},                         // overlong
        Row{"\xe0\x80\xaf", mark + mark + mark},              // overlong
        Row{"\xed\xa0\x80", mark + mark + mark},              // a surrogate
        Row{"\xef\xbf\xbf", mark + mark + mark},              // U+FFFF
        Row{"\xf4\x90\x80\x80", mark + mark + mark + mark});  // beyond U+10FFFF
    CAPTURE(row.text);
    CHECK(value_xml(row.text).text == concat("<value><string>", row.want, "</string></value>"));
}

TEST_CASE("a process is a struct of the fields of S10") {
    ProcessInfo info;
    info.application_name = "db";
    info.process_name = "node_00";
    info.now_monotonic = 5123.3;
    info.state = ProcessState::Running;
    info.last_event_mtime = 4980;
    info.identifiers = {"10.0.0.2:60000"};
    const Struct want{{"application_name", {std::string("db")}},
                      {"expected_exit", {true}},
                      {"extra_args", {std::string()}},
                      {"identifiers", {Array{{std::string("10.0.0.2:60000")}}}},
                      {"last_event_mtime", {4980.0}},
                      {"now_monotonic", {5123.3}},
                      {"process_name", {std::string("node_00")}},
                      {"statecode", {20}},
                      {"statename", {std::string("RUNNING")}}};
    CHECK(read_back(value_xml(info)) == want);
}

TEST_CASE("jobs are a list in S1 and a boolean in S2") {
    CHECK(*find_member(read_back(value_xml(SupvisorsInfo{})), "starting_jobs") == Value{Array{}});
    CHECK(*find_member(read_back(value_xml(InstanceModesInfo{})), "starting_jobs") == Value{false});
}

TEST_CASE("the rules of an unmanaged application are two fields (S9)") {
    ApplicationRulesInfo info;
    info.application_name = "db";
    const Struct want{{"application_name", {std::string("db")}}, {"managed", {false}}};
    CHECK(read_back(value_xml(info)) == want);
}

TEST_CASE("a fault has the code and text of section 11") {
    const auto fault = rpc_fault({FaultCode::AlreadyStarted, "db:node_00"});
    CHECK(fault == RpcFault{60, "ALREADY_STARTED: db:node_00"});
    CHECK(rpc_fault({FaultCode::UnknownMethod, {}}) == RpcFault{1, "UNKNOWN_METHOD"});
    const Struct want{{"faultCode", {60}},
                      {"faultString", {std::string("ALREADY_STARTED: db:node_00")}}};
    CHECK(read_back(multicall_element(Outcome{fault})) == want);
}

}  // namespace
}  // namespace sup::codec
