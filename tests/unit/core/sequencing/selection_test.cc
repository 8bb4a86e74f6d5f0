#include "agent/core/sequencing/selection.h"

#include <catch2/catch.hpp>

using namespace sup;
using namespace sup::core;
using P = ProcessState;
using I = ProcessIntent;

namespace {

Process process(ProcessState state, bool expected, bool was_started) {
    Process made;
    made.rules.start_sequence = 1;
    made.state = state;
    made.expected_exit = expected;
    ProcessCopy copy;
    copy.record.state = state;
    copy.record.stop_wall = {was_started ? 1000 : 0};
    made.copies.push_back(copy);
    return made;
}

}  // namespace

TEST_CASE("what the automatic start takes (B-116, B-141, B-143, D-25)") {
    struct Row {
        ProcessState state;
        bool expected;
        bool was_started;
        ProcessIntent intent;
        bool want;
    };
    const auto row = GENERATE(
        Row{P::Stopped, true, false, I::None, true}, Row{P::Stopped, true, true, I::None, false},
        Row{P::Stopped, true, true, I::Wanted, true},
        Row{P::Stopped, true, true, I::StoppedByUser, false},
        Row{P::Stopped, true, false, I::StoppedByUser, false},
        Row{P::Exited, true, true, I::Wanted, false}, Row{P::Exited, false, true, I::None, true},
        Row{P::Exited, true, true, I::Done, false}, Row{P::Fatal, true, true, I::Wanted, true},
        Row{P::Fatal, true, true, I::StoppedByUser, false},
        Row{P::Running, true, true, I::Wanted, false},
        Row{P::Stopping, true, true, I::Wanted, false},
        Row{P::Backoff, true, true, I::Wanted, false});
    CAPTURE(name_of(row.state), row.expected, row.was_started);
    Application application;
    application.rules.start_sequence = 1;
    const auto need =
        need_of(process(row.state, row.expected, row.was_started), application, row.intent);
    CHECK((need == Need::Start) == row.want);
}

TEST_CASE("rank 0 and removed processes are never taken (E-101)") {
    Application application;
    application.rules.start_sequence = 1;
    auto one = process(P::Stopped, true, false);
    one.rules.start_sequence = 0;
    CHECK(need_of(one, application, I::Wanted) == Need::Nothing);
    auto gone = process(P::Stopped, true, false);
    gone.removed = true;
    CHECK(need_of(gone, application, I::Wanted) == Need::Nothing);
    application.rules.start_sequence = 0;
    CHECK(need_of(process(P::Stopped, true, false), application, I::None) == Need::Nothing);
}

TEST_CASE("what a former Master had begun is finished, whatever its rank (D-25, E-40)") {
    struct Row {
        ProcessState state;
        bool waits_for_exit;
        Need want;
    };
    const auto row =
        GENERATE(Row{P::Stopped, false, Need::Start}, Row{P::Fatal, false, Need::Start},
                 Row{P::Starting, false, Need::Follow}, Row{P::Backoff, false, Need::Follow},
                 Row{P::Running, false, Need::Nothing}, Row{P::Running, true, Need::Follow},
                 Row{P::Exited, true, Need::Nothing}, Row{P::Exited, false, Need::Start});
    CAPTURE(name_of(row.state), row.waits_for_exit);
    auto one = process(row.state, true, true);
    one.rules.start_sequence = 0;
    one.rules.wait_exit = row.waits_for_exit;
    CHECK(need_of(one, {}, I::Due) == row.want);
    one.copies.front().record.start_ordered = true;
    CHECK(need_of(one, {}, I::Due) == Need::Follow);
}
