#include "rules/resolve.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"
#include "rules/identifiers.h"
#include "tests/unit/rules/fixtures.h"

using namespace sup;
using namespace sup::rules;
using namespace sup::rules::testing;

namespace {

struct Resolved {
    ApplicationRules rules;
    std::vector<std::string> remarks;
};

Resolved application(std::string_view content, std::string_view name,
                     const std::vector<std::string>& instances = kAlphaToDelta) {
    const auto loaded = load_content(content);
    Resolved result;
    result.rules = resolve_application(loaded.rules, name, instances, result.remarks);
    return result;
}

std::string program(std::string_view programs, std::string_view name) {
    const auto loaded = load_content(
        concat("<application name='app'><programs>", programs, "</programs></application>"));
    return show(process(loaded.rules, "app", name));
}

// A program whose load tells which one was selected.
std::string marked(std::string_view attributes, int mark) {
    return concat("<program ", attributes, "><expected_loading>", mark,
                  "</expected_loading></program>");
}

int selected(std::string_view programs, std::string_view name) {
    const auto loaded = load_content(
        concat("<application name='app'><programs>", programs, "</programs></application>"));
    return process(loaded.rules, "app", name).expected_loading;
}

}  // namespace

TEST_CASE("an element makes its application managed, even when it is empty (R-2, R-4)") {
    CHECK(application("<application name='app'/>", "app").rules.managed);
    CHECK(application("<application pattern='a'/>", "app").rules.managed);
    CHECK(!application("<application name='ap'/>", "app").rules.managed);
    CHECK(!application("", "app").rules.managed);
    std::vector<std::string> remarks;
    CHECK(!resolve_application(RuleSet{}, "app", {}, remarks).managed);
    CHECK(show(resolve_process(RuleSet{}, "app", "p", remarks)) ==
          "* 0 0 false false 0 ABORT CONTINUE");
    CHECK(remarks.empty());
}

TEST_CASE("the rules of an application are those of its element (R-25, R-32)") {
    const auto result = application(
        "<application name='app'><distribution>SINGLE_NODE</distribution>"
        "<identifiers>a, b ,a</identifiers><start_sequence>3</start_sequence>"
        "<starting_strategy>MOST_LOADED_NODE</starting_strategy>"
        "<starting_failure_strategy>CONTINUE</starting_failure_strategy>"
        "<running_failure_strategy>SHUTDOWN</running_failure_strategy>"
        "<operational_status>\n  'p'\n</operational_status></application>",
        "app");
    CHECK(result.rules.distribution == DistributionRule::SingleNode);
    CHECK(show(result.rules.identifiers) == "a,b");
    CHECK(result.rules.start_sequence == 3);
    CHECK(result.rules.stop_sequence == 3);
    CHECK(result.rules.starting_strategy == StartingStrategy::MostLoadedNode);
    CHECK(result.rules.starting_failure == StartingFailureStrategy::Continue);
    CHECK(result.rules.running_failure == RunningFailureStrategy::Shutdown);
    CHECK(result.rules.status_formula);
    CHECK(result.rules.status_formula_text == "'p'");
}

TEST_CASE("which program applies to a process (R-24, R-40..R-45)") {
    SECTION("the exact name wins over any pattern") {
        const auto programs = marked("pattern='^web_1.*$'", 1) + marked("name='web_1'", 2);
        CHECK(selected(programs, "web_1") == 2);
        CHECK(selected(programs, "web_12") == 1);
    }
    SECTION("the longest matched text wins, then the first declared") {
        const auto programs = marked("pattern='web'", 1) + marked("pattern='web_'", 2) +
                              marked("pattern='eb_1'", 3) + marked("pattern='b_12'", 4) +
                              marked("pattern=''", 5);
        CHECK(selected(programs, "web") == 1);
        CHECK(selected(programs, "web_2") == 2);
        CHECK(selected(programs, "web_1") == 2);
        CHECK(selected(programs, "xeb_12") == 3);
        CHECK(selected(programs, "other") == 5);
    }
    SECTION("the leftmost match counts, not the longest possible (R-42)") {
        const auto programs = marked("pattern='[a-z]+'", 1) + marked("pattern='_b'", 2);
        CHECK(selected(programs, "a_bbbb") == 2);
    }
    SECTION("a pattern declared again keeps its place and takes the last element (R-43)") {
        const auto programs =
            marked("pattern='web'", 1) + marked("pattern='_10'", 2) + marked("pattern='web'", 3);
        CHECK(selected(programs, "web_10") == 3);
    }
    SECTION("of a name declared twice, the first counts") {
        CHECK(selected(marked("name='p'", 1) + marked("name='p'", 2), "p") == 1);
    }
    SECTION("a name and a pattern on one element count both (R-5)") {
        const auto programs = marked("name='main' pattern='aux'", 1) + marked("pattern=''", 2);
        CHECK(selected(programs, "main") == 1);
        CHECK(selected(programs, "aux_3") == 1);
        CHECK(selected(programs, "main_2") == 2);
    }
    SECTION("quotes in a name are characters like others (R-47)") {
        CHECK(selected(marked("name='a&quot;b&apos;'", 1), "a\"b'") == 1);
    }
    SECTION("patterns stay inside their application (R-45)") {
        const auto loaded =
            load_content("<application name='one'><programs>" + marked("pattern=''", 7) +
                         "</programs></application><application name='two'/>");
        CHECK(process(loaded.rules, "two", "p").expected_loading == 0);
    }
    SECTION("a name too long for a pattern is said") {
        const auto loaded = load_content("<application name='app'><programs>" +
                                         marked("pattern=''", 7) + "</programs></application>");
        std::vector<std::string> remarks;
        const std::string name(300, 'x');
        CHECK(resolve_process(loaded.rules, "app", name, remarks).expected_loading == 0);
        CHECK(remarks ==
              std::vector<std::string>{"rules.xml:1: the pattern '' needs too much work on '" +
                                       name + "': it does not apply"});
    }
}

