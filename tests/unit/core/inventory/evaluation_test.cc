#include "agent/core/inventory/evaluation.h"

#include <catch2/catch.hpp>

#include "rules/formula.h"

using namespace sup;
using namespace sup::core;
using P = ProcessState;
using A = ApplicationState;

namespace {

struct Seen {
    ProcessState state;
    bool required = false;
    bool expected = true;
};

ApplicationVerdict verdict_of(const std::vector<Seen>& seen, bool managed = true) {
    Application application;
    application.rules.managed = managed;
    std::vector<Process> processes;
    for (std::uint32_t i = 0; i < seen.size(); ++i) {
        Process process;
        process.state = seen[i].state;
        process.expected_exit = seen[i].expected;
        process.rules.required = seen[i].required;
        processes.push_back(std::move(process));
        application.processes.push_back({i});
    }
    return evaluate_application(application, processes);
}

}  // namespace

TEST_CASE("the state of an application (B-110)") {
    struct Row {
        std::vector<Seen> seen;
        ApplicationState want;
    };
    const auto row = GENERATE(Row{{{P::Stopped}, {P::Exited}}, A::Stopped},
                              Row{{{P::Stopped}, {P::Running}}, A::Running},
                              Row{{{P::Running}, {P::Starting}}, A::Starting},
                              Row{{{P::Running}, {P::Backoff}}, A::Starting},
                              Row{{{P::Starting}, {P::Stopping}}, A::Stopping}, Row{{}, A::Stopped},
                              Row{{{P::Fatal}, {P::Unknown}}, A::Stopped});
    CHECK(verdict_of(row.seen).state == row.want);
}

TEST_CASE("failures by required (B-112, E-90..E-92)") {
    struct Row {
        std::vector<Seen> seen;
        bool major;
        bool minor;
    };
    const auto row = GENERATE(
        // A required process that is STOPPED: only while the application is not.
        Row{{{P::Stopped, true}, {P::Stopped}}, false, false},
        Row{{{P::Stopped, true}, {P::Running}}, true, false},
        Row{{{P::Fatal, true}, {P::Running}}, true, false},
        Row{{{P::Fatal}, {P::Running}}, false, true},
        // Major clears minor.
        Row{{{P::Fatal}, {P::Fatal, true}}, true, false},
        Row{{{P::Exited, true, false}, {P::Running}}, true, false},
        Row{{{P::Exited, true, true}, {P::Running}}, false, false},
        Row{{{P::Exited, false, false}}, false, true}, Row{{{P::Unknown}}, false, true});
    const auto verdict = verdict_of(row.seen);
    CHECK(verdict.major_failure == row.major);
    CHECK(verdict.minor_failure == row.minor);
}

TEST_CASE("an unmanaged application has a state and no failures (E-92)") {
    const auto verdict = verdict_of({{P::Fatal, true}, {P::Running}}, false);
    CHECK(verdict.state == A::Running);
    CHECK_FALSE(verdict.major_failure);
    CHECK_FALSE(verdict.minor_failure);
}

TEST_CASE("failures by formula: major when it is false, also when stopped (R-98, R-95, B-113)") {
    struct Row {
        std::string formula;
        ProcessState db;
        ProcessState web;
        bool major;
        bool minor;
    };
    const auto row = GENERATE(Row{"'db' and 'web'", P::Stopped, P::Stopped, true, false},
                              Row{"'db' and 'web'", P::Running, P::Running, false, false},
                              Row{"'db' or 'web'", P::Running, P::Fatal, false, true},
                              Row{"all('.*')", P::Running, P::Fatal, true, false},
                              // A leaf that matches nothing is an error: major (E-93).
                              Row{"'nobody'", P::Running, P::Running, true, false});
    Application application;
    application.rules.managed = true;
    auto formula = rules::Formula::parse(row.formula);
    REQUIRE(formula.has_value());
    application.rules.status_formula = *formula;
    application.processes = {{0}, {1}};
    std::vector<Process> processes(2);
    processes[0].name = {"shop", "db"};
    processes[0].state = row.db;
    processes[1].name = {"shop", "web"};
    processes[1].state = row.web;
    const auto verdict = evaluate_application(application, processes);
    CAPTURE(row.formula);
    CHECK(verdict.major_failure == row.major);
    CHECK(verdict.minor_failure == row.minor);
}
