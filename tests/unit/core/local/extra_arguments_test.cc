#include <catch2/catch.hpp>
#include <optional>

#include "agent/core/local/supervisor_link.h"

namespace sup::core {
namespace {

const ProcessName kWeb{"shop", "web"};

// A supervisord that was read: shop:web is stopped.
struct Fixture {
    Settings settings = [] {
        Settings made;
        made.state_dir = "/state";
        return made;
    }();
    Birth birth{1, {1000}, 0};
    SupervisorLink link{settings, birth};
    Outbox out;
    std::optional<CallSupervisor> call;  // the last one issued

    explicit Fixture(const std::string& arguments_dir, const std::string& left = {}) {
        link.on_arguments({{{kWeb, left}}});
        link.on_configuration({{configured(arguments_dir)}}, out);
        link.wake({1000}, out);
        link.call({1000}, out);
        note_call();
        AllProcesses all;
        all.session = {10, 20, 0};
        SupervisorProcess web;
        web.process = kWeb;
        web.state = ProcessState::Stopped;
        all.processes.push_back(web);
        reply(all);
    }
    static ProcessConfig configured(const std::string& arguments_dir) {
        ProcessConfig config;
        config.process = kWeb;
        config.program = "web";
        config.command = "/usr/bin/web %(here)s";
        config.command_place = "/etc/web.conf:3";
        config.arguments_dir = arguments_dir;
        return config;
    }
    void note_call() {
        for (const auto& command : out.take()) {
            if (const auto* issued = std::get_if<CallSupervisor>(&command)) {
                call = *issued;
            }
        }
    }
    template <typename T>
    void reply(const T& result) {
        const auto id = call->id;
        call.reset();
        link.on_reply({1010}, {id, result}, out);
        link.call({1010}, out);
        note_call();
    }
    void start(const std::string& extra_args) {
        link.carry_out({1, OrderKind::Start, kWeb, extra_args}, out);
        link.wake({1020}, out);
        link.call({1020}, out);
        note_call();
    }
    // The last record told, and the verdict on an order, since the last time.
    std::optional<ProcessRecord> record;
    std::optional<LocalOrderDone> done;
    void listen() {
        record.reset();
        done.reset();
        for (const auto& news : link.take_news()) {
            if (const auto* change = std::get_if<LocalChange>(&news)) {
                record = change->record;
            } else if (const auto* snapshot = std::get_if<LocalSnapshot>(&news)) {
                record = snapshot->records.at(0);
            } else if (const auto* order = std::get_if<LocalOrderDone>(&news)) {
                done = *order;
            }
        }
    }
};

}  // namespace

TEST_CASE("what a former agent left is what its supervisord would start with") {
    Fixture fixture("/state", "-x");
    fixture.listen();
    CHECK(fixture.record->extra_args == "-x");
    CHECK(fixture.record->arguments_fix.empty());
    fixture.start("-x");
    REQUIRE(fixture.call);
    CHECK(std::holds_alternative<StartProcesses>(fixture.call->call));
}

TEST_CASE("other arguments are left, and told, before the start") {
    Fixture fixture("/state", "-x");
    const std::string extra_args = GENERATE("", "-y");
    fixture.start(extra_args);
    REQUIRE(std::holds_alternative<LeaveArguments>(fixture.call->call));
    CHECK(std::get<LeaveArguments>(fixture.call->call).items ==
          std::vector<ExtraArguments>{{kWeb, extra_args}});
    fixture.reply(Verdicts{{std::nullopt}});
    fixture.listen();
    CHECK(fixture.record->extra_args == extra_args);
    CHECK(fixture.record->start_ordered);
    CHECK_FALSE(fixture.done);
    CHECK(std::holds_alternative<StartProcesses>(fixture.call->call));
}

TEST_CASE("what cannot be left is not started, and the former arguments hold") {
    Fixture fixture("/state", "-x");
    fixture.start("-y");
    fixture.reply(Verdicts{{Fault{FaultCode::NotApplicable, "/state/args: full"}}});
    fixture.listen();
    CHECK(fixture.record->extra_args == "-x");
    CHECK_FALSE(fixture.record->start_ordered);
    REQUIRE(fixture.done->fault);
    CHECK(fixture.done->fault->text() == "NOT_APPLICABLE: /state/args: full");
    CHECK_FALSE(fixture.call);
}

TEST_CASE("a program that does not run through supvisors-exec says what its configuration needs") {
    struct Row {
        std::string arguments_dir;
        std::string want;
    };
    const auto row = GENERATE(values<Row>({
        {"",
         "/etc/web.conf:3: program 'web' needs command=supvisors-exec -d /state /usr/bin/web "
         "%(here)s"},
        {"/other",
         "/etc/web.conf:3: program 'web': supvisors-exec looks in /other, needs -d /state"},
    }));
    Fixture fixture(row.arguments_dir, "-x");
    fixture.listen();
    CHECK(fixture.record->arguments_fix == row.want);
    CHECK(fixture.record->extra_args.empty());
    fixture.start("-y");
    fixture.listen();
    CHECK(fixture.done->fault->text() == "NOT_APPLICABLE: " + row.want);
    CHECK_FALSE(fixture.call);
    fixture.start("");  // as ever
    CHECK(std::holds_alternative<StartProcesses>(fixture.call->call));
}

TEST_CASE("a configuration that was mended is told at once") {
    Fixture fixture("", "-x");
    fixture.link.take_news();
    fixture.link.on_configuration({{Fixture::configured("/state")}}, fixture.out);
    fixture.listen();
    CHECK(fixture.record->arguments_fix.empty());
    CHECK(fixture.record->extra_args == "-x");
    fixture.link.on_configuration({{Fixture::configured("/state")}}, fixture.out);
    fixture.listen();
    CHECK_FALSE(fixture.record);
}

}  // namespace sup::core
