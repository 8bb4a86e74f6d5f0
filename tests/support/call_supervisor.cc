#include <cstdlib>
#include <iostream>
#include <nlohmann/json.hpp>

#include "agent/codec/event_json.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/supervisor_client.h"
#include "common/base/overloaded.h"

// call_supervisor PORT USER PASSWORD read|start|stop NAMESPEC...
// call_supervisor PORT USER PASSWORD everything|restart|shutdown
// One call of the agent's client to a supervisord on loopback, its reply printed as JSON, so that a
// test compares it with what supervisord tells others.
namespace {

using nlohmann::json;
using namespace sup;
using Call = decltype(core::CallSupervisor::call);

json process_json(const core::SupervisorProcess& process) {
    return {{"group", process.process.group},      {"name", process.process.name},
            {"statename", name_of(process.state)}, {"start", process.start.ms / 1000},
            {"stop", process.stop.ms / 1000},      {"spawnerr", process.spawn_error},
            {"exitstatus", process.exit_status},   {"pid", process.pid}};
}

json program_json(const core::SupervisorProgram& program) {
    return {{"group", program.process.group},
            {"name", program.process.name},
            {"autostart", program.autostart},
            {"startsecs", program.startsecs.ms / 1000},
            {"stopwaitsecs", program.stopwaitsecs.ms / 1000},
            {"has_stdout", program.has_stdout},
            {"has_stderr", program.has_stderr}};
}

json processes_json(const std::vector<core::SupervisorProcess>& processes) {
    json list = json::array();
    for (const auto& process : processes) {
        list.push_back(process_json(process));
    }
    return list;
}

json reply_json(const core::SupervisorReply& reply) {
    return std::visit(
        Overloaded{
            [](const core::AllProcesses& all) {
                json programs = json::array();
                for (const auto& program : all.programs) {
                    programs.push_back(program_json(program));
                }
                return json{{"pid", all.session.pid},
                            {"start_ticks", all.session.start_ticks},
                            {"processes", processes_json(all.processes)},
                            {"programs", programs}};
            },
            [](const core::SomeProcesses& some) {
                return json{{"processes", processes_json(some.processes)}};
            },
            [](const core::Verdicts& verdicts) {
                json list = json::array();
                for (const auto& fault : verdicts.verdicts) {
                    list.push_back(fault ? fault->text() : "");
                }
                return json{{"verdicts", list}};
            },
            [](const core::ConfigurationReloaded& reloaded) {
                return json{{"changed", reloaded.changed}};
            },
            [](const core::CallFailed& failed) {
                return json{{"kind", static_cast<int>(failed.kind)}, {"reason", failed.reason}};
            }},
        reply.result);
}

std::optional<Call> call_of(const std::string& word, const std::vector<std::string>& namespecs) {
    if (word == "everything") {
        return core::ReadEverything{};
    }
    if (word == "read") {
        return core::ReadProcesses{namespecs};
    }
    if (word == "start") {
        return core::StartProcesses{namespecs};
    }
    if (word == "stop") {
        return core::StopProcesses{namespecs};
    }
    if (word == "restart") {
        return core::RestartSupervisor{};
    }
    if (word == "shutdown") {
        return core::ShutdownSupervisor{};
    }
    if (word == "reload") {
        return core::ReloadConfiguration{};
    }
    if (word == "remove" && !namespecs.empty()) {
        return core::RemoveGroup{namespecs[0]};
    }
    if (word == "add" && !namespecs.empty()) {
        return core::AddGroup{namespecs[0]};
    }
    return std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
    const std::vector<std::string> words(argv + 1, argv + argc);
    const auto call =
        words.size() < 4 ? std::nullopt : call_of(words[3], {words.begin() + 4, words.end()});
    if (!call) {
        std::cerr << "usage: call_supervisor PORT USER PASSWORD "
                     "everything|read|start|stop|restart|shutdown|reload|remove|add "
                     "[NAMESPEC|GROUP...]\n";
        return 2;
    }
    shell::SupervisorClient::prepare_library();
    shell::EventLoop loop;
    const auto port = static_cast<std::uint16_t>(std::atoi(words[0].c_str()));
    shell::SupervisorClient client(loop, {"localhost", port, words[1], words[2]},
                                   [&loop](const core::SupervisorReply& reply) {
                                       std::cout << codec::dump_json(reply_json(reply)) << '\n';
                                       loop.stop();
                                   });
    client.call({1, *call});
    loop.run();
    return 0;
}
