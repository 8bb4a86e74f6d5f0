#include "agent/shell/event_loop.h"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <thread>
#include <vector>

#include "agent/shell/unique_fd.h"
#include "tests/unit/shell/loop_run.h"

namespace sup::shell {
namespace {

using test::run_ready;
using test::run_until;

struct Pipe {
    UniqueFd read;
    UniqueFd write;

    Pipe() {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        read = UniqueFd(ends[0]);
        write = UniqueFd(ends[1]);
    }
    void put(char byte) const { REQUIRE(::write(write.get(), &byte, 1) == 1); }
    void take() const {
        char byte = 0;
        REQUIRE(::read(read.get(), &byte, 1) == 1);
    }
};

TEST_CASE("posted tasks run on the loop's thread, in the order of each poster") {
    EventLoop loop;
    std::vector<int> seen;
    std::thread other([&] {
        for (int i = 0; i < 1000; ++i) {
            loop.post([&seen, i] { seen.push_back(i); });
        }
    });
    CHECK(run_until(loop, [&] { return seen.size() == 1000; }));
    other.join();
    CHECK(std::is_sorted(seen.begin(), seen.end()));
}

TEST_CASE("a timer fires once, at the instant it was last set to") {
    EventLoop loop;
    std::vector<std::string> fired;
    auto late = loop.timer([&] { fired.push_back("late"); });
    auto early = loop.timer([&] { fired.push_back("early"); });
    auto never = loop.timer([&] { fired.push_back("never"); });
    const Instant start = loop.now();
    early->set(start + 1_s);
    late->set(start + 20_ms);
    early->set(start + 10_ms);
    never->set(start + 5_ms);
    never->set(kNever);
    CHECK(run_until(loop, [&] { return fired.size() == 2; }));
    CHECK(loop.now() >= start + 20_ms);
    run_ready(loop);
    CHECK(fired == std::vector<std::string>{"early", "late"});
}

TEST_CASE("a timer that is set again in the turn in which it is due fires only later") {
    EventLoop loop;
    int fired = 0;
    auto timer = loop.timer([&] { ++fired; });
    timer->set(loop.now());
    loop.post([&] { timer->set(loop.now() + 1_s); });
    run_ready(loop);
    CHECK(fired == 0);
}

TEST_CASE("a timer that went away does not fire") {
    EventLoop loop;
    int fired = 0;
    auto timer = loop.timer([&] { ++fired; });
    timer->set(loop.now());
    loop.post([&] { timer.reset(); });
    run_ready(loop);
    CHECK(fired == 0);
}

TEST_CASE("a watch reports again what was left unread") {
    EventLoop loop;
    Pipe pipe;
    int reports = 0;
    pipe.put('a');
    pipe.put('b');
    pipe.put('c');
    auto watch = loop.watch_readable(pipe.read.get(), [&] {
        ++reports;
        pipe.take();  // one byte of three
    });
    CHECK(run_until(loop, [&] { return reports == 3; }));
    run_ready(loop);
    CHECK(reports == 3);
    pipe.put('d');
    CHECK(run_until(loop, [&] { return reports == 4; }));
}

TEST_CASE("a watch may end itself, and leaves the descriptor open") {
    EventLoop loop;
    Pipe pipe;
    int reports = 0;
    std::unique_ptr<EventLoop::Watch> watch;
    watch = loop.watch_readable(pipe.read.get(), [&] {
        ++reports;
        watch.reset();
    });
    pipe.put('a');
    run_ready(loop);
    CHECK(reports == 1);
    pipe.take();  // still ours
}

TEST_CASE("a watch that ended while its report was on the way stays silent") {
    EventLoop loop;
    Pipe first;
    Pipe second;
    int reports = 0;
    std::unique_ptr<EventLoop::Watch> watches[2];
    const auto report = [&] {
        ++reports;
        watches[0].reset();
        watches[1].reset();
    };
    watches[0] = loop.watch_readable(first.read.get(), report);
    watches[1] = loop.watch_readable(second.read.get(), report);
    first.put('a');
    second.put('a');
    run_ready(loop);
    CHECK(reports == 1);
}

TEST_CASE("a descriptor may be watched again after its watch went") {
    EventLoop loop;
    Pipe pipe;
    int reports = 0;
    for (int round = 1; round <= 3; ++round) {
        auto watch = loop.watch_readable(pipe.read.get(), [&] {
            ++reports;
            pipe.take();
        });
        pipe.put('a');
        CHECK(run_until(loop, [&] { return reports == round; }));
    }
}

TEST_CASE("a signal is a task like another, each time") {
    EventLoop loop;
    int signals = 0;
    loop.on_signal(SIGUSR1, [&] { ++signals; });
    for (int round = 1; round <= 3; ++round) {
        raise(SIGUSR1);
        CHECK(run_until(loop, [&] { return signals == round; }));
    }
}

TEST_CASE("a loop that was stopped may run again") {
    EventLoop loop;
    int runs = 0;
    for (int round = 0; round < 2; ++round) {
        loop.post([&] {
            ++runs;
            loop.stop();
        });
        loop.run();
    }
    CHECK(runs == 2);
}

}  // namespace
}  // namespace sup::shell
