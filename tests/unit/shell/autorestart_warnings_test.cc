#include "agent/shell/autorestart_warnings.h"

#include <catch2/catch.hpp>

#include "agent/shell/rules_files.h"
#include "tests/unit/shell/scratch_directory.h"

namespace sup::shell {
namespace {

ProcessConfig process(std::string program, std::string name, ProcessConfig::Autorestart restart) {
    ProcessConfig one;
    one.process = {"shop", std::move(name)};
    one.section = "program:" + program;
    one.program = std::move(program);
    one.autorestart = restart;
    one.command_place = "s.conf:7";
    return one;
}

TEST_CASE("a crash that concerns the application does not go well with autorestart (R-33)") {
    const test::ScratchDirectory directory;
    directory.write("r.xml", R"(<root><application name="shop"><programs>
<program name="stop">
<running_failure_strategy>STOP_APPLICATION</running_failure_strategy></program>
<program name="again">
<running_failure_strategy>RESTART_APPLICATION</running_failure_strategy></program>
<program pattern="pool">
<running_failure_strategy>STOP_APPLICATION</running_failure_strategy></program>
<program name="alone"><running_failure_strategy>RESTART_PROCESS</running_failure_strategy></program>
</programs></application></root>)");
    const std::vector<std::string> globs{directory.path("r.xml")};
    const auto reading = read_rules(globs);
    const auto& rules = std::get<rules::LoadedRules>(reading.outcome).rules;
    using Autorestart = ProcessConfig::Autorestart;
    const std::vector<ProcessConfig> processes{process("stop", "stop", Autorestart::Unexpected),
                                               process("again", "again", Autorestart::Never),
                                               process("pool", "pool_00", Autorestart::Always),
                                               process("pool", "pool_01", Autorestart::Always),
                                               process("alone", "alone", Autorestart::Always),
                                               process("unknown", "unknown", Autorestart::Always)};
    const std::string rest =
        " in the rules, and supervisord starts it again before: autorestart=false was expected";
    CHECK(autorestart_warnings(processes, rules) ==
          std::vector<std::string>{
              "s.conf:7: [program:stop] has the running_failure_strategy STOP_APPLICATION" + rest,
              "s.conf:7: [program:pool] has the running_failure_strategy STOP_APPLICATION" + rest});
}

}  // namespace
}  // namespace sup::shell
