#include "common/base/check.h"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <csignal>
#include <string>

#include "common/base/result.h"

namespace sup {
namespace {

struct Ending {
    int signal = 0;  // 0: it did not end by a signal
    std::string said;
};

// Runs the body in a child, because a broken invariant ends the process.
template <typename Body>
Ending run_apart(Body body) {
    std::array<int, 2> pipe_ends{};
    REQUIRE(pipe(pipe_ends.data()) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        // The test program's own signal handlers would report the abort as a failed test.
        std::signal(SIGABRT, SIG_DFL);
        dup2(pipe_ends[1], STDERR_FILENO);
        body();
        _exit(0);
    }
    close(pipe_ends[1]);
    Ending ending;
    std::array<char, 512> bytes{};
    for (ssize_t got = 0; (got = read(pipe_ends[0], bytes.data(), bytes.size())) > 0;) {
        ending.said.append(bytes.data(), static_cast<std::size_t>(got));
    }
    close(pipe_ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    ending.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    return ending;
}

TEST_CASE("a check that holds says and does nothing") {
    const auto ending = run_apart([] { SUP_CHECK(1 + 1 == 2, "arithmetic holds"); });
    CHECK(ending.signal == 0);
    CHECK(ending.said.empty());
}

TEST_CASE("a broken invariant aborts and says where and why") {
    const auto ending = run_apart([] { SUP_CHECK(1 + 1 == 3, "arithmetic holds"); });
    CHECK(ending.signal == SIGABRT);
    CHECK(ending.said.find("check_test.cc:") != std::string::npos);
    CHECK(ending.said.find("arithmetic holds (1 + 1 == 3)") != std::string::npos);
}

TEST_CASE("a check may stand alone in a branch, and evaluates its condition once") {
    int calls = 0;
    if (calls == 0)
        SUP_CHECK(++calls == 1, "one call");
    else
        FAIL("the macro took the else of its neighbour");
    CHECK(calls == 1);
}

TEST_CASE("asking a Result for what it does not hold is a bug") {
    const Result<int> bad(Error{"no number"});
    CHECK(run_apart([&] { static_cast<void>(*bad); }).signal == SIGABRT);
    const Result<int> good(1);
    CHECK(run_apart([&] { static_cast<void>(good.error()); }).signal == SIGABRT);
    CHECK(run_apart([] { static_cast<void>(Status().error()); }).signal == SIGABRT);
}

}  // namespace
}  // namespace sup
