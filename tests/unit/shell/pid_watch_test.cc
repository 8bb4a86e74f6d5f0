#include "agent/shell/pid_watch.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <vector>

#include "tests/unit/shell/loop_run.h"

namespace sup::shell {
namespace {

using test::run_ready;
using test::run_until;

// A process that waits to be killed, and is reaped at the end.
class Child {
public:
    Child() : pid_(fork()) {
        if (pid_ == 0) {
            pause();
            _exit(0);
        }
        REQUIRE(pid_ > 0);
    }
    ~Child() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    pid_t pid() const { return pid_; }

private:
    pid_t pid_;
};

pid_t dead_pid() {
    const pid_t pid = fork();
    if (pid == 0) {
        _exit(0);
    }
    waitpid(pid, nullptr, 0);
    return pid;
}

struct Fixture {
    EventLoop loop;
    std::vector<std::int32_t> ended;
    std::vector<std::string> complaints;
    PidWatch pids{loop,
                  {[this](std::int32_t pid) { ended.push_back(pid); },
                   [this](std::string why) { complaints.push_back(std::move(why)); }}};
};

TEST_CASE("the end of a process is told once, before anybody has reaped it") {
    Fixture fixture;
    const Child child;
    fixture.pids.watch(child.pid());
    fixture.pids.watch(child.pid());  // no second watch
    CHECK(fixture.pids.size() == 1);
    run_ready(fixture.loop);
    CHECK(fixture.ended.empty());
    kill(child.pid(), SIGKILL);
    CHECK(run_until(fixture.loop, [&] { return !fixture.ended.empty(); }));
    run_ready(fixture.loop);
    CHECK(fixture.ended == std::vector<std::int32_t>{child.pid()});
    CHECK(fixture.pids.size() == 0);
}

TEST_CASE("a process that is not there any more has ended, but not from within watch()") {
    Fixture fixture;
    const pid_t pid = dead_pid();
    fixture.pids.watch(pid);
    CHECK(fixture.ended.empty());
    CHECK(run_until(fixture.loop, [&] { return !fixture.ended.empty(); }));
    CHECK(fixture.ended.front() == pid);
}

TEST_CASE("a watch that was taken back says nothing") {
    Fixture fixture;
    const Child child;
    fixture.pids.watch(child.pid());
    fixture.pids.unwatch(child.pid());
    kill(child.pid(), SIGKILL);
    run_ready(fixture.loop);
    CHECK(fixture.ended.empty());
}

TEST_CASE("what can never be a process is ignored") {
    Fixture fixture;
    const auto pid = GENERATE(0, -1);
    fixture.pids.watch(pid);
    run_ready(fixture.loop);
    CHECK(fixture.ended.empty());
    CHECK(fixture.complaints.empty());
    CHECK(fixture.pids.signal(pid, core::Signal::Term).has_value());
}

TEST_CASE("a watched process is signalled through its watch") {
    Fixture fixture;
    const Child child;
    fixture.pids.watch(child.pid());
    CHECK_FALSE(fixture.pids.signal(child.pid(), core::Signal::Kill).has_value());
    CHECK(run_until(fixture.loop, [&] { return !fixture.ended.empty(); }));
}

TEST_CASE("a signal to a process that has ended is no fault") {
    Fixture fixture;
    CHECK_FALSE(fixture.pids.signal(dead_pid(), core::Signal::Kill).has_value());
}

TEST_CASE("without descriptors the watch is unavailable, said once, with what to do") {
    Fixture fixture;
    const Child first;
    const Child second;
    rlimit former{};
    REQUIRE(getrlimit(RLIMIT_NOFILE, &former) == 0);
    rlimit none = former;
    none.rlim_cur = 3;
    REQUIRE(setrlimit(RLIMIT_NOFILE, &none) == 0);
    fixture.pids.watch(first.pid());
    fixture.pids.watch(second.pid());
    REQUIRE(setrlimit(RLIMIT_NOFILE, &former) == 0);
    run_ready(fixture.loop);
    REQUIRE(fixture.complaints.size() == 1);
    CHECK(fixture.complaints.front().find("limit of open files") != std::string::npos);
    CHECK(fixture.ended.empty());
}

}  // namespace
}  // namespace sup::shell
