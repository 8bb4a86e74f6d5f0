#include <catch2/catch.hpp>

#include "tests/unit/config/memory_files.h"

namespace sup::config {
namespace {

ConfigurationOutcome with_options(const std::string& text) {
    return read_text("[supvisors]\n" + text);
}
Options options_of(const std::string& text) {
    return accepted(with_options(text)).options;
}

TEST_CASE("O-1, O-44, O-56: no option is mandatory") {
    const auto options = accepted(read_text("")).options;
    Options want;
    want.supvisors_list = {{"node1:60000", "node1:60000", "node1", 60000, 60003}};
    want.synchro_options = {SynchronizationOption::Timeout};
    CHECK(options.supvisors_list == want.supvisors_list);
    CHECK_FALSE(options.list_is_set);
    CHECK(options.synchro_options == want.synchro_options);
    CHECK(options.synchro_timeout == want.synchro_timeout);
    CHECK(options.inactivity_ticks == 3);
    CHECK(options.internal_port == 60003);
    CHECK(options.event_port == 60001);
    CHECK(options.api_port == 60004);
    CHECK(options.state_dir == "/etc/.supvisors");
    CHECK(options.listener_socket == "/etc/.supvisors/listener.sock");
    CHECK(options.node_id == "0123456789abcdef");
    CHECK(options.stats_periods == std::vector<double>{10});
    CHECK(options.stats_collecting_period == 5);
    CHECK(warnings_of(read_text("")).empty());
}

// Every option once, with a value that is not its default.
constexpr const char* kEveryOption = R"(supvisors_list=<a>node1, <b>node2:60000 ,
stereotypes=x, y,,x
multicast_group=239.0.0.1:1234
multicast_interface=10.0.0.1
multicast_ttl=5
multicast_key=~/group.key
core_identifiers=b,a
synchro_options=list, User,core
synchro_timeout=1200
inactivity_ticks=720
tick_period=0.25
restart_grace=1.5
auto_fence=YES
supvisors_failure_strategy=resync
no_quorum_policy=freeze
federation_key=%(here)s/key
node_id=n7
internal_port=7000
rules_files=%(here)s/*.xml ~/r.xml r/%(host_node_name)s.xml
starting_strategy=less_loaded
conciliation_strategy=RUNNING_FAILURE
disabilities_file=d.json
orphans=keep
event_link=ws
event_port=7001
api_host=0.0.0.0
api_port=7002
api_users=u
api_certificate=/c
api_key=/k
listener_socket=/run/l
state_dir=/var/s
overlay_dir=/o
nudge=off
resync_period=10
stats_enabled=host
stats_collecting_period=2.5
stats_periods=60,7.5
stats_histo=10
stats_irix_mode=1
software_name=My %%
software_icon=%(ENV_COLOUR)s.png
css_files=/a.css /b.css
tail_limit=1KB
tailf_limit=2048
logfile=off
logfile_maxbytes=0
logfile_backups=3
loglevel=BLATHER
)";

TEST_CASE("every option of the federation is read") {
    const auto options = options_of(kEveryOption);
    REQUIRE(options.supvisors_list.size() == 2);
    CHECK(options.supvisors_list[0].federation_port == 7000);
    CHECK(options.supvisors_list[1].federation_port == 60003);
    CHECK(options.local == 0);
    CHECK(options.list_is_set);
    CHECK(options.stereotypes == std::vector<std::string>{"x", "y"});
    CHECK(options.multicast_group == "239.0.0.1:1234");
    CHECK(options.multicast_ttl == 5);
    CHECK(options.multicast_key == "/home/me/group.key");
    CHECK(options.synchro_options == std::vector{SynchronizationOption::List,
                                                 SynchronizationOption::User,
                                                 SynchronizationOption::Core});
    CHECK(options.synchro_timeout == 1200_s);
    CHECK(options.tick_period == 250_ms);
    CHECK(options.restart_grace == 1500_ms);
    CHECK(options.auto_fence);
    CHECK(options.supvisors_failure_strategy == SupvisorsFailureStrategy::Resync);
    CHECK(options.no_quorum_policy == NoQuorumPolicy::Freeze);
    CHECK(options.federation_key == "/etc/key");
    CHECK(options.node_id == "n7");
    CHECK(options.internal_port == 7000);
}

TEST_CASE("every other option is read") {
    const auto options = options_of(kEveryOption);
    CHECK(options.rules_files ==
          std::vector<std::string>{"/etc/*.xml", "/home/me/r.xml", "/work/dir/r/node1.xml"});
    CHECK(options.starting_strategy == StartingStrategy::LessLoaded);
    CHECK(options.conciliation_strategy == ConciliationStrategy::RunningFailure);
    CHECK(options.disabilities_file == "/work/dir/d.json");
    CHECK(options.orphans == Orphans::Keep);
    CHECK(options.event_link == EventLink::WebSocket);
    CHECK(options.api_host == "0.0.0.0");
    CHECK(options.listener_socket == "/run/l");
    CHECK_FALSE(options.nudge);
    CHECK(options.resync_period == 10_s);
    CHECK(options.stats_host);
    CHECK_FALSE(options.stats_process);
    CHECK(options.stats_periods == std::vector<double>{7.5, 60});
    CHECK(options.software_name == "My %");
    CHECK(options.software_icon == "/work/dir/blue.png");
    CHECK(options.css_files.size() == 2);
    CHECK(options.tail_limit == 1024);
    CHECK(options.logfile == "NONE");
    CHECK(options.logfile_maxbytes == 0);
    CHECK(options.loglevel == LogLevel::Blather);
}

TEST_CASE("a bad value is an error that says where, what, and what was expected") {
    struct Row {
        const char* text;
        const char* want;
    };
    const auto row = GENERATE(
        Row{"synchro_timeout=0",
            "synchro_timeout: '0' is not a whole number between 1 and 1200 (seconds)"},
        Row{"synchro_timeout=1201", "between 1 and 1200"}, Row{"synchro_timeout=15.5", "'15.5'"},
        Row{"inactivity_ticks=1", "between 2 and 720"},
        Row{"tick_period=0.1", "seconds between 0.2 and 60"}, Row{"tick_period=nan", "'nan'"},
        Row{"auto_fence=maybe", "'maybe' is not one of true, yes"},
        Row{"starting_strategy=LESS_LOADD", "nearest name: LESS_LOADED"},
        Row{"synchro_options=STRICT,LISTE", "'LISTE' is not one of STRICT, LIST"},
        Row{"synchro_options=", "nothing is left to end the synchronization"},
        Row{"synchro_options=CORE", "nothing is left to end the synchronization"},
        Row{"event_port=0", "'0' is not a port between 1 and 65535"},
        Row{"event_link=TCP", "NONE, ZMQ, WS"}, Row{"stats_enabled=CPU", "OFF, HOST, PROCESS, ALL"},
        Row{"stats_periods=1,2,3,4", "1 to 3 periods"},
        Row{"stats_periods=0.5", "between 1 and 3600"}, Row{"stats_histo=9", "between 10 and 1500"},
        Row{"tail_limit=-1", "is not a size"}, Row{"loglevel=loud", "is not one of critical"},
        Row{"logfile=", "expected a path, AUTO, NONE or SYSLOG"},
        Row{"logfile_backups=x", "'x' is not a whole number"},
        Row{"rules_files=%(nothing)s", "cannot be expanded"},
        Row{"api_key=/k", "must be given both or not at all"},
        Row{"sinchro_timeout=3", "nearest name: synchro_timeout"},
        Row{"address_list=a", "replaced by supvisors_list"},
        Row{"rules_file=a", "replaced by rules_files"},
        Row{"force_synchro_if=a", "replaced by core_identifiers"},
        Row{"qqq=1", "is not an option (value '1')"},
        Row{"supvisors_list=h:80", "'h:80': '80' is not a port of 4 or 5 digits"},
        Row{"supvisors_list=node2\nfederation_key=NONE", "no item is this instance"},
        Row{"supvisors_list=node1,node1\nfederation_key=NONE", "'node1:60000' names two instances"},
        Row{"supvisors_list=<a>node1,<a>node2\nfederation_key=NONE", "'a' names two instances"},
        Row{"supvisors_list=<node2:60000>node1,<b>node2\nfederation_key=NONE",
            "names two instances"});
    CAPTURE(row.text);
    const auto errors = errors_of(with_options(row.text));
    CAPTURE(errors);
    CHECK(errors.find("/etc/s.conf:") == 0);
    CHECK(errors.find("[supvisors] ") != std::string::npos);
    CHECK(errors.find(row.want) != std::string::npos);
}

TEST_CASE("the place is that of the file where the option was written last") {
    const auto outcome = read_files(
        {{"/etc/s.conf", with_servers("[include]\nfiles=*.ini\n[supvisors]\nloglevel=info\n")},
         {"/etc/z.ini", "\n[supvisors]\nloglevel=loud\n"}},
        sample_host());
    CHECK(
        errors_of(outcome).starts_with("/etc/z.ini:3: [supvisors] loglevel: 'loud' is not one of"));
}

TEST_CASE("O-40, O-41, O-43: what cannot apply is removed, with a warning when it was asked for") {
    const auto asked =
        with_options("synchro_options=STRICT,CORE,TIMEOUT\nsupvisors_failure_strategy=SHUTDOWN");
    CHECK(accepted(asked).options.synchro_options == std::vector{SynchronizationOption::Timeout});
    CHECK(accepted(asked).options.supvisors_failure_strategy == SupvisorsFailureStrategy::Continue);
    const auto warnings = warnings_of(asked);
    CHECK(warnings.find("CORE is removed because core_identifiers is empty") != std::string::npos);
    CHECK(warnings.find("STRICT is removed because supvisors_list is not set") !=
          std::string::npos);
    CHECK(warnings.find("SHUTDOWN is replaced by CONTINUE") != std::string::npos);
    // O-44, O-45: the default of one reading does not depend on the one before.
    const auto listed = options_of("supvisors_list=localhost\ncore_identifiers=localhost\n");
    CHECK(listed.synchro_options == std::vector{SynchronizationOption::Strict,
                                                SynchronizationOption::Timeout,
                                                SynchronizationOption::Core});
}

TEST_CASE("the API may have supervisord's own port on another address") {
    const auto with_server = [](const std::string& server, const std::string& api) {
        return read_files({{"/etc/s.conf", "[inet_http_server]\nport=" + server +
                                               "\nusername=u\npassword=p\n[supervisord]\n"
                                               "[supvisors]\napi_port=60000\napi_host=" +
                                               api}},
                          sample_host());
    };
    CHECK(accepted(with_server("127.0.0.1:60000", "10.0.0.1")).options.api_port == 60000);
    const auto row =
        GENERATE(std::pair("127.0.0.1:60000", "127.0.0.1"), std::pair("127.0.0.1:60000", "0.0.0.0"),
                 std::pair("127.0.0.1:60000", ""), std::pair("*:60000", "10.0.0.1"));
    CAPTURE(row);
    CHECK(errors_of(with_server(row.first, row.second))
              .find("api_port (60000) is the same port as http_port (60000)") != std::string::npos);
}

TEST_CASE("without user and password the API is not served beyond loopback") {
    const auto host = GENERATE("0.0.0.0", "*", "::", "10.0.0.1");
    CHECK(errors_of(with_options(std::string("api_host=") + host))
              .find(std::string("api_host: '") + host + "' is not a loopback address") !=
          std::string::npos);
    CHECK(errors_of(with_options(std::string("api_users=u\napi_host=") + host)).empty());
    CHECK(errors_of(with_options("api_host=127.0.0.1")).empty());
}

TEST_CASE("two equal ports are refused, defaults included") {
    struct Row {
        const char* text;
        const char* want;
    };
    const auto row = GENERATE(
        Row{"event_port=60003",
            "event_port (60003) is the same port as internal_port (60003 = http_port + 3)"},
        Row{"api_port=60000", "api_port (60000) is the same port as http_port (60000)"},
        Row{"internal_port=60001",
            "event_port (60001 = http_port + 1) is the same port as internal_port (60001)"},
        Row{"supvisors_list=localhost:60000:60004",
            "api_port (60004 = http_port + 4) is the same port as internal_port"});
    CAPTURE(row.text);
    CHECK(errors_of(with_options(row.text)).find(row.want) != std::string::npos);
}

TEST_CASE("the internal port of the list prevails, the option is for the local instance") {
    CHECK(options_of("supvisors_list=localhost:60000:7000\n").internal_port == 7000);
    const auto both = with_options("supvisors_list=localhost:60000:7000\ninternal_port=7001\n");
    CHECK(accepted(both).options.internal_port == 7000);
    CHECK(warnings_of(both).find("7001 is ignored") != std::string::npos);
    const auto alone =
        with_options("supvisors_list=localhost:60000,127.0.0.1:60100\ninternal_port=7001\n");
    CHECK(accepted(alone).options.supvisors_list[0].federation_port == 7001);
    CHECK(accepted(alone).options.supvisors_list[1].federation_port == 60103);
    CHECK(warnings_of(alone).find("peers expect 60003") != std::string::npos);
}

TEST_CASE("ports of a neighbour on the same host are doubtful") {
    const auto outcome = with_options("supvisors_list=localhost:60000,localhost:60001\n");
    CHECK(warnings_of(outcome).find("the port 60001 is also a port of localhost:60001") !=
          std::string::npos);
}

TEST_CASE("a federation beyond loopback needs a key, or a word that it goes without") {
    CHECK(errors_of(with_options("supvisors_list=node1,node2"))
              .find("federation_key: is missing, and") != std::string::npos);
    CHECK(options_of("supvisors_list=node1,node2\nfederation_key=none").federation_key == "NONE");
    CHECK(options_of("supvisors_list=node1,node2\nfederation_key=k").federation_key ==
          "/work/dir/k");
    CHECK(options_of("supvisors_list=localhost,127.0.0.1:60100").federation_key.empty());
}

TEST_CASE("table 2.1: a bad value of discovery is an error, and its default holds") {
    struct Row {
        const char* text;
        const char* want;
    };
    const auto row = GENERATE(Row{"multicast_group=223.0.0.1:1234",
                                  "'223.0.0.1:1234' is not address:port of a multicast"},
                              Row{"multicast_group=240.0.0.1:1234", "discovery is off"},
                              Row{"multicast_group=239.0.0.0:1234", "not the base addresses"},
                              Row{"multicast_group=239.0.0.1", "not address"},
                              Row{"multicast_group=239.0.0.1:65536", "port between 1 and 65535"},
                              Row{"multicast_group=239.0.0.256:1234", "not address"},
                              Row{"multicast_interface=eth0",
                                  "IPv4 address of an interface, or ANY; any interface is taken"},
                              Row{"multicast_ttl=256", "between 0 and 255; 1 is taken"},
                              Row{"multicast_ttl=-1", "between 0 and 255"});
    CAPTURE(row.text);
    const auto read = accepted(with_options(row.text));
    REQUIRE(read.dropped.size() == 1);
    CHECK(read.dropped.front().find("/etc/s.conf:") == 0);
    CHECK(read.dropped.front().find(row.want) != std::string::npos);
    CHECK(read.options.multicast_group.empty());
    CHECK(read.options.multicast_interface.empty());
    CHECK(read.options.multicast_ttl == 1);
}

TEST_CASE("what is dropped is told with the errors of a configuration that is refused") {
    CHECK(errors_of(with_options("multicast_ttl=256\ninactivity_ticks=1")).find("1 is taken") !=
          std::string::npos);
}

TEST_CASE("O-70: multicast_group alone is enough, and says what it lacks") {
    const std::string group = "multicast_group=239.0.0.1:1234\n";
    const auto bare = with_options(group);
    CHECK(accepted(bare).options.multicast_group == "239.0.0.1:1234");
    CHECK(accepted(bare).options.multicast_key.empty());
    CHECK(warnings_of(bare).find("multicast_group lets any host in") != std::string::npos);
    CHECK(warnings_of(bare).find("announcements are not signed") != std::string::npos);
    CHECK(warnings_of(with_options(group + "federation_key=NONE\nmulticast_key=NONE")).empty());
    const auto signed_by_its_own = options_of(group + "federation_key=NONE\nmulticast_key=/k");
    CHECK(signed_by_its_own.multicast_key == "/k");
    const auto common = with_options(group + "federation_key=/f");
    CHECK(accepted(common).options.multicast_key == "/f");
    CHECK(warnings_of(common).empty());
    CHECK(warnings_of(with_options("multicast_key=/k"))
              .find("has no effect without multicast_group") != std::string::npos);
}

TEST_CASE("O-63: the identifier of supervisord plays no part, and a difference is told") {
    const auto text = "identifier=main\n[supvisors]\nsupvisors_list=<a>localhost\n";
    CHECK(warnings_of(read_text(text)).find("its nick 'a' prevails") != std::string::npos);
    CHECK(accepted(read_text(text)).identifier == "main");
    CHECK(
        warnings_of(read_text("identifier=a\n[supvisors]\nsupvisors_list=<a>localhost\n")).empty());
    CHECK(accepted(read_text("identifier=main\n")).options.supvisors_list[0].nick == "main");
}

TEST_CASE("the section of older releases is read, with a warning, when ours is absent") {
    const std::string old =
        "[rpcinterface:supvisors]\nsupervisor.rpcinterface_factory=supvisors.plugin:make\n"
        "loglevel=debug\n";
    CHECK(accepted(read_text(old)).options.loglevel == LogLevel::Debug);
    CHECK(warnings_of(read_text(old)).find("move them to [supvisors]") != std::string::npos);
    CHECK(errors_of(read_text(old + "tick_perod=1\n")).find("nearest name: tick_period") !=
          std::string::npos);
    const auto both = read_text(old + "[supvisors]\n");
    CHECK(accepted(both).options.loglevel == LogLevel::Info);
    CHECK(warnings_of(both).find("[rpcinterface:supvisors] is ignored") != std::string::npos);
    CHECK(warnings_of(read_text("[supvisor]\nx=1\n")).find("is [supvisors] meant?") !=
          std::string::npos);
}

TEST_CASE("options of [DEFAULT] that are not ours are no error") {
    const auto outcome = read_text("[DEFAULT]\nfoo=1\nloglevel=warn\n[supvisors]\n");
    CHECK(accepted(outcome).options.loglevel == LogLevel::Warn);
}

TEST_CASE("state_dir comes from systemd when it says so, and the socket fits") {
    auto host = sample_host();
    host.environment["STATE_DIRECTORY"] = "/var/lib/supvisors:/var/lib/other";
    const auto options = accepted(read_files({{"/etc/s.conf", with_servers("")}}, host)).options;
    CHECK(options.state_dir == "/var/lib/supvisors");
    CHECK(options.listener_socket == "/var/lib/supvisors/listener.sock");
    CHECK(errors_of(with_options("state_dir=/" + std::string(120, 'x')))
              .find("longer than a unix socket path") != std::string::npos);
}

}  // namespace
}  // namespace sup::config
