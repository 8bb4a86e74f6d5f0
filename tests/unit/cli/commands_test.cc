#include "cli/commands.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <ctime>

#include "common/base/text.h"
#include "tests/unit/cli/fake_server.h"

namespace sup::cli {
namespace {

Value application(std::string_view name, bool is_managed) {
    return members({{"application_name", value_of(name)}, {"managed", value_of(is_managed)}});
}

TEST_CASE("every documented command is there, once") {
    const auto added = command_names(Plugin::Supvisors);
    CHECK(added.size() == 42);
    CHECK(std::adjacent_find(added.begin(), added.end()) == added.end());
    for (const auto* name : {"fg", "tail", "maintail", "update", "open", "exit", "quit"}) {
        const auto stock = command_names(Plugin::Default);
        CAPTURE(name);
        CHECK(std::find(stock.begin(), stock.end(), name) != stock.end());
    }
    for (const auto& name : added) {
        CAPTURE(name);
        CHECK(find_command(name)->help.starts_with(name));
    }
}

TEST_CASE("the pre-check stops a command") {
    struct Line {
        Reply reply;
        int status;
        std::string text;
    };
    const auto line = GENERATE(
        Line{value_of("0.14"), 5, "ERROR: this program talks to servers of supvisors version 0.19"},
        Line{Fault{1, "UNKNOWN_METHOD"}, 3, "ERROR: the server answers but does not know"},
        Line{Fault{6, "SHUTDOWN_STATE"}, 1, "ERROR (SHUTDOWN_STATE)"},
        Line{Failure{Failure::Kind::Refused, ""}, 4, "ERROR: http://h:1 refused connection\n"},
        Line{Failure{Failure::Kind::NoSuchFile, ""}, 7, "ERROR: http://h:1 no such file\n"},
        Line{Failure{Failure::Kind::Unauthorized, ""}, 1, "Server requires authentication\n"},
        Line{Failure{Failure::Kind::Other, "x"}, 1, "error: http://h:1: x\n"});
    Server server;
    server.answers["supvisors.get_api_version"] = line.reply;
    const auto outcome = server.run("sstate");
    CHECK(outcome.text.starts_with(line.text));
    CHECK(outcome.status == line.status);
    CHECK(server.calls.empty());
}

TEST_CASE("stock commands tell in supervisorctl's words that nobody listens (7, 10)") {
    Server server;
    server.answers["supervisor.getVersion"] = Failure{Failure::Kind::Refused, ""};
    server.answers["supervisor.shutdown"] = Failure{Failure::Kind::Refused, ""};
    auto outcome = server.run("start p");
    CHECK(outcome.text == "http://h:1 refused connection\n");
    CHECK(outcome.status == 4);
    outcome = server.run("shutdown");
    CHECK(outcome.text == "ERROR: http://h:1 refused connection (already shut down?)\n");
    CHECK(outcome.status == 1);
}

TEST_CASE("a patch release is compatible") {
    Server server;
    server.answers["supvisors.get_api_version"] = value_of("0.19.3");
    CHECK(server.run("sversion").text == "0.19.3\n");
}

TEST_CASE("wrong uses request nothing") {
    struct Line {
        std::string line;
        std::string text;
    };
    const auto line = GENERATE(
        Line{"loglevel", "ERROR: loglevel requires a level"},
        Line{"loglevel INFO", "ERROR: unknown level for Logger"},
        Line{"conciliate user", "ERROR: unknown strategy for conciliate. use one of ['SENICIDE', "},
        Line{"forget", "ERROR: forget requires one single Supvisors identifier"},
        Line{"end_sync a b", "ERROR: end_sync optionally takes one single Supvisors identifier"},
        Line{"enable_stats HOST x Y",
             "ERROR: invalid statistics type x\nERROR: invalid statistics type y\n"},
        Line{"stats_period 0", "ERROR: stats_period requires a strictly positive period"},
        Line{"stats_period nan", "ERROR: stats_period requires a strictly positive period"},
        Line{"start_application", "ERROR: start_application requires at least a strategy"},
        Line{"restart_application 0",
             "ERROR: unknown strategy for restart_application. use one of ['CONFIG', "},
        Line{"test_start_application LOCAL a b",
             "ERROR: test_start_application requires one strategy and one application name"},
        Line{"start_process", "ERROR: start_process requires at least a strategy"},
        Line{"start_process_args LOCAL p", "ERROR: start_process_args requires a strategy, a prog"},
        Line{"start_any_process LOCAL", "ERROR: start_any_process requires a strategy and at leas"},
        Line{"start_any_process_args LOCAL r", "ERROR: start_any_process_args requires a strategy"},
        Line{"start_args p", "ERROR: start_args requires a process name and extra arguments"},
        Line{"all_start", "ERROR: all_start requires a process name"},
        Line{"all_start_args p", "ERROR: all_start_args requires a process name and extra argum"},
        Line{"restart_process x", "ERROR: unknown strategy=x. use one of ['CONFIG', "},
        Line{"test_start_process LOCAL", "ERROR: test_start_process requires one strategy and one"},
        Line{"update_numprocs p", "ERROR: update_numprocs requires a program name and a numprocs"},
        Line{"lazy_update_numprocs p 0", "ERROR: numprocs must be a strictly positive integer"},
        Line{"enable", "ERROR: enable requires a program name"});
    Server server;
    const auto outcome = server.run(line.line);
    CAPTURE(line.line, outcome.text);
    CHECK(outcome.text.starts_with(line.text));
    CHECK(outcome.text.find("\n" + line.line.substr(0, line.line.find(' '))) != std::string::npos);
    CHECK(outcome.status == 2);
    CHECK(server.calls.empty());
}

TEST_CASE("applications are selected among the managed ones") {
    Server server;
    server.answers["supvisors.get_all_applications_info"] =
        list({application("web", true), application("job", false), application("db", true)});
    server.answers["supvisors.start_application"] = value_of(true);
    CHECK(server.run("start_application LESS_LOADED").text ==
          "db started: True\nweb started: True\n");
    CHECK(server.calls.back() == "supvisors.start_application[1, 'web']");

    auto outcome = server.run("start_application LOCAL web job none db");
    CHECK(outcome.text ==
          "job: IGNORED (unmanaged. use start job:*)\nnone: ERROR (no such application)\n"
          "web started: True\ndb started: True\n");
    CHECK(outcome.status == 2);

    server.answers["supvisors.stop_application"] = Fault{70, "NOT_RUNNING: db"};
    outcome = server.run("stop_application db");
    CHECK(outcome.text == "db: ERROR (NOT_RUNNING: db)\n");
    CHECK(outcome.status == 1);

    server.answers["supvisors.get_all_applications_info"] = Fault{101, "BAD_SUPVISORS_STATE"};
    CHECK(server.run("stop_application").text == "ERROR (BAD_SUPVISORS_STATE)\n");
}

Value process(std::string_view group, std::string_view name, int state) {
    return members({{"application_name", value_of(group)},
                    {"process_name", value_of(name)},
                    {"statecode", value_of(state)}});
}

TEST_CASE("processes are handled in alphabetical order, all of them by default") {
    Server server;
    server.answers["supvisors.get_all_process_info"] =
        list({process("web", "b", 20), process("db", "db", 0), process("web", "a", 40)});
    server.answers["supvisors.start_process"] = Fault{60, "ALREADY_STARTED: x"};
    auto outcome = server.run("start_process CONFIG all x");
    CHECK(outcome.text ==
          "db: ERROR (ALREADY_STARTED: x)\nweb:a: ERROR (ALREADY_STARTED: x)\n"
          "web:b: ERROR (ALREADY_STARTED: x)\n");
    CHECK(outcome.status == 1);

    server.answers["supvisors.stop_process"] = value_of(true);
    CHECK(server.run("stop_process").text == "web:b stopped\n");
    CHECK(server.run("stop_process z a").text == "a stopped\nz stopped\n");
}

TEST_CASE("extra arguments keep their blanks") {
    Server server;
    server.answers["supvisors.start_args"] = value_of(true);
    CHECK(server.run("start_args  p:q   -x  'a  b'  ").text == "p:q started: True\n");
    CHECK(server.calls.back() == "supvisors.start_args['p:q', '-x  'a  b'']");
}

TEST_CASE("all_start goes to the same place of every active instance") {
    Server server;
    const auto instance = [](std::string_view host, int state) {
        return members({{"identifier", value_of(concat(host, ":60000"))},
                        {"node_name", value_of(host)},
                        {"port", value_of(60000)},
                        {"statecode", value_of(state)}});
    };
    server.answers["supvisors.get_all_instances_info"] =
        list({instance("a", 3), instance("b", 0), instance("c", 2)});
    server.answers["supervisor.startProcess"] = value_of(true);
    CHECK(server.run("all_start p").text ==
          "p started on a:60000: True\np started on c:60000: True\n");
    CHECK(server.calls.back() == "http://c:60000 supervisor.startProcess['p', False]");

    server.answers["supervisor.startProcess"] = Failure{Failure::Kind::Refused, "refused"};
    const auto outcome = server.run("all_start p");
    CHECK(outcome.text == "error: http://a:60000: refused\nerror: http://c:60000: refused\n");
    CHECK(outcome.status == 1);

    server.answers["supvisors.get_all_instances_info"] = list({});
    CHECK(server.run("all_start p").text == "ERROR: no running Supvisors instance\n");
}

TEST_CASE("local_status shows what is named, in that order, as often as it is named (6)") {
    Server server;
    const auto process = [](std::string_view group, std::string_view name) {
        return members({{"group", value_of(group)},
                        {"name", value_of(name)},
                        {"disabled", value_of(false)},
                        {"state", value_of(0)},
                        {"start", value_of(0)},
                        {"now", value_of(0)},
                        {"pid", value_of(0)},
                        {"extra_args", value_of(std::string())}});
    };
    server.answers["supvisors.get_all_local_process_info"] =
        list({process("dup", "a"), process("dup", "b"), process("plain", "plain")});
    const auto shown = [&](const std::string& line) {
        const auto text = server.run(line).text;
        std::string names;
        for (const auto& row : split(text, '\n')) {
            const auto words = Arguments(row).words();
            names += words.size() > 1 ? words[1] + " " : "";
        }
        return names;
    };
    CHECK(shown("local_status") == "Process a b plain ");
    CHECK(shown("local_status plain dup:*") == "Process plain a b ");
    CHECK(shown("local_status dup:b dup:*") == "Process b a b ");
}

TEST_CASE("the sample of sstate") {
    Server server;
    server.answers["supvisors.get_supvisors_state"] =
        members({{"identifier", value_of("10.0.0.1:60000")},
                 {"nick_identifier", value_of("server_1")},
                 {"fsm_statename", value_of("OPERATION")},
                 {"degraded_mode", value_of(false)},
                 {"discovery_mode", value_of(false)},
                 {"master_identifier", value_of("10.0.0.1:60000")},
                 {"starting_jobs", list({})},
                 {"stopping_jobs", list({})}});
    CHECK(server.run("sstate").text ==
          "Nickname  Supvisors identifier  State           Degraded  Discovery  Master          "
          "Starting  Stopping  \n"
          "server_1  10.0.0.1:60000        OPERATION       False     False      10.0.0.1:60000  "
          "[]        []        \n");
}

TEST_CASE("the sample of instance_status, and its filter") {
    setenv("TZ", "UTC", 1);
    tzset();
    const auto instance = [](int number, std::string_view state) {
        const auto host = concat("10.0.0.", number);
        return members({{"identifier", value_of(concat(host, ":60000"))},
                        {"nick_identifier", value_of(concat("server_", number))},
                        {"node_name", value_of(host)},
                        {"port", value_of(60000)},
                        {"statename", value_of(state)},
                        {"loading", value_of(number == 1 ? 10 : 0)},
                        {"local_time", value_of(number == 1 ? 33340 : 0)},
                        {"remote_sequence_counter", value_of(number == 1 ? 51 : 0)},
                        {"process_failure", value_of(number == 1)}});
    };
    Server server;
    server.answers["supvisors.get_all_instances_info"] =
        list({instance(1, "RUNNING"), instance(2, "STOPPED")});
    const std::string header =
        "Nickname  Supvisors identifier  Host      Port   State      Load  Time      Counter  "
        "Processes  \n";
    const std::string second =
        "server_2  10.0.0.2:60000        10.0.0.2  60000  STOPPED    0%    00:00:00  0        "
        "ok         \n";
    CHECK(
        server.run("instance_status").text ==
        header +
            "server_1  10.0.0.1:60000        10.0.0.1  60000  RUNNING    10%   09:15:40  51       "
            "error      \n" +
            second);
    CHECK(server.run("instance_status server_2 10.0.0.9:1").text == header + second);
    CHECK(server.run("instance_status unknown").text == header);
}

TEST_CASE("the sample of sstatus") {
    const auto process_info = [](std::string_view name, std::string_view state, Value::List where) {
        return members({{"application_name", value_of("db")},
                        {"process_name", value_of(name)},
                        {"statename", value_of(state)},
                        {"expected_exit", value_of(false)},
                        {"identifiers", list(std::move(where))}});
    };
    Server server;
    server.answers["supvisors.get_process_info"] =
        list({process_info("node_00", "RUNNING", {value_of("10.0.0.1:60000")}),
              process_info("node_01", "EXITED", {})});
    CHECK(server.run("sstatus db:*").text ==
          "Application  Process  State       Expected  Supervisor\n"
          "db           node_00  RUNNING     n/a       ['10.0.0.1:60000']\n"
          "db           node_01  EXITED      False     []\n");
    server.answers["supvisors.get_process_info"] = Fault{10, "BAD_NAME: x"};
    CHECK(server.run("sstatus x y").text == "x: ERROR (BAD_NAME: x)\ny: ERROR (BAD_NAME: x)\n");
}

TEST_CASE("the sample of application_rules") {
    Server server;
    server.answers["supvisors.get_application_rules"] =
        members({{"application_name", value_of("db")},
                 {"managed", value_of(true)},
                 {"distribution", value_of("ALL_INSTANCES")},
                 {"identifiers", list({value_of("*")})},
                 {"start_sequence", value_of(1)},
                 {"stop_sequence", value_of(1)},
                 {"starting_strategy", value_of("CONFIG")},
                 {"starting_failure_strategy", value_of("ABORT")},
                 {"running_failure_strategy", value_of("CONTINUE")}});
    const std::string header =
        "Application  Managed  Distribution     Supervisor  Start  Stop   Starting          "
        "Starting_Failure  Running_Failure\n";
    CHECK(server.run("application_rules db").text ==
          header +
              "db           True     ALL_INSTANCES    ['*']       1      1      CONFIG            "
              "ABORT             CONTINUE\n");
    server.answers["supvisors.get_application_rules"] = application("job", false);
    CHECK(server.run("application_rules job").text ==
          header +
              "job          False    n/a              n/a         n/a    n/a    n/a               "
              "n/a               n/a\n");
}

TEST_CASE("a failure is printed once and ends the command") {
    Server server;
    server.answers["supvisors.stop_process"] = Failure{Failure::Kind::Other, "broken"};
    const auto outcome = server.run("stop_process a b c");
    CHECK(outcome.text == "error: http://h:1: broken\n");
    CHECK(server.calls.size() == 1);
    CHECK(outcome.status == 1);
}

TEST_CASE("lines that are no command") {
    Server server;
    CHECK(server.run("").text.empty());
    CHECK(server.run("  ").status == 0);
    const auto outcome = server.run(" what is this ");
    CHECK(outcome.text == "*** Unknown syntax: what is this\n");
    CHECK(outcome.status == 1);
    CHECK(server.run("!ls").text == "*** Unknown syntax: !ls\n");
    CHECK(server.run("help nothing").text == "*** No help on nothing\n");
    CHECK(server.run("? master").text.starts_with("master\t"));
    CHECK(server.run("help").text.find("supvisors commands (type help <topic>):\n=====") !=
          std::string::npos);
}

}  // namespace
}  // namespace sup::cli
