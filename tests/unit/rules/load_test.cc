#include "rules/load.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"
#include "rules/pattern.h"
#include "rules/schema.h"
#include "tests/unit/rules/fixtures.h"

using namespace sup;
using namespace sup::rules;
using namespace sup::rules::testing;

namespace {

struct Row {
    std::string content;
    std::string message;
};

// An application 'db' around elements, on line 1 of rules.xml.
std::string db(std::string_view elements) {
    return concat("<application name='db'>", elements, "</application>");
}
std::string db_program(std::string_view elements) {
    return db(concat("<programs><program name='p'>", elements, "</program></programs>"));
}

const std::string kSequence = "an integer between 0 and 127";

// Each has one problem.
const std::vector<Row> kBadValues = {
    {db("\n<start_sequence>-1</start_sequence>"),
     "rules.xml:2: application 'db', start_sequence: -1 is not between 0 and 127"},
    {db("<stop_sequence>128</stop_sequence>"),
     "rules.xml:1: application 'db', stop_sequence: 128 is not between 0 and 127"},
    {db("<start_sequence>99999999999999999999</start_sequence>"),
     "rules.xml:1: application 'db', start_sequence: 99999999999999999999 is not between 0 and "
     "127"},
    {db("<start_sequence>one</start_sequence>"),
     "rules.xml:1: application 'db', start_sequence: 'one' is not " + kSequence},
    {db("<start_sequence>1.5</start_sequence>"),
     "rules.xml:1: application 'db', start_sequence: '1.5' is not " + kSequence},
    {db("<start_sequence> </start_sequence>"),
     "rules.xml:1: application 'db', start_sequence: ' ' is not " + kSequence},
    {db("<start_sequence>+-1</start_sequence>"),
     "rules.xml:1: application 'db', start_sequence: '+-1' is not " + kSequence},
    {db("<distribution>SINGLE</distribution>"),
     "rules.xml:1: application 'db', distribution: 'SINGLE' is not one of ALL_INSTANCES, "
     "SINGLE_INSTANCE, SINGLE_NODE"},
    {db("<starting_strategy> LOCAL</starting_strategy>"),
     "rules.xml:1: application 'db', starting_strategy: ' LOCAL' is not one of CONFIG, "
     "LESS_LOADED, MOST_LOADED, LOCAL, LESS_LOADED_NODE, MOST_LOADED_NODE ('LOCAL'?)"},
    {db("<starting_failure_strategy>abort</starting_failure_strategy>"),
     "rules.xml:1: application 'db', starting_failure_strategy: 'abort' is not one of ABORT, "
     "STOP, CONTINUE ('ABORT'?)"},
    {db("<identifiers> , </identifiers>"),
     "rules.xml:1: application 'db', identifiers: it names nothing: a comma-separated list of "
     "identifiers was expected"},
    {db("<operational_status>all(</operational_status>"),
     "rules.xml:1: application 'db', operational_status: at character 5: the end of the "
     "formula "
     "where 'not', '(', any(...), all(...) or a quoted process name was expected"},
    {db("<operational_status>'a' b</operational_status>"),
     "rules.xml:1: application 'db', operational_status: at character 5: 'b' where 'and', 'or' "
     "or the end of the formula was expected"},
    {db_program("<expected_loading>101</expected_loading>"),
     "rules.xml:1: application 'db', program 'p', expected_loading: 101 is not between 0 and "
     "100"},
    {db_program("<expected_loading>10%</expected_loading>"),
     "rules.xml:1: application 'db', program 'p', expected_loading: '10%' is not an integer "
     "between 0 and 100"},
    {db_program("<required> true</required>"),
     "rules.xml:1: application 'db', program 'p', required: ' true' is not true or false"},
    {db_program("<wait_exit>2</wait_exit>"),
     "rules.xml:1: application 'db', program 'p', wait_exit: '2' is not true or false"},
    {db_program("<running_failure_strategy>RESTART_PROCES</running_failure_strategy>"),
     "rules.xml:1: application 'db', program 'p', running_failure_strategy: 'RESTART_PROCES' "
     "is "
     "not one of CONTINUE, RESTART_PROCESS, STOP_APPLICATION, RESTART_APPLICATION, SHUTDOWN, "
     "RESTART ('RESTART_PROCESS'?)"},
    {db_program("<reference/>"),
     "rules.xml:1: application 'db', program 'p', reference: it is "
     "empty: the name of a model was expected"},
    {db_program("<reference>bas</reference>") + "<model name='base'/>",
     "rules.xml:1: application 'db', program 'p', reference: there is no model 'bas' "
     "('base'?)"},
    {"<model name='m'><reference>none</reference></model>",
     "rules.xml:1: model 'm', reference: there is no model 'none'"},
    {"<model name='m'><start_sequence>x</start_sequence></model>",
     "rules.xml:1: model 'm', start_sequence: 'x' is not " + kSequence},
    {"<application pattern='(a'/>",
     "rules.xml:1: application pattern '(a', pattern '(a': at character 1: this parenthesis is "
     "never closed; the element is ignored"},
    {"<application name='db' pattern='['/>",
     "rules.xml:1: application 'db', pattern '[': at character 1: this class is never closed; "
     "only its name counts"},
    {db("<programs>\n<program pattern='(?&lt;=a)'/></programs>"),
     "rules.xml:2: application 'db', program pattern '(?<=a)', pattern '(?<=a)': at character "
     "1: "
     "lookbehind is not supported; the element is ignored"},
    {"<application/>",
     "rules.xml:1: application: a name or a pattern was expected; the element is ignored"},
    {db("<programs><program/></programs>"),
     "rules.xml:1: application 'db', program: a name or a pattern was expected; the element is "
     "ignored"},
    {"<model/>", "rules.xml:1: model: a name was expected; the element is ignored"},
    {"<model name='m' pattern='x'/>",
     "rules.xml:1: model 'm': a pattern has no meaning for a model"},
    {"<alias>a</alias>", "rules.xml:1: alias: a name was expected; the element is ignored"},
    {"<alias name='a'> , </alias>",
     "rules.xml:1: alias 'a': a comma-separated list of identifiers was expected; the element "
     "is ignored"},
    {"<alias name='a'>x</alias>\n<alias name='b'>a</alias>",
     "rules.xml:2: alias 'b': it is not expanded: 'a', an alias declared after it was "
     "expected"},
    {db("<identifiers>@,a</identifiers>"),
     "rules.xml:1: application 'db', identifiers: '@' was not expected for an application, it "
     "is taken as '#' that does not roll over"},
    {db_program("<required>true</required>"),
     "rules.xml:1: application 'db', program 'p': it is required but its start_sequence is 0: "
     "it is taken as not required"},
    {db("") + "\n" + db(""),
     "rules.xml:2: application 'db' is ignored: it is already defined at rules.xml:1"},
    {"<application pattern='d'/>\n<application pattern='d'/>",
     "rules.xml:2: application pattern 'd' replaces the definition at rules.xml:1"},
    {db("<programs><program name='p'/>\n<program name='p'/></programs>"),
     "rules.xml:2: application 'db', program 'p' is ignored: it is already defined at "
     "rules.xml:1"},
    {db("<programs><program pattern='p'/>\n<program pattern='p'/></programs>"),
     "rules.xml:2: application 'db', program pattern 'p' replaces the definition at "
     "rules.xml:1"},
    {"<model name='m'/>\n<model name='m'/>",
     "rules.xml:2: model 'm' replaces the definition at rules.xml:1"},
};

}  // namespace

