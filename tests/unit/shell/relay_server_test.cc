#include "agent/shell/relay_server.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <catch2/catch.hpp>
#include <vector>

#include "agent/listener/wire.h"
#include "tests/unit/shell/loop_run.h"
#include "tests/unit/shell/scratch_directory.h"

namespace sup::shell {
namespace {

using test::run_ready;
using test::run_until;
using test::ScratchDirectory;

// The relay's side of the socket.
class FakeRelay {
public:
    explicit FakeRelay(const std::string& path) : socket_(socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        is_connected_ = connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                                sizeof address) == 0;
    }
    bool is_connected() const { return is_connected_; }
    void say(const std::string& bytes) const {
        REQUIRE(send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(bytes.size()));
    }
    void say_hello(std::uint32_t supervisor_pid = 42) const {
        say(listener::encode_hello({.boot_id = 7,
                                    .relay_pid = 43,
                                    .supervisor_pid = supervisor_pid,
                                    .supervisor_start_ticks = 999}));
    }
    void say_event(int serial, const std::string& name, const std::string& payload) const {
        const std::string number = std::to_string(serial);
        say(*listener::encode_event("ver:3.0 server:one serial:" + number + " pool:supvisors " +
                                        "poolserial:" + number + " eventname:" + name +
                                        " len:" + std::to_string(payload.size()),
                                    payload));
    }
    // What the agent said; nothing: it closed the connection.
    std::optional<std::string> hear() const {
        char bytes[4096];
        const auto got = recv(socket_.get(), bytes, sizeof bytes, MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno == ECONNRESET)) {
            return std::nullopt;
        }
        return std::string(bytes, got > 0 ? static_cast<std::size_t>(got) : 0);
    }
    void leave() { socket_.reset(); }

private:
    UniqueFd socket_;
    bool is_connected_ = false;
};

struct Fixture {
    ScratchDirectory directory;
    std::string path = directory.path("state/listener.sock");
    EventLoop loop;
    std::vector<core::Input> inputs;
    std::vector<std::string> notes;
    std::unique_ptr<RelayServer> server;

    Fixture() {
        auto opened = open();
        REQUIRE(opened);
        server = std::move(*opened);
    }
    Result<std::unique_ptr<RelayServer>> open() {
        return RelayServer::open(
            loop, path,
            {[this](core::Input input) { inputs.push_back(std::move(input)); },
             [this](core::NoteLevel, std::string text) { notes.push_back(std::move(text)); }});
    }
    template <typename T>
    const T& input(std::size_t index) {
        REQUIRE(run_until(loop, [&] { return inputs.size() > index; }));
        REQUIRE(std::holds_alternative<T>(inputs[index]));
        return std::get<T>(inputs[index]);
    }
    std::size_t inputs_at_rest() {
        run_ready(loop);
        return inputs.size();
    }
};

mode_t rights_of(const std::string& path) {
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777;
}

TEST_CASE("the socket is ours alone, the directory that was made for it may be passed through") {
    Fixture fixture;
    CHECK(rights_of(fixture.path) == 0600);
    CHECK(rights_of(fixture.directory.path("state")) == 0711);
    fixture.server.reset();
    CHECK_FALSE(std::filesystem::exists(fixture.path));
}

TEST_CASE("a second server is refused while the first one listens, and welcome afterwards") {
    Fixture fixture;
    const auto second = fixture.open();
    REQUIRE_FALSE(second);
    CHECK(second.error().message.find("another agent listens on it") != std::string::npos);
    fixture.server.reset();
    CHECK(fixture.open());
}

TEST_CASE("a socket that was left behind is replaced, another file is not") {
    Fixture fixture;
    std::filesystem::rename(fixture.path, fixture.path + ".kept");
    fixture.server.reset();  // removes nothing: the name is gone
    std::filesystem::rename(fixture.path + ".kept", fixture.path);
    CHECK(fixture.open());
    std::filesystem::remove(fixture.path);
    fixture.directory.write("state/listener.sock", "precious");
    const auto refused = fixture.open();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message.find("not a socket") != std::string::npos);
    CHECK(fixture.directory.read("state/listener.sock") == "precious");
}

TEST_CASE("a path that no unix socket can have is refused") {
    EventLoop loop;
    const auto path = GENERATE(std::string(), "/tmp/" + std::string(200, 'x'));
    CHECK_FALSE(RelayServer::open(loop, path, {}));
}

