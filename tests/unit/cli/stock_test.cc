#include <catch2/catch.hpp>

#include "cli/commands.h"
#include "common/base/text.h"
#include "tests/unit/cli/fake_server.h"

namespace sup::cli {
namespace {

TEST_CASE("start and stop word the verdicts of supervisord") {
    Server server;
    const auto verdict = [](std::string_view name, int code) {
        return members({{"group", value_of("g")},
                        {"name", value_of(name)},
                        {"status", value_of(code)},
                        {"description", value_of("d")}});
    };
    server.answers["supervisor.startAllProcesses"] =
        list({verdict("a", 80), verdict("b", 60), verdict("g", 103), verdict("c", 50)});
    auto outcome = server.run("start all");
    CHECK(outcome.text ==
          "g:a: started\ng:b: ERROR (already started)\ng: ERROR disabled\ng:c: ERROR (spawn "
          "error)\n");
    CHECK(outcome.status == 7);

    server.answers["supervisor.startProcess"] = Fault{60, "ALREADY_STARTED"};
    CHECK(server.run("start x").status == 0);
    server.answers["supervisor.startProcess"] = Fault{103, "DISABLED: x"};
    outcome = server.run("start x:y");
    CHECK(outcome.text == "x:y: ERROR disabled\n");
    CHECK(outcome.status == 1);

    server.answers["supervisor.startProcessGroup"] = Fault{10, "BAD_NAME"};
    outcome = server.run("start g:*");
    CHECK(outcome.text == "g: ERROR (no such group)\n");
    CHECK(outcome.status == 2);

    server.answers["supervisor.stopProcess"] = Fault{70, "NOT_RUNNING"};
    outcome = server.run("stop x");
    CHECK(outcome.text == "x: ERROR (not running)\n");
    CHECK(outcome.status == 0);

    server.answers["supervisor.signalProcess"] = value_of(true);
    CHECK(server.run("signal HUP x").text == "x: signalled\n");
    CHECK(server.calls.back() == "supervisor.signalProcess['x', 'HUP']");
    CHECK(server.run("start").status == 2);
    CHECK(server.run("stop").status == 1);
}

TEST_CASE("update removes, replaces and adds") {
    Server server;
    const auto names = [](std::string_view name) { return list({value_of(name)}); };
    server.answers["supervisor.reloadConfig"] =
        list({list({names("new"), names("changed"), names("old")})});
    server.answers["supervisor.stopProcessGroup"] = list({});
    server.answers["supervisor.removeProcessGroup"] = value_of(true);
    server.answers["supervisor.addProcessGroup"] = value_of(true);
    CHECK(server.run("update").text ==
          "old: stopped\nold: removed process group\nchanged: stopped\nchanged: updated process "
          "group\nnew: added process group\n");
    CHECK(server.run("reread").text == "changed: changed\nnew: available\nold: disappeared\n");
    server.answers["supervisor.getAllProcessInfo"] = list({});
    const auto outcome = server.run("update new none");
    CHECK(outcome.text == "ERROR: no such group: none\nnew: added process group\n");
    CHECK(outcome.status == 1);
}

TEST_CASE("status of the stock command") {
    Server server;
    const auto info = [](std::string_view group, std::string_view name, int state) {
        return members({{"group", value_of(group)},
                        {"name", value_of(name)},
                        {"state", value_of(state)},
                        {"statename", value_of(state == 20 ? "RUNNING" : "STOPPED")},
                        {"description", value_of("d")}});
    };
    server.answers["supervisor.getAllProcessInfo"] = list({info("g", "a", 20), info("p", "p", 0)});
    auto outcome = server.run("status");
    CHECK(outcome.text ==
          concat(padded("g:a", 33), "RUNNING   d\n", padded("p", 33), "STOPPED   d\n"));
    CHECK(outcome.status == 3);
    CHECK(server.run("status g:*").status == 0);
    outcome = server.run("status x y:*");
    CHECK(outcome.text == "x: ERROR (no such process)\ny: ERROR (no such group)\n");
    CHECK(outcome.status == 4);
    server.answers["supervisor.getVersion"] = Failure{Failure::Kind::NoSuchFile, ""};
    CHECK(server.run("status").status == 4);
}

}  // namespace
}  // namespace sup::cli