// Section 9: each value problem is a warning, and the element counts as absent.
TEST_CASE("a bad value is reported with file, line, element and what was expected") {
    const auto row = GENERATE(from_range(kBadValues));
    CAPTURE(row.content);
    CHECK(load_content(row.content).warnings == std::vector<std::string>{row.message});
}

TEST_CASE("a bad value leaves what is inherited (section 9)") {
    const auto loaded = load_content(
        "<model name='m'><start_sequence>4</start_sequence><required>on</required></model>"
        "<application name='db'><programs><program name='p'><reference>m</reference>"
        "<start_sequence>200</start_sequence><required>maybe</required></program></programs>"
        "</application>");
    CHECK(show(process(loaded.rules, "db", "p")) == "* 4 4 true false 0 ABORT CONTINUE");
    CHECK(loaded.warnings.size() == 2);
}

TEST_CASE("the words of a boolean, in any case (section 9)") {
    const auto word = GENERATE(values<std::pair<std::string, bool>>({
        {"true", true},
        {"T", true},
        {"Yes", true},
        {"y", true},
        {"ON", true},
        {"1", true},
        {"FALSE", false},
        {"f", false},
        {"No", false},
        {"n", false},
        {"off", false},
        {"0", false},
    }));
    CAPTURE(word.first);
    const auto loaded = load_content(
        db_program("<start_sequence>1</start_sequence><required>" + word.first + "</required>"));
    CHECK(loaded.warnings.empty());
    CHECK(process(loaded.rules, "db", "p").required == word.second);
}