TEST_CASE("a relay introduces itself, tells events, and says why it leaves") {
    Fixture fixture;
    const FakeRelay relay(fixture.path);
    relay.say_hello();
    CHECK(fixture.input<core::RelayConnected>(0).supervisor ==
          SupervisorSession{.pid = 42, .start_ticks = 999});
    relay.say_event(5, "PROCESS_STATE_EXITED",
                    "processname:p groupname:g from_state:RUNNING expected:0 pid:77");
    const auto& event = fixture.input<core::SupervisorEvent>(1);
    CHECK(event.poolserial == 5);
    const auto& change = std::get<core::ProcessStateEvent>(event.event);
    CHECK(change.process == ProcessName{"g", "p"});
    CHECK(change.from_state == ProcessState::Running);
    CHECK(change.state == ProcessState::Exited);
    CHECK_FALSE(change.expected);
    CHECK(change.pid == 77);
    relay.say(listener::encode_dropped({3}));
    fixture.input<core::EventsDropped>(2);
    relay.say(listener::encode_bye({listener::ByeReason::StdinClosed}));
    CHECK(fixture.input<core::RelayLost>(3).end == core::RelayEnd::StdinClosed);
    CHECK(fixture.inputs_at_rest() == 4);
}

TEST_CASE("the other events of supervisord mean what their names say") {
    Fixture fixture;
    const FakeRelay relay(fixture.path);
    relay.say_hello();
    relay.say_event(1, "TICK_5", "when:1795482388");
    relay.say_event(2, "SUPERVISOR_STATE_CHANGE_RUNNING", "");
    relay.say_event(3, "SUPERVISOR_STATE_CHANGE_STOPPING", "");
    relay.say_event(4, "PROCESS_GROUP_ADDED", "groupname:g\n");
    relay.say_event(5, "PROCESS_GROUP_REMOVED", "groupname:g\n");
    relay.say_event(6, "REMOTE_COMMUNICATION", "type:x\nwhatever");
    relay.say_event(7, "PROCESS_STATE_DREAMING", "processname:p groupname:g");
    const auto content = [&](std::size_t index) {
        return fixture.input<core::SupervisorEvent>(index).event;
    };
    CHECK(std::holds_alternative<core::SupervisorTick>(content(1)));
    CHECK(std::holds_alternative<core::SupervisorRunning>(content(2)));
    CHECK(std::holds_alternative<core::SupervisorStopping>(content(3)));
    CHECK(std::get<core::ProcessGroupEvent>(content(4)).added);
    CHECK_FALSE(std::get<core::ProcessGroupEvent>(content(5)).added);
    CHECK(std::holds_alternative<core::OtherEvent>(content(6)));
    CHECK(std::holds_alternative<core::OtherEvent>(content(7)));
}

TEST_CASE("a relay that goes without a word is a lost connection") {
    Fixture fixture;
    FakeRelay relay(fixture.path);
    relay.say_hello();
    fixture.input<core::RelayConnected>(0);
    relay.leave();
    CHECK(fixture.input<core::RelayLost>(1).end == core::RelayEnd::ConnectionLost);
}

TEST_CASE("who never introduced himself was never there") {
    Fixture fixture;
    {
        const FakeRelay relay(fixture.path);
        run_ready(fixture.loop);
    }
    CHECK(fixture.inputs_at_rest() == 0);
}

TEST_CASE("bytes that are not the protocol close the connection, with a line in the log") {
    const auto bytes =
        GENERATE(std::string("GET / HTTP/1.0\r\n\r\n"), std::string(4, '\0'),
                 std::string(64, '\xff'), listener::encode_dropped({1}),  // no Hello before it
                 std::string("\0\0\0\x02H\x01", 6),  // a Hello that is too short
                 listener::encode_hello({.version = 9}));
    Fixture fixture;
    const FakeRelay relay(fixture.path);
    relay.say(bytes);
    CHECK(run_until(fixture.loop, [&] { return !relay.hear().has_value(); }));
    CHECK(fixture.notes.size() == 1);
    CHECK(fixture.inputs.empty());
    const FakeRelay next(fixture.path);  // the server goes on
    next.say_hello();
    fixture.input<core::RelayConnected>(0);
}

