#include "agent/core/local/call_queue.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"

using namespace sup;
using namespace sup::core;

namespace {

Order order(std::uint64_t id, OrderKind kind) {
    return {id, kind, {"shop", concat("p", id)}, {}};
}

// The call that was issued by the last pump, if any.
const CallSupervisor* issued(const std::vector<Command>& commands) {
    return commands.empty() ? nullptr : std::get_if<CallSupervisor>(&commands.back());
}

template <typename C>
std::size_t size_of(const CallSupervisor& call) {
    REQUIRE(std::holds_alternative<C>(call.call));
    return std::get<C>(call.call).namespecs.size();
}

}  // namespace

TEST_CASE("steps of groups come after orders, one per call") {
    CallQueue queue;
    queue.read_everything();
    queue.add(GroupStep{GroupStep::Kind::Remove, "shop"});
    queue.add(GroupStep{GroupStep::Kind::Add, "shop"});
    queue.add(order(1, OrderKind::Stop));
    std::vector<std::size_t> kinds;
    for (int i = 0; i < 4; ++i) {
        Outbox out;
        queue.pump({0}, out);
        const auto commands = out.take();
        REQUIRE(issued(commands) != nullptr);
        kinds.push_back(issued(commands)->call.index());
        const auto done = queue.finish(issued(commands)->id);
        REQUIRE(done);
        CHECK(done->group.has_value() == (i == 1 || i == 2));
    }
    using Calls = decltype(CallSupervisor::call);
    CHECK(kinds == std::vector{Calls(StopProcesses{}).index(), Calls(RemoveGroup{}).index(),
                               Calls(AddGroup{}).index(), Calls(ReadEverything{}).index()});
}

TEST_CASE("one call at a time") {
    CallQueue queue;
    queue.add(order(1, OrderKind::Start));
    Outbox out;
    queue.pump({0}, out);
    queue.add(order(2, OrderKind::Start));
    queue.pump({0}, out);
    const auto first = out.take();
    REQUIRE(first.size() == 1);
    const auto id = issued(first)->id;
    CHECK_FALSE(queue.finish(id + 1));
    const auto done = queue.finish(id);
    REQUIRE(done);
    CHECK(done->orders.size() == 1);
    CHECK_FALSE(queue.finish(id));
    queue.pump({0}, out);
    CHECK(out.take().size() == 1);
}

TEST_CASE("arguments that are due are left first, and no later order overtakes the start") {
    CallQueue queue;
    queue.add(order(1, OrderKind::Start));
    queue.add(order(2, OrderKind::Start), CallQueue::Arguments::Due);
    queue.add(order(3, OrderKind::Start), CallQueue::Arguments::Due);
    queue.add(order(2, OrderKind::Stop));
    Outbox out;
    std::vector<std::string> calls;
    for (int call = 0; call < 4; ++call) {
        queue.pump({0}, out);
        const auto commands = out.take();
        const auto* now = issued(commands);
        REQUIRE(now != nullptr);
        if (const auto* leave = std::get_if<LeaveArguments>(&now->call)) {
            calls.push_back(concat("leave ", leave->items.size()));
        } else if (const auto* start = std::get_if<StartProcesses>(&now->call)) {
            calls.push_back(concat("start ", join(start->namespecs, " ")));
        } else {
            calls.push_back("stop");
        }
        auto done = queue.finish(now->id);
        REQUIRE(done);
        if (!done->left.empty()) {
            queue.put_back(std::move(done->orders));
        }
    }
    CHECK(calls ==
          std::vector<std::string>{"start shop:p1", "leave 2", "start shop:p2 shop:p3", "stop"});
}

TEST_CASE("arguments without a start wait for orders, and an order of the process replaces them") {
    CallQueue queue;
    queue.leave({{"shop", "p1"}, "-old"});
    queue.leave({{"shop", "p1"}, "-x"});
    queue.leave({{"shop", "p2"}, "-y"});
    queue.add(order(2, OrderKind::Start));
    Outbox out;
    queue.pump({0}, out);
    const auto start = out.take();
    CHECK(size_of<StartProcesses>(*issued(start)) == 1);
    REQUIRE(queue.finish(issued(start)->id));
    queue.pump({0}, out);
    const auto leave = out.take();
    const auto& items = std::get<LeaveArguments>(issued(leave)->call).items;
    CHECK(items == std::vector<ExtraArguments>{{{"shop", "p1"}, "-x"}});
    queue.leave({{"shop", "p1"}, "-x"});  // they are on their way already
    REQUIRE(queue.finish(issued(leave)->id));
    queue.pump({0}, out);
    CHECK(out.take().empty());
}

TEST_CASE("orders of one kind go together, at most ten, in order") {
    CallQueue queue;
    for (std::uint64_t i = 0; i < 12; ++i) {
        queue.add(order(i, OrderKind::Start));
    }
    queue.add(order(20, OrderKind::Stop));
    queue.add(order(21, OrderKind::Start));
    Outbox out;
    std::vector<std::size_t> sizes;
    for (int call = 0; call < 4; ++call) {
        queue.pump({0}, out);
        const auto commands = out.take();
        const auto* now = issued(commands);
        REQUIRE(now != nullptr);
        sizes.push_back(call == 2 ? size_of<StopProcesses>(*now) : size_of<StartProcesses>(*now));
        REQUIRE(queue.finish(now->id));
    }
    CHECK(sizes == std::vector<std::size_t>{10, 2, 1, 1});
}

TEST_CASE("orders go before reads, reads of some before the read of everything") {
    CallQueue queue;
    queue.read_everything();
    queue.read({"shop", "web"});
    queue.read({"shop", "web"});
    queue.add(order(1, OrderKind::ShutdownSupervisor));
    queue.add(order(2, OrderKind::ShutdownSupervisor));
    Outbox out;
    std::vector<std::size_t> kinds;
    for (int call = 0; call < 4; ++call) {
        queue.pump({0}, out);
        const auto commands = out.take();
        REQUIRE(issued(commands) != nullptr);
        kinds.push_back(issued(commands)->call.index());
        queue.finish(issued(commands)->id);
    }
    // Two single orders, then ReadProcesses, then ReadEverything.
    CHECK(kinds == std::vector<std::size_t>{5, 5, 1, 0});
    queue.pump({0}, out);
    CHECK(out.take().empty());
}

TEST_CASE("what waits is given back when supervisord is gone, and the call in flight stays") {
    CallQueue queue;
    queue.add(order(1, OrderKind::Start));
    Outbox out;
    queue.pump({0}, out);
    const auto commands = out.take();
    queue.add(order(2, OrderKind::Start));
    queue.read({"shop", "web"});
    const auto dropped = queue.clear();
    REQUIRE(dropped.size() == 1);
    CHECK(dropped.front().id == 2);
    REQUIRE(queue.finish(issued(commands)->id));
    queue.pump({0}, out);
    CHECK(out.take().empty());
}
