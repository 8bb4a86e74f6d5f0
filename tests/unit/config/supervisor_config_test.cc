#include "common/config/supervisor_config.h"

#include <catch2/catch.hpp>

#include "common/base/text.h"
#include "tests/unit/config/memory_files.h"

namespace sup::config {
namespace {

using Autorestart = ProcessConfig::Autorestart;

std::vector<std::string> names_of_processes(const Configuration& configuration) {
    std::vector<std::string> names;
    for (const auto& process : configuration.processes) {
        names.push_back(concat(process.process.group, ":", process.process.name));
    }
    return names;
}

TEST_CASE("a process is described by its section, with supervisord's defaults") {
    const auto plain = accepted(read_text("[program:x]\ncommand=/bin/cat\n")).processes.at(0);
    ProcessConfig want;
    want.process = {"x", "x"};
    want.program = "x";
    want.command = "/bin/cat";
    want.command_place = "/etc/s.conf:5";
    want.section = "program:x";
    CHECK(plain == want);
    const auto full =
        accepted(read_text("[program:x]\ncommand=c\nstartsecs=5\nstopwaitsecs=20\nautostart=no\n"
                           "autorestart=true\nstdout_logfile=NONE\nredirect_stderr=true\n"))
            .processes.at(0);
    CHECK(full.startsecs == 5_s);
    CHECK(full.stopwaitsecs == 20_s);
    CHECK(full.autorestart == Autorestart::Always);
    CHECK_FALSE(full.autostart);
    CHECK_FALSE(full.has_stdout);
    CHECK_FALSE(full.has_stderr);
}

TEST_CASE("a homogeneous group has numprocs processes, sorted by name, ranked by number") {
    const auto configuration =
        accepted(read_text("[program:x]\ncommand=c\nnumprocs=3\nnumprocs_start=9\nprocess_name=%("
                           "program_name)s%(process_num)d\n"));
    CHECK(names_of_processes(configuration) == std::vector<std::string>{"x:x10", "x:x11", "x:x9"});
    CHECK(configuration.processes[0].index == 1);
    CHECK(configuration.processes[0].numbered);
    CHECK(configuration.processes[2].index == 0);
}

TEST_CASE("groups are sorted by priority then name, a program may be in several") {
    const auto configuration = accepted(read_text(
        "[group:z]\nprograms=a,b\npriority=1\n[group:y]\nprograms=a\n[program:a]\ncommand=c\n["
        "program:b]\ncommand=c\n"
        "priority=1\n[program:c]\ncommand=c\n[eventlistener:e]\ncommand=c\nevents=TICK_5\n"
        "[fcgi-program:f]\ncommand=c\nsocket=tcp://localhost:9000\n"));
    CHECK(names_of_processes(configuration) ==
          std::vector<std::string>{"e:e", "z:a", "z:b", "c:c", "f:f", "y:a"});
}

TEST_CASE("of two groups or processes of the same name, one is run, and it is told") {
    const auto outcome = read_text(
        "[group:x]\nprograms=y,z\n[program:x]\ncommand=c\n[program:y]\ncommand=c\n"
        "process_name=same\nstartsecs=1\n[program:z]\ncommand=c\nprocess_name=same\n"
        "startsecs=2\n");
    const auto configuration = accepted(outcome);
    CHECK(names_of_processes(configuration) == std::vector<std::string>{"x:same"});
    CHECK(configuration.processes[0].program == "z");
    CHECK(warnings_of(outcome).find("there are two groups named 'x'") != std::string::npos);
    CHECK(warnings_of(outcome).find("holds two processes named 'same'") != std::string::npos);
}

TEST_CASE("where supvisors-exec looks is told by its command, else by the environment it gets") {
    const std::string settings = GENERATE(as<std::string>(), "", "environment=A=b\n",
                                          "environment=SUPVISORS_STATE_DIR=/env/dir\n");
    const std::string otherwise =
        settings.find("/env") == std::string::npos ? "/var/lib/supvisors" : "/env/dir";
    struct Row {
        std::string command;
        std::string want;
    };
    const auto row = GENERATE_COPY(values<Row>({
        {"/usr/bin/foo -x", ""},
        {"/usr/bin/supvisors-exec -d /s//a/ /usr/bin/foo -x", "/s/a"},
        {"supvisors-exec -d \"/s/a b\" foo", "/s/a b"},
        {"supvisors-exec -d %(here)s/.supvisors foo", "/etc/.supvisors"},
        {"env A=b supvisors-exec -d /s foo", "/s"},
        {"supvisors-exec foo -d /s", otherwise},
        {"grep supvisors-exec -d /s", ""},
    }));
    CAPTURE(row.command, settings);
    const auto process =
        accepted(read_text(concat("[program:x]\ncommand=", row.command, "\n", settings)))
            .processes.at(0);
    CHECK(process.arguments_dir == row.want);
    CHECK(process.command == row.command);
}

TEST_CASE("a supvisors-exec that looks elsewhere than the agent writes deserves a warning") {
    const auto outcome = read_text(
        "[supvisors]\nstate_dir=/state\n[program:x]\ncommand=supvisors-exec -d /other foo\n"
        "process_name=%(process_num)d\nnumprocs=2\n[program:y]\ncommand=supvisors-exec -d /state "
        "foo\n[program:z]\ncommand=foo\n");
    CHECK(warnings_of(outcome) ==
          "/etc/s.conf:7: [program:x] command: supvisors-exec looks in /other; expected -d /state");
}

TEST_CASE("the relay and the agent are infrastructure, what resembles them is not") {
    const auto configuration = accepted(read_text(
        "[eventlistener:r]\ncommand=/usr/bin/supvisors-listener %(here)s/x\nevents=TICK_5\n"
        "[program:a]\ncommand=supvisors-agent -c x\n[program:l]\ncommand=supvisors-listener x\n"
        "[eventlistener:s]\ncommand=supvisors-agent\nevents=TICK_5\n"));
    for (const auto& process : configuration.processes) {
        CAPTURE(process.program);
        CHECK(process.is_infrastructure() == (process.program == "r" || process.program == "a"));
    }
}

TEST_CASE("what is stopped before the programs cannot tell what ends: a warning") {
    const std::string programs = "[program:x]\ncommand=x\n[program:y]\ncommand=y\npriority=3\n";
    const std::string relay = "[eventlistener:r]\ncommand=supvisors-listener x\nevents=TICK_5\n";
    const std::string agent = "[program:a]\ncommand=supvisors-agent -c x\n";
    CHECK(warnings_of(read_text(programs + relay + agent + "priority=-2\n")).empty());
    CHECK(warnings_of(read_text(relay + agent)).empty());
    CHECK(
        warnings_of(read_text(programs + relay + agent)) ==
        "/etc/s.conf:12: group 'a' of priority 999 is stopped before group 'y': what ends then is "
        "told to nobody; expected a priority less than 3");
    CHECK(warnings_of(read_text(programs + agent + "priority=2\n" + relay + "priority=3\n")) ==
          "/etc/s.conf:12: group 'r' of priority 3 is stopped before group 'y': what ends then is "
          "told to nobody; expected a priority less than 3");
}

TEST_CASE("later files win option by option, globs are sorted, here is the file's directory") {
    const auto configuration = accepted(read_files(
        {{"/etc/s.conf",
          with_servers("[include]\nfiles=conf.d/*.ini last.conf %(ENV_COLOUR)s.conf\n[program:a]\n"
                       "command=c\nstartsecs=1\nstopwaitsecs=1\nautorestart=false\n")},
         {"/etc/conf.d/10.ini", "[program:a]\nstartsecs=10\n"},
         {"/etc/conf.d/9.ini",
          "[program:a]\nstartsecs=9\nstopwaitsecs=9\n[supvisors]\nstate_dir=%(here)s\n"},
         {"/etc/last.conf", "[program:a]\nautorestart=true\n[include]\nfiles=nothing\n"},
         {"/etc/blue.conf", "[program:blue]\ncommand=c\n"}},
        sample_host()));
    CHECK(names_of_processes(configuration) == std::vector<std::string>{"a:a", "blue:blue"});
    CHECK(configuration.processes[0].startsecs == 9_s);
    CHECK(configuration.processes[0].stopwaitsecs == 9_s);
    CHECK(configuration.processes[0].autorestart == Autorestart::Always);
    CHECK(configuration.options.state_dir == "/etc/conf.d");
    CHECK(join(configuration.warnings, "\n").find("an [include] in an included file is ignored") !=
          std::string::npos);
}

TEST_CASE("an include that matches nothing, or is unreadable, is a warning as for supervisord") {
    const auto outcome = read_files(
        {{"/etc/s.conf", with_servers("[include]\nfiles=no/*.ini d*\n")}, {"/etc/d/x", ""}},
        sample_host());
    accepted(outcome);
    CHECK(warnings_of(outcome).find(
              "/etc/s.conf:5: [include] files: no file matches '/etc/no/*.ini'") !=
          std::string::npos);
    CHECK(warnings_of(outcome).find("/etc/d: the included file is skipped") != std::string::npos);
}

TEST_CASE("environments: the daemon's for all, the program's for its own processes only") {
    const auto configuration = accepted(
        read_text("environment=A=\"x\"\n[program:p]\ncommand=%(ENV_A)s\nenvironment=A=\"%(ENV_A)s%("
                  "process_num)d\"\n"
                  "process_name=%(ENV_A)s_%(process_num)d\nnumprocs=2\n[program:q]\ncommand=c\n"
                  "process_name=%(ENV_A)s%(ENV_COLOUR)s\n"));
    CHECK(names_of_processes(configuration) ==
          std::vector<std::string>{"p:x0_0", "p:x1_1", "q:xblue"});
}

TEST_CASE("O-2: the inet server is needed, and its address is made reachable (E-25)") {
    struct Row {
        const char* port;
        const char* host;
    };
    const auto row = GENERATE(Row{"60000", "localhost"}, Row{":60000", "localhost"},
                              Row{"*:60000", "localhost"}, Row{"0.0.0.0:60000", "localhost"},
                              Row{"10.0.0.1:60000", "10.0.0.1"}, Row{"NODE1:60000", "node1"});
    const auto configuration = accepted(read_files(
        {{"/etc/s.conf",
          concat("[supervisord]\n[unix_http_server]\nfile=/x\n[inet_http_server]\nport=", row.port,
                 "\nusername=me\npassword={SHA}abc\n")}},
        sample_host()));
    CHECK(configuration.inet.host == row.host);
    CHECK(configuration.inet.port == 60000);
    CHECK(configuration.inet.username == "me");
    CHECK(configuration.inet.password == "{SHA}abc");
}

TEST_CASE("missing pieces are told all at once") {
    const auto nothing = read_files({}, sample_host());
    CHECK(errors_of(nothing) ==
          "/etc/s.conf: cannot read the configuration file: No such file or directory");
    const auto empty =
        errors_of(read_files({{"/etc/s.conf", "[unix_http_server]\nfile=/x\n"}}, sample_host()));
    CHECK(empty.find("there is no [supervisord] section") != std::string::npos);
    CHECK(empty.find("there is no [inet_http_server] section") != std::string::npos);
    const auto many = errors_of(
        read_text("nonsense\n[program:x]\nstartsecs=a\nautostart=b\n[group:g]\nprograms=y,zz\n"
                  "[program:y]\ncommand=%(no)s\n[supvisors]\nfoo=1\ntick_period=x\n"));
    CHECK(split(many, '\n').size() == 8);
    CHECK(many.find("/etc/s.conf:6: [program:x] startsecs: 'a' is not a whole number of seconds") !=
          std::string::npos);
}

TEST_CASE("passwords never appear in messages") {
    const auto outcome =
        read_files({{"/etc/s.conf",
                     "[supervisord]\n[inet_http_server]\nport=x\nusername=me\npassword=secret\n"}},
                   sample_host());
    CHECK_FALSE(errors_of(outcome).empty());
    CHECK(errors_of(outcome).find("secret") == std::string::npos);
    const auto variables = read_text(
        "environment=A=\"secret%(x)s\"\n[program:p]\ncommand=c\n"
        "environment=B=\"secret\",C\n[unix_http_server]\nfile=x\n"
        "username=u\npassword=secret%\n");
    CHECK(split(errors_of(variables), '\n').size() == 3);
    CHECK(errors_of(variables).find("secret") == std::string::npos);
}

TEST_CASE("a relative path starts from the working directory") {
    const auto outcome = read_configuration("c/../s.conf", sample_host(),
                                            MemoryFiles({{"/work/dir/s.conf", with_servers("")}}));
    CHECK(accepted(outcome).path == "/work/dir/s.conf");
    CHECK(accepted(outcome).options.state_dir == "/work/dir/.supvisors");
}

TEST_CASE("the facts of a real host can be read") {
    const auto host = read_host_facts();
    CHECK_FALSE(host.hostname.empty());
    CHECK_FALSE(host.local_names.empty());
    CHECK(host.working_directory.starts_with('/'));
    CHECK(host.resolve("127.0.0.1") == std::vector<std::string>{"127.0.0.1"});
}

}  // namespace
}  // namespace sup::config