TEST_CASE("models are applied from the farthest, two at most (R-20..R-23)") {
    const std::string models =
        "<application name='app'><running_failure_strategy>RESTART</running_failure_strategy>"
        "<programs><program name='p'><reference>near</reference></program>"
        "<program name='q'><reference>loop</reference></program>"
        "<program name='r'><reference> near</reference></program></programs></application>"
        "<model name='near'><reference>far</reference><start_sequence>1</start_sequence></model>"
        "<model name='far'><reference>third</reference><start_sequence>2</start_sequence>"
        "<stop_sequence>5</stop_sequence></model>"
        "<model name='third'><required>true</required></model>"
        "<model "
        "name='loop'><reference>loop</reference><expected_loading>9</expected_loading></model>";
    const auto rules = load_content(models).rules;
    CHECK(show(process(rules, "app", "p")) == "* 1 5 false false 0 ABORT RESTART");
    CHECK(show(process(rules, "app", "q")) == "* 0 0 false false 9 ABORT RESTART");
    CHECK(show(process(rules, "app", "r")) == "* 0 0 false false 0 ABORT RESTART");
    std::vector<std::string> remarks;
    resolve_process(rules, "app", "p", remarks);
    CHECK(remarks == std::vector<std::string>{
                         "process 'app:p': maximum number of references reached, model 'third' is "
                         "not applied"});
}

TEST_CASE("an identifiers element replaces all that was inherited (R-26)") {
    const std::string models =
        "<model name='hash'><identifiers>#,a</identifiers></model>"
        "<model name='at'><reference>hash</reference><identifiers>@,b</identifiers></model>"
        "<application name='app'><programs>"
        "<program pattern='plain'><reference>hash</reference><identifiers>c</identifiers></program>"
        "<program pattern='at'><reference>at</reference></program>"
        "<program pattern='empty'><reference>hash</reference><identifiers/></program>"
        "<program pattern='blank'><reference>hash</reference><identifiers> , "
        ",</identifiers></program>"
        "</programs></application>";
    const auto rules = load_content(models).rules;
    CHECK(show(process(rules, "app", "plain").identifiers) == "c");
    CHECK(show(process(rules, "app", "at").identifiers) == "@,b");
    CHECK(show(process(rules, "app", "empty").identifiers) == "#,a");
    CHECK(show(process(rules, "app", "blank").identifiers) == "#,a");  // R-50
}

TEST_CASE("checks of a process after the merge (R-30..R-34)") {
    CHECK(program("<program pattern='p'><identifiers>#,@,a</identifiers></program>", "p") ==
          "@,a 0 0 false false 0 ABORT CONTINUE");
    CHECK(program("<program name='p'><identifiers>@,a</identifiers></program>", "p") ==
          "* 0 0 false false 0 ABORT CONTINUE");
    CHECK(program("<program name='p'><required>true</required></program>", "p") ==
          "* 0 0 false false 0 ABORT CONTINUE");
    CHECK(program("<program name='p'><start_sequence>2</start_sequence></program>", "p") ==
          "* 2 2 false false 0 ABORT CONTINUE");
    CHECK(program("<program name='p'><start_sequence>2</start_sequence>"
                  "<stop_sequence>0</stop_sequence></program>",
                  "p") == "* 2 0 false false 0 ABORT CONTINUE");
    const auto loaded = load_content(
        "<application name='app'><programs><program name='p'><wait_exit>true</wait_exit></program>"
        "</programs></application>");
    std::vector<std::string> remarks;
    CHECK(resolve_process(loaded.rules, "app", "p", remarks).wait_exit);
    CHECK(remarks ==
          std::vector<std::string>{"process 'app:p': wait_exit is never used because its "
                                   "start_sequence is 0"});
    CHECK(loaded.warnings == std::vector<std::string>{
                                 "rules.xml:1: application 'app', program 'p': wait_exit is never "
                                 "used because its start_sequence is 0"});
}

