#include "agent/shell/worker.h"

#include <catch2/catch.hpp>
#include <csignal>
#include <future>
#include <vector>

namespace sup::shell {
namespace {

TEST_CASE("jobs run one after the other, in order") {
    std::vector<int> seen;
    std::promise<void> done;
    {
        Worker worker("test", 100);
        for (int i = 0; i < 50; ++i) {
            REQUIRE(worker.submit([&seen, i] { seen.push_back(i); }));
        }
        REQUIRE(worker.submit([&done] { done.set_value(); }));
        done.get_future().wait();
    }
    REQUIRE(seen.size() == 50);
    CHECK(std::is_sorted(seen.begin(), seen.end()));
}

TEST_CASE("a full queue refuses, and nothing of what it took is lost") {
    std::promise<void> begun;
    std::promise<void> go_on;
    std::promise<void> done;
    Worker worker("test", 2);
    REQUIRE(worker.submit([&] {
        begun.set_value();
        go_on.get_future().wait();
    }));
    begun.get_future().wait();  // from here on the queue itself is empty
    int ran = 0;
    CHECK(worker.submit([&] { ++ran; }));
    CHECK(worker.submit([&] {
        ++ran;
        done.set_value();
    }));
    CHECK_FALSE(worker.submit([&] { ran += 100; }));
    go_on.set_value();
    done.get_future().wait();
    CHECK(ran == 2);
}

TEST_CASE("the end waits for the job in hand and drops the others") {
    std::promise<void> begun;
    bool finished = false;
    bool other = false;
    {
        Worker worker("test", 10);
        REQUIRE(worker.submit([&] {
            begun.set_value();
            finished = true;
        }));
        begun.get_future().wait();
        std::promise<void> blocked;
        auto release = std::make_shared<std::promise<void>>();
        REQUIRE(worker.submit([&blocked, gate = release->get_future().share()] {
            blocked.set_value();
            gate.wait();
        }));
        blocked.get_future().wait();
        REQUIRE(worker.submit([&] { other = true; }));
        release->set_value();
        // The worker may or may not have reached the last job: either way it ends cleanly.
    }
    CHECK(finished);
    (void)other;
}

TEST_CASE("a worker's thread gets no signal") {
    std::promise<bool> all_blocked;
    Worker worker("test", 1);
    REQUIRE(worker.submit([&] {
        sigset_t mask;
        pthread_sigmask(SIG_SETMASK, nullptr, &mask);
        all_blocked.set_value(sigismember(&mask, SIGTERM) == 1 && sigismember(&mask, SIGHUP) == 1);
    }));
    CHECK(all_blocked.get_future().get());
}

}  // namespace
}  // namespace sup::shell
