#include "agent/codec/supvisors_api.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <stdexcept>

#include "common/base/text.h"

namespace sup::codec {
namespace {

// For the calls that must not read anything.
core::Queries no_queries() {
    FAIL("nothing should be read");
    throw std::logic_error("unreachable");
}

Action plan(const std::string& method, std::vector<Value> parameters) {
    return plan_call({concat(kNamespace, method), std::move(parameters)}, no_queries);
}

Value text(const char* value) {
    return {std::string(value)};
}

std::string fault_of(const Action& action) {
    const auto* fault = std::get_if<Fault>(&action);
    return fault == nullptr ? "no fault" : fault->text();
}

template <typename T>
T request_of(const Action& action) {
    const auto* request = std::get_if<Request>(&action);
    REQUIRE(request != nullptr);
    REQUIRE(std::holds_alternative<T>(*request));
    return std::get<T>(*request);
}

template <typename T>
T local_request_of(const Action& action) {
    const auto* request = std::get_if<LocalRequest>(&action);
    REQUIRE(request != nullptr);
    REQUIRE(std::holds_alternative<T>(*request));
    return std::get<T>(*request);
}

TEST_CASE("the table is sorted and complete for what is possible so far") {
    const auto methods = supvisors_methods();
    CHECK(std::ranges::is_sorted(methods, {}, &Method::name));
    CHECK(std::ranges::adjacent_find(methods, {}, &Method::name) == methods.end());
    for (const auto& method : methods) {
        CAPTURE(method.name);
        CHECK(method.handler != nullptr);
        CHECK_FALSE(method.help.empty());
        const auto is_optional = [](const Parameter& one) { return one.fallback.has_value(); };
        CHECK(std::ranges::is_partitioned(method.parameters, std::not_fn(is_optional)));
    }
}

TEST_CASE("an unknown method is fault 1") {
    const auto name = GENERATE("supvisors.nothing", "supvisors", "other.get_api_version",
                               "supvisors.get_api_version.x", "supvisors.", "");
    CHECK(fault_of(plan_call({name, {}}, no_queries)) == "UNKNOWN_METHOD");
}

TEST_CASE("the API level is the reference's") {
    const auto action = plan("get_api_version", {});
    REQUIRE(std::holds_alternative<ValueXml>(action));
    CHECK(std::get<ValueXml>(action).text == "<value><string>0.19</string></value>");
}

TEST_CASE("a wrong count, or a type that is not a text, is fault 2 without detail") {
    struct Row {
        std::string method;
        std::vector<Value> parameters;
    };
    const auto row =
        GENERATE(Row{"get_api_version", {{1}}}, Row{"get_process_info", {}},
                 Row{"get_process_info", {{Array{}}}}, Row{"get_process_info", {{1}}},
                 Row{"start_process", {{0}}}, Row{"stop_process", {text("a"), {true}, {true}}},
                 Row{"end_sync", {{Nil{}}}});
    CAPTURE(row.method);
    CHECK(fault_of(plan(row.method, row.parameters)) == "INCORRECT_PARAMETERS");
}

TEST_CASE("requests carry what the parameters say") {
    const auto start = request_of<StartProcess>(
        plan("start_process", {text("LESS_LOADED"), text("db:node_00"), text("-x 1"), {false}}));
    CHECK(start.strategy == StartingStrategy::LessLoaded);
    CHECK(start.process.group == "db");
    CHECK(start.process.name == "node_00");
    CHECK(start.extra_args == "-x 1");
    CHECK(start.wait == Wait::No);

    const auto any = request_of<StartAnyProcess>(plan("start_any_process", {{2}, text("^a:")}));
    CHECK(any.strategy == StartingStrategy::MostLoaded);
    CHECK(any.regex == "^a:");
    CHECK(any.extra_args.empty());
    CHECK(any.wait == Wait::Yes);
    const auto local =
        request_of<StartArgs>(plan("start_args", {text("db:node_00"), text("-x"), {false}}));
    CHECK(local.process.name == "node_00");
    CHECK(local.extra_args == "-x");
    CHECK(local.wait == Wait::No);
    CHECK(fault_of(plan("start_args", {text("db:node_00")})) == "INCORRECT_PARAMETERS");

    const auto group = request_of<StopProcess>(plan("stop_process", {text("db:*")}));
    CHECK(group.process.is_group());
    CHECK(group.wait == Wait::Yes);

    const auto restart = request_of<RestartProcess>(plan("restart_process", {{3}, text("db")}));
    CHECK(restart.strategy == StartingStrategy::Local);
    CHECK(restart.extra_args.empty());

    const auto application =
        request_of<StartApplication>(plan("start_application", {{5}, text("db"), text("false")}));
    CHECK(application.strategy == StartingStrategy::MostLoadedNode);
    CHECK(application.wait == Wait::Yes);  // a truth value, not a text (section 1.2)
    CHECK(request_of<StopApplication>(plan("stop_application", {text("db"), {0}})).wait ==
          Wait::No);
    CHECK(request_of<RestartApplication>(plan("restart_application", {{0}, text("db")}))
              .application == "db");
    CHECK(request_of<RestartSequence>(plan("restart_sequence", {})).wait == Wait::Yes);
    request_of<RestartFederation>(plan("restart", {}));
    request_of<ShutdownFederation>(plan("shutdown", {}));
}

TEST_CASE("end_sync has the name that the Java client uses as an alias (14.2, 13)") {
    CHECK(request_of<EndSync>(plan("end_synchro", {})).master.empty());
    CHECK(request_of<EndSync>(plan("end_sync", {text("server_1")})).master == "server_1");
}

TEST_CASE("conciliate asks the core, but for USER, which leaves all to the user (section 4)") {
    const auto request = request_of<Conciliate>(plan("conciliate", {text("SENICIDE")}));
    CHECK(request.strategy == ConciliationStrategy::Senicide);
    const auto by_code = request_of<Conciliate>(plan("conciliate", {{5}}));
    CHECK(by_code.strategy == ConciliationStrategy::RunningFailure);
}

TEST_CASE("enumerations are taken by name or code, with the fault texts of section 1.7") {
    struct Row {
        Value given;
        std::string want;
    };
    const std::string names = "['critical', 'error', 'warn', 'info', 'debug', 'trace', 'blather']";
    const auto row = GENERATE_COPY(
        Row{text("loud"),
            "INCORRECT_PARAMETERS: invalid logger value=loud - string expected in " + names},
        Row{{7},
            "INCORRECT_PARAMETERS: invalid logger value=7 - integer expected in "
            "[50, 40, 30, 20, 10, 5, 3]"},
        Row{{true},
            "INCORRECT_PARAMETERS: invalid logger value=True type=<class 'bool'> - type string or "
            "integer expected"},
        Row{{1.0},
            "INCORRECT_PARAMETERS: invalid logger value=1.0 type=<class 'float'> - type string or "
            "integer expected"});
    CHECK(fault_of(plan("change_log_level", {row.given})) == row.want);
}

TEST_CASE("a log level is taken by name in any case, or by code") {
    const auto given = GENERATE(text("DEBUG"), text("debug"), Value{10});
    const auto action = plan("change_log_level", {given});
    REQUIRE(std::holds_alternative<ChangeLogLevel>(action));
    CHECK(std::get<ChangeLogLevel>(action).level == LogLevel::Debug);
}

TEST_CASE("a starting strategy is an exact name or a code") {
    const std::vector<Parameter> declared{{"strategy", ParameterKind::StartingStrategy, {}}};
    const auto check = [&declared](Value given) {
        const std::vector<Value> values{std::move(given)};
        const auto checked = check_arguments(declared, values);
        const auto* fault = std::get_if<Fault>(&checked);
        return fault == nullptr ? std::string("good") : fault->detail;
    };
    CHECK(check(text("CONFIG")) == "good");
    CHECK(check({5}) == "good");
    CHECK(check(text("config")) ==
          "invalid <enum 'StartingStrategies'> value=config - string expected in ['CONFIG', "
          "'LESS_LOADED', 'MOST_LOADED', 'LOCAL', 'LESS_LOADED_NODE', 'MOST_LOADED_NODE']");
    CHECK(check({-1}) ==
          "invalid <enum 'StartingStrategies'> value=-1 - integer expected in [0, 1, 2, 3, 4, 5]");
    CHECK(check(text("1")).starts_with("invalid <enum 'StartingStrategies'> value=1 - string"));
    CHECK(check({false}) ==
          "invalid <enum 'StartingStrategies'> value=False type=<class 'bool'> - type string "
          "or integer expected");
}

TEST_CASE("statistics are switched by truth values, their period is bounded (14.2, 10)") {
    CHECK(local_request_of<SwitchHostStatistics>(plan("enable_host_statistics", {{0}})).to ==
          Switch::Off);
    CHECK(local_request_of<SwitchProcessStatistics>(
              plan("enable_process_statistics", {text("false")}))
              .to == Switch::On);
    struct Row {
        Value given;
        std::int64_t want_ms;
    };
    const auto row = GENERATE(Row{{1}, 1000}, Row{{2.5}, 2500}, Row{{3600.0}, 3'600'000});
    CHECK(local_request_of<SetCollectingPeriod>(plan("update_collecting_period", {row.given}))
              .period == Duration{row.want_ms});
}

TEST_CASE("a period that is no number of seconds from 1 to 3600 is fault 2") {
    const std::string range =
        "INCORRECT_PARAMETERS: invalid collecting_period - seconds from 1.0 to 3600.0 expected";
    const std::string type =
        "INCORRECT_PARAMETERS: invalid collecting_period type=<class 'str'> - type double or "
        "integer expected";
    struct Row {
        Value given;
        std::string want;
    };
    const auto row =
        GENERATE_COPY(Row{{0.999}, range}, Row{{3600.1}, range}, Row{{-5}, range}, Row{{0}, range},
                      Row{{std::nan("")}, range}, Row{text("5"), type});
    CHECK(fault_of(plan("update_collecting_period", {row.given})) == row.want);
}

TEST_CASE("programs are enabled, disabled and counted") {
    CHECK(local_request_of<EnableProgram>(plan("enable", {text("web")})).program == "web");
    CHECK(local_request_of<DisableProgram>(plan("disable", {text("web"), {false}})).wait ==
          Wait::No);
    const auto plain =
        local_request_of<UpdateNumprocs>(plan("update_numprocs", {text("web"), {3}}));
    CHECK(plain.wait == Wait::Yes);
    CHECK(plain.removal == Removal::Stop);
    CHECK(plain.interruption == Interruption::Refused);
    const auto full = local_request_of<UpdateNumprocs>(
        plan("update_numprocs", {text("web"), {3}, {false}, {true}, {true}}));
    CHECK(full.wait == Wait::No);
    CHECK(full.removal == Removal::Lazy);
    CHECK(full.interruption == Interruption::Allowed);
    struct Row {
        Value given;
        std::int32_t want;
        std::string written;
    };
    const auto row =
        GENERATE(Row{{5}, 5, "5"}, Row{text(" 5 "), 5, " 5 "}, Row{{2.9}, 2, "2"},
                 Row{{true}, 1, "True"}, Row{{0}, 0, "0"}, Row{{-1}, 0, "-1"},
                 Row{text("x"), 0, "x"}, Row{{0.5}, 0, "0"}, Row{{std::nan("")}, 0, "0"},
                 Row{text("99999999999"), 0, "99999999999"}, Row{{Array{}}, 0, "<class 'list'>"});
    const auto counted =
        local_request_of<UpdateNumprocs>(plan("update_numprocs", {text("web"), row.given}));
    CHECK(counted.numprocs == row.want);
    CHECK(counted.written == row.written);
}

TEST_CASE("only what the core would be asked for can be planned") {
    CHECK(fault_of(plan("plan", {})) == "INCORRECT_PARAMETERS");
    CHECK(fault_of(plan("plan", {text("nothing")})) ==
          "BAD_NAME: supvisors.nothing does not exist");
    CHECK(fault_of(plan("plan", {text("stop_process"), text("a")})) ==
          "INCORRECT_PARAMETERS: invalid parameters type=<class 'str'> - type list expected");
    // The parameters are those of the method itself, and so are their faults.
    CHECK(fault_of(plan("plan", {text("stop_process"), {Array{}}})) == "INCORRECT_PARAMETERS");
    CHECK(fault_of(plan("plan", {text("change_log_level"), {Array{text("info")}}}))
              .starts_with("INCORRECT_PARAMETERS: nothing of supvisors.change_log_level can be"));
}

TEST_CASE("the levels of the log are a struct of codes") {
    const auto action = plan("get_logger_levels", {});
    REQUIRE(std::holds_alternative<ValueXml>(action));
    CHECK(std::get<ValueXml>(action).text.find(
              "<name>critical</name><value><int>50</int></value>") != std::string::npos);
}

TEST_CASE("methods describe themselves with XML-RPC types (14.2, 16)") {
    const auto* method = find_supvisors_method("supvisors.start_process");
    REQUIRE(method != nullptr);
    CHECK(signature_of(*method) ==
          std::vector<std::string>{"boolean", "string", "string", "string", "boolean"});
    const auto help = help_of(*method);
    CHECK(help.starts_with("start_process(strategy, namespec, extra_args='', wait=true)\n"));
    CHECK(help.find("@param string namespec\n") != std::string::npos);
    CHECK(help.find("@return boolean result\n") != std::string::npos);
    const auto names = supvisors_method_names();
    CHECK(std::ranges::find(names, "supvisors.end_synchro") != names.end());
}

}  // namespace
}  // namespace sup::codec