TEST_CASE("lists of identifiers and aliases (R-50..R-53, R-60..R-63)") {
    struct Row {
        std::string text;
        std::string want;
    };
    const std::vector<Alias> aliases = {{"first", {"second", "x"}},
                                        {"second", {"y", "first"}},
                                        {"signs", {"#", "z"}},
                                        {"all", {"*"}},
                                        {"twice", {"x", "x"}}};
    const auto row = GENERATE(values<Row>({
        {"a, b ,c", "a,b,c"},
        {"a,,b,a,", "a,b"},
        {"a,*,b", "*"},
        {"#", "#,*"},
        {"@,*", "@,*"},
        {"a,#,b", "#,a,b"},
        {"a,@", "@,a"},
        {"#,@", "@,#,*"},
        {"second", "y,first"},   // an alias declared before is not expanded
        {"first", "y,first,x"},  // one declared after is
        {"a,first,b", "a,y,first,x,b"},
        {"signs,a", "#,z,a"},
        {"a,all", "*"},
        {"twice,x", "x"},
        {"second,second", "y,first,second"},  // the first occurrence only
        {"node:61000", "node:61000"},
    }));
    CAPTURE(row.text);
    CHECK(show(parse_identifiers(row.text, aliases)) == row.want);
}

TEST_CASE("# on an application gives one instance by its number (R-55..R-58)") {
    struct Row {
        std::string identifiers;
        std::string name;
        std::string want;
        std::string why;
    };
    const std::string suffix = "its name does not end with '-N' or '_N', N a positive number";
    const auto row = GENERATE_COPY(values<Row>({
        {"#", "app_1", "node-a:61000", ""},
        {"#", "app-4", "node-c:62000", ""},
        {"#", "app_5", "node-a:61000", ""},
        {"*,#", "app_006", "node-b:61000", ""},
        {"#,x,y,z", "app_3", "z", ""},
        {"#,x,y,z", "app_4", "x", ""},
        {"#,x,y,z", "app_100000000000000000000000000000000000001", "y", ""},
        {"#,x", "app_1_2", "x", ""},
        {"#", "app", "-", suffix},
        {"#", "app1", "-", suffix},
        {"#", "app_", "-", suffix},
        {"#", "app_0", "-", suffix},
        {"#", "app_000", "-", suffix},
        {"#", "12", "-", suffix},
        {"@,x,y", "app_2", "y", ""},
        {"@,x,y", "app_3", "-", "number 3 is beyond the 2 instances that '@' goes over"},
        {"@,x,y", "app_99999999999999999999999999", "-",
         "number 99999999999999999999999999 is beyond the 2 instances that '@' goes over"},
    }));
    CAPTURE(row.identifiers, row.name);
    const auto result = application(
        concat("<application pattern=''><distribution>SINGLE_INSTANCE</distribution><identifiers>",
               row.identifiers, "</identifiers><start_sequence>3</start_sequence></application>"),
        row.name);
    CHECK(show(result.rules.identifiers) == row.want);
    CHECK(result.rules.start_sequence == (row.want == "-" ? 0 : 3));
    CHECK(result.rules.stop_sequence == 3);  // R-35
    if (row.want == "-") {
        const std::string sign = row.identifiers.substr(0, 1);
        CHECK(result.remarks == std::vector<std::string>{
                                    concat("application '", row.name, "': ", row.why, ": '", sign,
                                           "' gives it no instance and its start_sequence is 0")});
    } else {
        CHECK(result.remarks.empty());
    }
}

TEST_CASE("# on an application without any known instance gives none") {
    const auto result = application(
        "<application name='app_1'><identifiers>#</identifiers></application>", "app_1", {});
    CHECK(show(result.rules.identifiers) == "-");
    REQUIRE(result.remarks.size() == 1);
    CHECK(result.remarks[0] ==
          "application 'app_1': no instance is known: '#' gives it no instance and its "
          "start_sequence is 0");
}
