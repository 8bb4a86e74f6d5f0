#include "agent/shell/supervisor_client.h"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <future>
#include <vector>

#include "agent/shell/clock.h"
#include "tests/unit/shell/fake_supervisor.h"
#include "tests/unit/shell/loop_run.h"

namespace sup::shell {
namespace {

using core::CallFailed;
using core::CallFailureKind;
using test::FakeSupervisor;
using test::run_until;

// One call and its reply.
class Asker {
public:
    explicit Asker(std::uint16_t port, SupervisorDeadlines deadlines = {})
        : client_(
              loop_, {"127.0.0.1", port, "user", "pa:ss"},
              [this](core::SupervisorReply reply) { replies_.push_back(std::move(reply)); },
              deadlines) {}

    void call(core::CallId id, decltype(core::CallSupervisor::call) what) {
        client_.call({id, std::move(what)});
    }
    const std::vector<core::SupervisorReply>& replies(std::size_t count) {
        CHECK(run_until(loop_, [&] { return replies_.size() >= count; }));
        REQUIRE(replies_.size() == count);
        return replies_;
    }
    core::SupervisorReply ask(decltype(core::CallSupervisor::call) what) {
        call(1, std::move(what));
        return replies(1).front();
    }
    CallFailed fail(decltype(core::CallSupervisor::call) what) {
        const auto reply = ask(std::move(what));
        REQUIRE(std::holds_alternative<CallFailed>(reply.result));
        return std::get<CallFailed>(reply.result);
    }

private:
    struct Library {
        Library() { SupervisorClient::prepare_library(); }
    } library_;
    EventLoop loop_;
    std::vector<core::SupervisorReply> replies_;
    SupervisorClient client_;
};

std::string array(const std::string& elements) {
    return "<array><data>" + elements + "</data></array>";
}

TEST_CASE("starts go in one call and do not wait, each has supervisord's own verdict") {
    FakeSupervisor supervisor([](const std::string&) {
        return FakeSupervisor::value(
            array("<value><boolean>1</boolean></value><value>" +
                  FakeSupervisor::fault_struct(60, "ALREADY_STARTED: g:b") + "</value><value>" +
                  FakeSupervisor::fault_struct(50, "SPAWN_ERROR: g:c") + "</value>"));
    });
    Asker asker(supervisor.port());
    const auto reply = asker.ask(core::StartProcesses{{"g:a", "g:b", "g:c"}});
    CHECK(reply.call == 1);
    const auto& verdicts = std::get<core::Verdicts>(reply.result).verdicts;
    REQUIRE(verdicts.size() == 3);
    CHECK(verdicts[0] == std::nullopt);
    CHECK(verdicts[1] == Fault{FaultCode::AlreadyStarted, "g:b"});
    CHECK(verdicts[2] == Fault{FaultCode::SpawnError, "g:c"});

    const auto requests = supervisor.requests();
    REQUIRE(requests.size() == 1);
    CHECK(requests[0].find("POST /RPC2 ") == 0);
    CHECK(requests[0].find("Authorization: Basic dXNlcjpwYTpzcw==") != std::string::npos);
    CHECK(requests[0].find("system.multicall") != std::string::npos);
    CHECK(requests[0].find("supervisor.startProcess") != std::string::npos);
    CHECK(requests[0].find("<boolean>0</boolean>") != std::string::npos);
    CHECK(requests[0].find("<boolean>1</boolean>") == std::string::npos);
}

TEST_CASE("what supervisord may answer badly is a failed call with its reason") {
    struct Row {
        std::string answer;
        CallFailureKind kind;
        std::string reason;
    };
    const auto row = GENERATE(values<Row>({
        {"HTTP/1.0 401 Unauthorized\r\n\r\n", CallFailureKind::Refused, "user or password"},
        {"HTTP/1.0 500 Internal Server Error\r\n\r\n", CallFailureKind::Unreadable, "500"},
        {"HTTP/1.0 302 Found\r\nLocation: file:///etc/passwd\r\n\r\n", CallFailureKind::Unreadable,
         "302"},
        {FakeSupervisor::ok("<methodResponse><params>"), CallFailureKind::Unreadable,
         "cannot be read"},
        {FakeSupervisor::ok("not even XML"), CallFailureKind::Unreadable, "cannot be read"},
        {FakeSupervisor::ok(""), CallFailureKind::Unreadable, "cannot be read"},
        {FakeSupervisor::ok("<!DOCTYPE a [<!ENTITY b \"c\">]><methodResponse/>"),
         CallFailureKind::Unreadable, "document type"},
        {FakeSupervisor::value("<int>3</int>"), CallFailureKind::Unreadable, "cannot be read"},
        {FakeSupervisor::value(array("")), CallFailureKind::Unreadable, "0 results for 1 calls"},
        {FakeSupervisor::fault(6, "SHUTDOWN_STATE"), CallFailureKind::Closing, "SHUTDOWN_STATE"},
        {FakeSupervisor::fault(2, "INCORRECT_PARAMETERS"), CallFailureKind::Refused, "INCORRECT"},
        {"", CallFailureKind::Unreachable, "127.0.0.1:"},
        {"\xff\xfe\xfd\r\n\r\n", CallFailureKind::Unreadable, "127.0.0.1:"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n<method", CallFailureKind::Unreadable,
         "127.0.0.1:"},
    }));
    CAPTURE(row.answer);
    FakeSupervisor supervisor([&](const std::string&) { return row.answer; });
    Asker asker(supervisor.port());
    const auto failed = asker.fail(core::StopProcesses{{"g:a"}});
    CHECK(failed.kind == row.kind);
    CHECK(failed.reason.find(row.reason) != std::string::npos);
    CHECK(failed.reason.find("pa:ss") == std::string::npos);
}

TEST_CASE("nobody there: the call fails at once") {
    std::uint16_t port = 0;
    {
        port = FakeSupervisor([](const std::string&) { return ""; }).port();
    }
    Asker asker(port);
    CHECK(asker.fail(core::ReadEverything{}).kind == CallFailureKind::Unreachable);
}

TEST_CASE("a supervisord that hangs costs the deadline, and the next call is still made") {
    std::promise<void> go_on;
    auto gate = go_on.get_future().share();
    std::atomic<int> calls = 0;
    FakeSupervisor supervisor([&](const std::string&) {
        if (++calls == 1) {
            gate.wait();
        }
        return FakeSupervisor::value("<boolean>1</boolean>");
    });
    Asker asker(supervisor.port(), {.call = 100_ms, .read_everything = 100_ms});
    const Instant start = read_monotonic_clock();
    const auto failed = asker.fail(core::RestartSupervisor{});
    CHECK(failed.kind == CallFailureKind::TimedOut);
    CHECK(failed.reason.find("did not answer within") != std::string::npos);
    CHECK(read_monotonic_clock() - start < 3_s);
    go_on.set_value();
    asker.call(2, core::ShutdownSupervisor{});
    CHECK(std::get<core::Verdicts>(asker.replies(2)[1].result).verdicts ==
          std::vector<std::optional<Fault>>{std::nullopt});
}

TEST_CASE("an answer beyond all reason is not taken in") {
    const std::string large(17 * 1024 * 1024, ' ');
    FakeSupervisor supervisor([&](const std::string&) { return FakeSupervisor::ok(large); });
    Asker asker(supervisor.port());
    const auto failed = asker.fail(core::ReadProcesses{{"g:a"}});
    CHECK(failed.kind == CallFailureKind::Unreadable);
    CHECK(failed.reason.find("more than") != std::string::npos);
}

TEST_CASE("calls are carried out in order, one reply each") {
    FakeSupervisor supervisor(
        [](const std::string&) { return FakeSupervisor::value("<boolean>1</boolean>"); });
    Asker asker(supervisor.port());
    for (core::CallId id = 1; id <= 20; ++id) {
        if (id % 2 == 0) {
            asker.call(id, core::RestartSupervisor{});
        } else {
            asker.call(id, core::ShutdownSupervisor{});
        }
    }
    const auto& replies = asker.replies(20);
    const auto requests = supervisor.requests();
    REQUIRE(requests.size() == 20);
    for (std::size_t i = 0; i < 20; ++i) {
        CHECK(replies[i].call == i + 1);
        const auto* method = (i + 1) % 2 == 0 ? "supervisor.restart" : "supervisor.shutdown";
        CHECK(requests[i].find(method) != std::string::npos);
    }
}

TEST_CASE("a daemon that refuses to stop says why") {
    FakeSupervisor supervisor(
        [](const std::string&) { return FakeSupervisor::fault(6, "SHUTDOWN_STATE"); });
    Asker asker(supervisor.port());
    const auto reply = asker.ask(core::ShutdownSupervisor{});
    CHECK(std::get<core::Verdicts>(reply.result).verdicts ==
          std::vector<std::optional<Fault>>{Fault{FaultCode::ShutdownState, ""}});
}

// What comes of one call to a supervisord that answers so; its request is left in `request`.
core::SupervisorReply ask_once(decltype(core::CallSupervisor::call) call, const std::string& answer,
                               std::string& request) {
    FakeSupervisor supervisor([&](const std::string&) { return answer; });
    auto reply = Asker(supervisor.port()).ask(std::move(call));
    request = supervisor.requests().at(0);
    return reply;
}

TEST_CASE("a configuration read again tells the groups that changed, or why it is bad") {
    const auto changed = "<value>" + array("<value>a</value><value>b</value>") + "</value>";
    const auto others = "<value>" + array("<value>x</value>") + "</value>";
    std::string request;
    const auto reloaded = ask_once(
        core::ReloadConfiguration{},
        FakeSupervisor::value(array("<value>" + array(others + changed + others) + "</value>")),
        request);
    CHECK(std::get<core::ConfigurationReloaded>(reloaded.result).changed ==
          std::vector<std::string>{"a", "b"});
    CHECK(request.find("supervisor.reloadConfig") != std::string::npos);
    const auto bad = ask_once(core::ReloadConfiguration{},
                              FakeSupervisor::fault(92, "CANT_REREAD: bad file"), request);
    CHECK(std::get<core::Verdicts>(bad.result).verdicts ==
          std::vector<std::optional<Fault>>{Fault{FaultCode::CantReread, "bad file"}});
    const auto odd =
        ask_once(core::ReloadConfiguration{}, FakeSupervisor::value(array("")), request);
    CHECK(std::get<CallFailed>(odd.result).kind == CallFailureKind::Unreadable);
}

TEST_CASE("a group is removed and added by its name") {
    const auto answer = FakeSupervisor::fault(91, "STILL_RUNNING: g");
    const std::vector<std::optional<Fault>> refused{Fault{FaultCode::StillRunning, "g"}};
    std::string request;
    const auto removed = ask_once(core::RemoveGroup{"g"}, answer, request);
    CHECK(std::get<core::Verdicts>(removed.result).verdicts == refused);
    CHECK(request.find("supervisor.removeProcessGroup") != std::string::npos);
    CHECK(request.find("<string>g</string>") != std::string::npos);
    ask_once(core::AddGroup{"g"}, answer, request);
    CHECK(request.find("supervisor.addProcessGroup") != std::string::npos);
}

std::string member(const std::string& name, const std::string& value) {
    return "<member><name>" + name + "</name><value>" + value + "</value></member>";
}

std::string process_struct(const std::string& name) {
    return "<struct>" + member("name", "<string>" + name + "</string>") +
           member("group", "<string>g</string>") + member("start", "<int>100</int>") +
           member("stop", "<int>0</int>") + member("now", "<int>160</int>") +
           member("state", "<int>20</int>") + member("statename", "<string>RUNNING</string>") +
           member("spawnerr", "<string></string>") + member("exitstatus", "<int>0</int>") +
           member("pid", "<int>4711</int>") + "</struct>";
}

std::string program_struct(const std::string& name, const std::string& in_use) {
    return "<struct>" + member("name", "<string>" + name + "</string>") +
           member("group", "<string>g</string>") + member("autostart", "<boolean>0</boolean>") +
           member("startsecs", "<int>3</int>") + member("stopwaitsecs", "<int>20</int>") +
           member("stdout_logfile", "<string>auto</string>") +
           member("stderr_logfile", "<string>none</string>") +
           member("inuse", "<boolean>" + in_use + "</boolean>") + "</struct>";
}

std::string answer_everything(const std::string& request, const std::string& programs) {
    if (request.find("getPID") != std::string::npos) {
        return FakeSupervisor::value("<int>" + std::to_string(getpid()) + "</int>");
    }
    if (request.find("getAllConfigInfo") != std::string::npos) {
        return programs;
    }
    return FakeSupervisor::value(array("<value>" + process_struct("p") + "</value>"));
}

TEST_CASE("everything is the daemon's session, its processes and its programs") {
    FakeSupervisor supervisor([](const std::string& request) {
        return answer_everything(
            request,
            FakeSupervisor::value(array("<value>" + program_struct("p", "1") + "</value><value>" +
                                        program_struct("available", "0") + "</value>")));
    });
    Asker asker(supervisor.port());
    const auto reply = asker.ask(core::ReadEverything{});
    const auto& all = std::get<core::AllProcesses>(reply.result);
    CHECK(all.session.pid == getpid());
    CHECK(all.session.start_ticks > 0);
    REQUIRE(all.processes.size() == 1);
    CHECK(all.processes[0].process == ProcessName{"g", "p"});
    CHECK(all.processes[0].state == ProcessState::Running);
    CHECK(all.processes[0].start == WallTime{100'000});
    CHECK(all.processes[0].now == WallTime{160'000});
    CHECK(all.processes[0].pid == 4711);
    REQUIRE(all.programs.size() == 1);  // a group that is only available is left out
    CHECK_FALSE(all.programs[0].autostart);
    CHECK(all.programs[0].startsecs == 3_s);
    CHECK(all.programs[0].stopwaitsecs == 20_s);
    CHECK(all.programs[0].has_stdout);
    CHECK_FALSE(all.programs[0].has_stderr);
}

TEST_CASE("a daemon that cannot tell its programs still tells its processes") {
    FakeSupervisor supervisor([](const std::string& request) {
        return answer_everything(request, "HTTP/1.0 500 Internal Server Error\r\n\r\n");
    });
    Asker asker(supervisor.port());
    const auto reply = asker.ask(core::ReadEverything{});
    const auto& all = std::get<core::AllProcesses>(reply.result);
    CHECK(all.processes.size() == 1);
    CHECK(all.programs.empty());
}

TEST_CASE("of some processes, those that are unknown are left out") {
    FakeSupervisor supervisor([](const std::string&) {
        return FakeSupervisor::value(array("<value>" +
                                           FakeSupervisor::fault_struct(10, "BAD_NAME: g:x") +
                                           "</value><value>" + process_struct("p") + "</value>"));
    });
    Asker asker(supervisor.port());
    const auto reply = asker.ask(core::ReadProcesses{{"g:x", "g:p"}});
    const auto& some = std::get<core::SomeProcesses>(reply.result).processes;
    REQUIRE(some.size() == 1);
    CHECK(some[0].process.name == "p");
}

TEST_CASE("a code that nobody defined keeps its text") {
    FakeSupervisor supervisor([](const std::string&) {
        return FakeSupervisor::value(
            array("<value>" + FakeSupervisor::fault_struct(777, "STRANGE: x") + "</value>"));
    });
    Asker asker(supervisor.port());
    const auto reply = asker.ask(core::StartProcesses{{"g:p"}});
    CHECK(std::get<core::Verdicts>(reply.result).verdicts.front() ==
          Fault{FaultCode::Failed, "code 777, STRANGE: x"});
}

TEST_CASE("a client that ends gives up the call in flight") {
    std::promise<void> go_on;
    auto gate = go_on.get_future().share();
    FakeSupervisor supervisor([gate](const std::string&) {
        gate.wait();
        return std::string();
    });
    const Instant start = read_monotonic_clock();
    {
        Asker asker(supervisor.port());
        asker.call(1, core::ReadEverything{});
        asker.call(2, core::ReadEverything{});
    }
    CHECK(read_monotonic_clock() - start < 4_s);
    go_on.set_value();
}

}  // namespace
}  // namespace sup::shell