TEST_CASE("garbage from an introduced relay loses it") {
    Fixture fixture;
    const FakeRelay relay(fixture.path);
    relay.say_hello();
    fixture.input<core::RelayConnected>(0);
    SECTION("a second Hello") {
        relay.say_hello();
    }
    SECTION("a frame that no memory could hold") {
        relay.say("\xff\xff\xff\xff");
    }
    CHECK(fixture.input<core::RelayLost>(1).end == core::RelayEnd::ConnectionLost);
    CHECK(fixture.notes.size() == 1);
}

TEST_CASE("an event that makes no sense is as good as a dropped one") {
    Fixture fixture;
    const FakeRelay relay(fixture.path);
    relay.say_hello();
    relay.say(*listener::encode_event("nonsense", ""));
    relay.say_event(2, "PROCESS_STATE_RUNNING", "no names here");
    relay.say_event(3, "TICK_5", "when:1");
    fixture.input<core::RelayConnected>(0);
    fixture.input<core::EventsDropped>(1);
    fixture.input<core::EventsDropped>(2);
    fixture.input<core::SupervisorEvent>(3);
    CHECK(fixture.notes.size() == 2);
}

TEST_CASE("a newer relay replaces the older one, once it has introduced itself") {
    Fixture fixture;
    const FakeRelay older(fixture.path);
    older.say_hello(1);
    fixture.input<core::RelayConnected>(0);
    const FakeRelay newer(fixture.path);
    CHECK(fixture.inputs_at_rest() == 1);
    CHECK(older.hear() == "");
    newer.say_hello(2);
    CHECK(fixture.input<core::RelayConnected>(1).supervisor.pid == 2);
    CHECK(run_until(fixture.loop, [&] { return !older.hear().has_value(); }));
    CHECK(fixture.inputs_at_rest() == 2);  // a replacement is not a loss
    fixture.server->nudge();
    CHECK(newer.hear() == listener::encode_nudge());
}

TEST_CASE("silent connections do not keep the relay out") {
    Fixture fixture;
    const FakeRelay relay(fixture.path);
    relay.say_hello();
    fixture.input<core::RelayConnected>(0);
    std::vector<std::unique_ptr<FakeRelay>> silent;
    for (int i = 0; i < 20; ++i) {
        silent.push_back(std::make_unique<FakeRelay>(fixture.path));
        REQUIRE(silent.back()->is_connected());
        run_ready(fixture.loop);
    }
    relay.say_event(1, "TICK_5", "when:1");
    fixture.input<core::SupervisorEvent>(1);
    const FakeRelay next(fixture.path);
    next.say_hello(3);
    CHECK(fixture.input<core::RelayConnected>(2).supervisor.pid == 3);
}

TEST_CASE("a nudge goes to the relay, and nowhere while there is none") {
    Fixture fixture;
    fixture.server->nudge();
    const FakeRelay relay(fixture.path);
    run_ready(fixture.loop);
    fixture.server->nudge();  // it has not said who it is
    CHECK(relay.hear() == "");
    relay.say_hello();
    fixture.input<core::RelayConnected>(0);
    fixture.server->nudge();
    CHECK(relay.hear() == listener::encode_nudge());
}

TEST_CASE("a relay that reads nothing makes nobody wait") {
    Fixture fixture;
    const FakeRelay relay(fixture.path);
    relay.say_hello();
    fixture.input<core::RelayConnected>(0);
    for (int i = 0; i < 200'000; ++i) {
        fixture.server->nudge();
    }
    relay.say_event(1, "TICK_5", "when:1");
    fixture.input<core::SupervisorEvent>(1);
}

TEST_CASE("frames may come in any pieces") {
    Fixture fixture;
    const FakeRelay relay(fixture.path);
    const std::string bytes = listener::encode_hello({.supervisor_pid = 5}) +
                              listener::encode_dropped({1}) + listener::encode_dropped({2});
    for (const char byte : bytes) {
        relay.say(std::string(1, byte));
        run_ready(fixture.loop);
    }
    fixture.input<core::RelayConnected>(0);
    fixture.input<core::EventsDropped>(1);
    fixture.input<core::EventsDropped>(2);
    CHECK(fixture.inputs.size() == 3);
}

}  // namespace
}  // namespace sup::shell