TEST_CASE("integers may have blanks and a sign around, empty elements count as absent (R-20)") {
    const auto loaded = load_content(db(
        "<start_sequence>\n 7 </start_sequence><stop_sequence>+3</stop_sequence><distribution/>"
        "<identifiers/><starting_strategy></starting_strategy><operational_status/><programs/>"));
    CHECK(loaded.warnings.empty());
    std::vector<std::string> remarks;
    const auto rules = resolve_application(loaded.rules, "db", {}, remarks);
    CHECK(rules.start_sequence == 7);
    CHECK(rules.stop_sequence == 3);
    CHECK(show(rules.identifiers) == "*");
}

TEST_CASE("comments, sections of characters and instructions are no obstacle") {
    const auto loaded =
        load({{"rules.xml",
               "<?xml version='1.0' encoding='UTF-8' standalone='no'?>\n<!-- a -->\n"
               "<root xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'\n"
               " xsi:noNamespaceSchemaLocation='http://127.0.0.1:9/rules.xsd'>\n<?some thing?>"
               "<application name='a&amp;b'><start_sequence>1<!-- b -->2</start_sequence>"
               "<identifiers><![CDATA[x,y]]></identifiers></application></root>\n"}});
    CHECK(loaded.warnings.empty());
    std::vector<std::string> remarks;
    const auto rules = resolve_application(loaded.rules, "a&b", {}, remarks);
    CHECK(rules.start_sequence == 12);
    CHECK(show(rules.identifiers) == "x,y");
}

// section 9: each problem of structure is an error.
TEST_CASE("a broken structure refuses the file, with the place and what was expected") {
    const std::string application_children =
        "one of distribution, identifiers, start_sequence, stop_sequence, starting_strategy, "
        "starting_failure_strategy, running_failure_strategy, operational_status, programs was "
        "expected";
    const std::string program_children =
        "one of reference, identifiers, start_sequence, stop_sequence, required, wait_exit, "
        "expected_loading, starting_failure_strategy, running_failure_strategy was expected";
    const auto row = GENERATE_COPY(values<Row>({
        {"<applications/>",
         "rules.xml:1: element 'applications': it is not expected in root, one of alias, model, "
         "application was expected ('application'?)"},
        {"<program name='p'/>",
         "rules.xml:1: element 'program': it is not expected in root, one of alias, model, "
         "application was expected"},
        {db("\n<start_sequense>1</start_sequense>"),
         "rules.xml:2: element 'start_sequense': it is not expected in application 'db', " +
             application_children + " ('start_sequence'?)"},
        {db("<pattern>x</pattern>"),
         "rules.xml:1: element 'pattern': it is not expected in application 'db', " +
             application_children},
        {db("<program name='p'/>"),
         "rules.xml:1: element 'program': it is not expected in application 'db', " +
             application_children + " ('programs'?)"},
        {db("<programs><application/></programs>"),
         "rules.xml:1: element 'application': it is not expected in programs, program was "
         "expected"},
        {db_program("<distribution/>"),
         "rules.xml:1: element 'distribution': it is not expected in program 'p', " +
             program_children},
        {"<model name='m'><loading>1</loading></model>",
         "rules.xml:1: element 'loading': it is not expected in model 'm', " + program_children},
        {db("<start_sequence>1</start_sequence>\n<start_sequence>2</start_sequence>"),
         "rules.xml:2: element 'start_sequence': it is already given at line 1 for application "
         "'db', once was expected"},
        {db("<programs/>\n<programs/>"),
         "rules.xml:2: element 'programs': it is already given at line 1 for application 'db', "
         "once "
         "was expected"},
        {"<application nam='db'/>",
         "rules.xml:1: element 'application', attribute 'nam': The attribute 'nam' is not allowed, "
         "only name and pattern were expected"},
        {"<application name='db'>text</application>",
         "rules.xml:1: element 'application': text is not expected here, only elements"},
        {"text", "rules.xml:1: element 'root': text is not expected here, only elements"},
        {db("<start_sequence><b/></start_sequence>"),
         "rules.xml:1: element 'start_sequence': elements are not expected here, only text"},
        {"<alias name='a'>x<b/></alias>",
         "rules.xml:1: element 'alias': elements are not expected here, only text"},
    }));
    CAPTURE(row.content);
    CHECK(refused("<root>" + row.content + "</root>").errors ==
          std::vector<std::string>{row.message});
}

TEST_CASE("all problems of a file are found in one go") {
    const auto failure = refused(
        "<root>\n<bad/>\n<application name='db'>\n<start_sequence>-1</start_sequence>\n<bad/>\n"
        "<worse/>\n<programs><program name='p'><worst/><required>maybe</required></program>\n"
        "</programs></application>\n<bad><bad/></bad></root>");
    std::vector<std::string> places;
    for (const auto& error : failure.errors) {
        places.push_back(error.substr(0, error.find(": it is")));
    }
    CHECK(places ==
          std::vector<std::string>{"rules.xml:2: element 'bad'", "rules.xml:5: element 'bad'",
                                   "rules.xml:6: element 'worse'", "rules.xml:7: element 'worst'",
                                   "rules.xml:9: element 'bad'"});
    CHECK(
        failure.warnings ==
        std::vector<std::string>{
            "rules.xml:4: application 'db', start_sequence: -1 is not between 0 and 127",
            "rules.xml:7: application 'db', program 'p', required: 'maybe' is not true or false"});
}

// precedence between files.
TEST_CASE("of several files, the first name and the last pattern count") {
    const auto number = [](std::string_view attributes, int sequence) {
        return concat("<application ", attributes, "><start_sequence>", sequence,
                      "</start_sequence></application>");
    };
    const auto file = [](std::string path, std::string_view content) {
        return RulesFile{std::move(path), concat("<root>", content, "</root>")};
    };
    const auto loaded = load(
        {file("1.xml",
              number("pattern='web'", 1) + number("pattern='_10'", 2) + number("name='shop'", 3)),
         file("2.xml", number("name='shop'", 4) + number("pattern='web'", 5) +
                           number("name='web_10'", 6) + number("name='web_11' pattern='_10'", 7))});
    const auto start = [&](std::string_view name) {
        std::vector<std::string> remarks;
        return resolve_application(loaded.rules, name, {}, remarks).start_sequence;
    };
    CHECK(start("shop") == 3);
    CHECK(start("web_10") == 6);  // a name in any file before any pattern
    CHECK(start("web_12") == 5);
    CHECK(start("web_102") == 5);  // a tie: the first place
    CHECK(start("x_10") == 7);
    CHECK(start("web_11") == 7);
    CHECK(loaded.warnings ==
          std::vector<std::string>{
              "2.xml:1: application 'shop' is ignored: it is already defined at 1.xml:1",
              "2.xml:1: application pattern 'web' replaces the definition at 1.xml:1",
              "2.xml:1: application pattern '_10' replaces the definition at 1.xml:1"});
}

TEST_CASE("an alias declared again keeps its place in the pass (R-63)") {
    const auto loaded =
        load({{"1.xml", "<root><alias name='a'>b</alias><alias name='b'>x</alias></root>"},
              {"2.xml", "<root><alias name='a'>y,b</alias></root>"}});
    REQUIRE(loaded.rules.aliases.size() == 2);
    CHECK(loaded.rules.aliases[0].name == "a");
    CHECK(loaded.rules.aliases[0].items == std::vector<std::string>{"y", "b"});
    CHECK(loaded.rules.aliases[0].where == "2.xml:1");
}

TEST_CASE("an error in one file hides nothing of the others, and refuses the set") {
    const std::vector<RulesFile> files = {
        {"1.xml", "<root><oops/></root>"},
        {"2.xml", "<root>"},
        {"3.xml",
         "<root><application name='a'><start_sequence>x</start_sequence></application></root>"},
        {"4.xml", "<roots/>"}};
    const auto outcome = load_rules(files);
    const auto* failure = std::get_if<LoadFailure>(&outcome);
    REQUIRE(failure);
    REQUIRE(failure->errors.size() == 3);
    CHECK(failure->errors[0].starts_with("1.xml:1: element 'oops'"));
    CHECK(failure->errors[1].starts_with("2.xml:1: it is not well-formed XML: "));
    CHECK(failure->errors[2] ==
          "4.xml:1: element 'roots': it is not expected here, the element 'root' was expected");
    CHECK(
        failure->warnings ==
        std::vector<std::string>{"3.xml:1: application 'a', start_sequence: 'x' is not an integer "
                                 "between 0 and 127"});
}

TEST_CASE("the digest is that of the contents (0 without rules)") {
    const auto digest = [](std::initializer_list<RulesFile> files) {
        return load(files).rules.digest;
    };
    CHECK(digest({}) == 0);
    const auto one = digest({{"a.xml", "<root/>"}});
    CHECK(one != 0);
    CHECK(one == digest({{"elsewhere/b.xml", "<root/>"}}));
    CHECK(one != digest({{"a.xml", "<root></root>"}}));
    CHECK(one != digest({{"a.xml", "<root/>"}, {"b.xml", "<root/>"}}));
}

TEST_CASE("line numbers go beyond 65535") {
    const std::string text = "<root>" + std::string(70'000, '\n') +
                             db("<start_sequence>x</start_sequence>") + "<oops/></root>";
    const auto failure = refused(text);
    REQUIRE(failure.errors.size() == 1);
    CHECK(failure.errors[0].starts_with("rules.xml:70001: element 'oops'"));
    REQUIRE(failure.warnings.size() == 1);
    CHECK(failure.warnings[0].starts_with("rules.xml:70001: application 'db'"));
}
