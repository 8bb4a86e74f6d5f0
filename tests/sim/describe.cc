#include "tests/sim/describe.h"

#include <vector>

#include "common/base/hash.h"
#include "common/base/overloaded.h"
#include "common/base/text.h"

namespace sup::sim {
namespace {

constexpr std::size_t kReadable = 20;

std::string text_of(const ProcessRecord& record) {
    return concat(namespec_of(record.process), " ", name_of(record.state),
                  record.start_ordered ? " ordered" : "", record.expected ? "" : " unexpected",
                  " pid ", record.pid,
                  record.spawn_error.empty() ? "" : concat(" '", record.spawn_error, "'"),
                  record.extra_args.empty() ? "" : concat(" args ", record.extra_args));
}

// A table that nobody would read is told by its digest.
std::string text_of(const InstanceStates& states) {
    if (states.size() > kReadable) {
        std::string codes;
        for (std::size_t place = 0; place < states.size(); ++place) {
            codes.push_back(static_cast<char>('0' + code_of(states.state(place))));
        }
        Hasher digest;
        digest.add(codes);
        return concat(" ", states.size(), " states ", digest.value());
    }
    std::string text;
    for (const auto& [identifier, state] : states.as_map()) {
        text += concat(" ", identifier, "=", name_of(state));
    }
    return text;
}

std::string text_of(const StateModes& modes) {
    auto text = concat(name_of(modes.fsm), " master=", modes.master, " term=", modes.term);
    return text + text_of(modes.instance_states) + (modes.starting_jobs ? " starting" : "") +
           (modes.stopping_jobs ? " stopping" : "") + (modes.degraded ? " degraded" : "");
}

std::string_view name(ProcessIntent intent) {
    switch (intent) {
        case ProcessIntent::None:
            return "none";
        case ProcessIntent::Due:
            return "due";
        case ProcessIntent::Wanted:
            return "wanted";
        case ProcessIntent::StoppedByUser:
            return "stopped by user";
        case ProcessIntent::Done:
            return "done";
    }
    return "?";
}

std::string text_of(const Intent& intent) {
    return concat(namespec_of(intent.process), " ", name(intent.intent),
                  intent.extra_args.empty() ? "" : concat(" args ", intent.extra_args));
}

std::string_view name(OrderKind kind) {
    switch (kind) {
        case OrderKind::Start:
            return "start";
        case OrderKind::Stop:
            return "stop";
        case OrderKind::RestartSupervisor:
            return "restart supervisord";
        case OrderKind::ShutdownSupervisor:
            return "shutdown supervisord";
    }
    return "?";
}

std::string text_of(const std::optional<Fault>& fault) {
    return fault ? fault->text() : std::string("accepted");
}

std::string text_of(const Orders& orders) {
    std::string text = "orders";
    for (const auto& order : orders.orders) {
        text += concat(" #", order.id, " ", name(order.kind), " ", namespec_of(order.process),
                       order.extra_args.empty() ? "" : concat(" args ", order.extra_args));
    }
    return text;
}

std::string text_of(const OrderResults& results) {
    std::string text = "results";
    for (const auto& result : results.results) {
        text += concat(" #", result.id, " ", text_of(result.fault));
    }
    return text;
}

std::string text_of(const Snapshot& snapshot) {
    auto text = concat("snapshot ", text_of(snapshot.modes));
    for (const auto& record : snapshot.processes) {
        text += concat("; ", text_of(record));
    }
    for (const auto& intent : snapshot.intents) {
        text += concat("; ", text_of(intent));
    }
    return text;
}

std::string text_of(const HelloAnswer& answer) {
    constexpr std::string_view kVerdicts[] = {"accepted", "refused", "not ready"};
    return concat("hello answer ", kVerdicts[static_cast<std::size_t>(answer.verdict)], " ",
                  join(answer.reasons, "; "));
}

std::string text_of(const Payload& payload) {
    return std::visit(
        Overloaded{
            [](const Tick& tick) { return concat("tick ", tick.counter, " digest ", tick.digest); },
            [](const Hello& hello) { return concat("hello ", hello.identity.nick); },
            [](const HelloAnswer& answer) { return text_of(answer); },
            [](const StateModes& modes) { return concat("modes ", text_of(modes)); },
            [](const ProcessChanged& change) { return concat("process ", text_of(change.record)); },
            [](const RemoteCall& call) { return concat("remote call ", call.id, " ", call.body); },
            [](const Forget& forget) { return concat("forget ", forget.identifier); },
            [](const RemoteAnswer& answer) {
                constexpr std::string_view kProgress[] = {"taken", "done", "lost"};
                return concat("remote answer ", answer.id, " ",
                              kProgress[static_cast<std::size_t>(answer.progress)], " ",
                              answer.response.body);
            },
            [](const ProcessRemoved& gone) {
                return concat("removed ", namespec_of(gone.process));
            },
            [](const IntentChanged& change) { return concat("intent ", text_of(change.intent)); },
            [](const ProcessForced& forced) {
                return concat("forced ", namespec_of(forced.process), " ", name_of(forced.state),
                              " on '", forced.identifier, "' ", forced.reason);
            },
            [](const SnapshotRequest&) { return std::string("snapshot request"); },
            [](const Snapshot& snapshot) { return text_of(snapshot); },
            [](const Probe& probe) { return concat("probe ", probe.about); },
            [](const ProbeAnswer& answer) {
                return concat("probe answer ", answer.about, answer.heard ? " heard" : " silent");
            },
            [](const Goodbye& goodbye) {
                return concat("goodbye ", static_cast<int>(goodbye.reason), " drain ",
                              goodbye.drain.ms);
            },
            [](const Orders& orders) { return text_of(orders); },
            [](const OrderResults& results) { return text_of(results); },
            [](const ForwardedRequest& request) {
                return concat("forwarded #", request.id, " ", describe(request.request));
            },
            [](const ForwardedAnswer& answer) {
                return concat("forwarded answer #", answer.id, " ", describe(answer.answer));
            },
        },
        payload);
}

std::string text_of(const core::CallSupervisor& call) {
    return std::visit(
        Overloaded{
            [](const core::ReadEverything&) { return std::string("read everything"); },
            [](const core::ReadProcesses& read) { return "read " + join(read.namespecs, " "); },
            [](const core::StartProcesses& start) { return "start " + join(start.namespecs, " "); },
            [](const core::StopProcesses& stop) { return "stop " + join(stop.namespecs, " "); },
            [](const core::LeaveArguments& leave) {
                std::string text = "leave";
                for (const auto& [process, extra_args] : leave.items) {
                    text += concat(" ", process.group, ":", process.name, " '", extra_args, "'");
                }
                return text;
            },
            [](const core::RestartSupervisor&) { return std::string("restart"); },
            [](const core::ShutdownSupervisor&) { return std::string("shutdown"); },
            [](const core::ReloadConfiguration&) { return std::string("reload configuration"); },
            [](const core::RemoveGroup& group) { return "remove group " + group.group; },
            [](const core::AddGroup& group) { return "add group " + group.group; },
        },
        call.call);
}

std::string text_of(const core::PublishEvent& event) {
    return std::visit(
        Overloaded{
            [](const SupvisorsInfo& info) {
                return concat("supvisors ", name_of(info.fsm), " master=", info.master_identifier,
                              info.degraded_mode ? " degraded" : "");
            },
            [](const InstanceInfo& info) {
                return concat("instance ", info.identifier, " ", name_of(info.state), " load ",
                              info.loading);
            },
            [](const ApplicationInfo& info) {
                return concat("application ", info.application_name, " ", name_of(info.state),
                              info.major_failure ? " major" : "",
                              info.minor_failure ? " minor" : "");
            },
            [](const ProcessEventInfo& info) {
                return concat("event ", info.group, ":", info.name, " ", name_of(info.state),
                              " on ", info.identifier, info.expected ? "" : " unexpected",
                              info.disabled ? " disabled" : "",
                              info.spawnerr.empty() ? "" : concat(" '", info.spawnerr, "'"));
            },
            [](const ProcessInfo& info) {
                return concat("process ", info.application_name, ":", info.process_name, " ",
                              name_of(info.state), " on ", python_list(info.identifiers),
                              info.extra_args.empty() ? "" : concat(" args ", info.extra_args));
            },
        },
        event.event);
}

std::string text_of(const core::StorePrograms& store) {
    std::vector<std::string> items;
    for (const auto& [program, is_disabled] : store.memory.disabilities) {
        if (is_disabled) {
            items.push_back(program + " disabled");
        }
    }
    for (const auto& [program, limit] : store.memory.limits) {
        items.push_back(concat(program, " at most ", limit));
    }
    for (const auto& [program, numprocs] : store.memory.numprocs) {
        items.push_back(concat(program, " configured ", numprocs));
    }
    return items.empty() ? "nothing" : join(items, ", ");
}

std::string_view name(StartingStrategy strategy) {
    return name_of(strategy);
}

}  // namespace

std::string describe(const Message& message) {
    return concat(message.sender, " #", message.sequence, " term ", message.term, ": ",
                  text_of(message.payload));
}

std::string describe(const Answer& answer) {
    return std::visit(Overloaded{
                          [](Done) { return std::string("done"); },
                          [](const Fault& fault) { return fault.text(); },
                          [](const Started& started) { return "started " + started.namespec; },
                      },
                      answer);
}

std::string describe(const Request& request) {
    const auto namespec = [](const Namespec& process) {
        return process.group + ":" + process.name;
    };
    return std::visit(
        Overloaded{
            [](const StartApplication& start) {
                return concat("start_application ", start.application, " ", name(start.strategy));
            },
            [](const StopApplication& stop) { return "stop_application " + stop.application; },
            [](const RestartApplication& restart) {
                return concat("restart_application ", restart.application, " ",
                              name(restart.strategy));
            },
            [&](const StartProcess& start) {
                return concat("start_process ", namespec(start.process), " ", name(start.strategy),
                              " ", start.extra_args);
            },
            [](const StartAnyProcess& start) {
                return concat("start_any_process '", start.regex, "' ", name(start.strategy), " ",
                              start.extra_args);
            },
            [&](const StartArgs& start) {
                return concat("start_args ", namespec(start.process), " ", start.extra_args);
            },
            [&](const StopProcess& stop) { return "stop_process " + namespec(stop.process); },
            [&](const RestartProcess& restart) {
                return concat("restart_process ", namespec(restart.process), " ",
                              name(restart.strategy), " ", restart.extra_args);
            },
            [](const RestartSequence&) { return std::string("restart_sequence"); },
            [](const Conciliate& one) { return concat("conciliate ", name_of(one.strategy)); },
            [](const RestartFederation&) { return std::string("restart"); },
            [](const ShutdownFederation&) { return std::string("shutdown"); },
            [](const EndSync& end) { return "end_sync " + end.master; },
        },
        request);
}

std::string describe(const core::Command& command) {
    return std::visit(
        Overloaded{
            [](const core::SendToPeer& send) {
                return concat("to ", send.peer.value, " ", describe(send.message));
            },
            [](const core::SendToPeers& send) {
                std::string to = "to";
                for (const auto peer : send.peers) {
                    to += concat(" ", peer.value);
                }
                return concat(to, " ", describe(send.message));
            },
            [](const core::Announce& own) {
                return concat("announce ", own.announcement.identifier, " ",
                              own.announcement.counter);
            },
            [](const core::ConnectPeer& peer) {
                return concat("connect ", peer.peer.value, " ", peer.identifier);
            },
            [](const core::DisconnectPeer& peer) { return concat("disconnect ", peer.peer.value); },
            [](const core::CallSupervisor& call) { return "call " + text_of(call); },
            [](const core::NudgeSupervisor&) { return std::string("nudge"); },
            [](const core::WatchPid& watch) { return concat("watch ", watch.pid); },
            [](const core::UnwatchPid& watch) { return concat("unwatch ", watch.pid); },
            [](const core::SignalPid& signal) {
                return concat("signal ", signal.pid,
                              signal.signal == core::Signal::Term ? " TERM" : " KILL");
            },
            [](const core::StorePrograms& store) { return "store " + text_of(store); },
            [](const core::ServeRemoteCall& call) {
                return concat("serve ", call.peer.value, " ", call.id, " ", call.body);
            },
            [](const core::AnswerRemoteCall& answer) {
                const auto* fault = std::get_if<Fault>(&answer.answer);
                return concat("answer ", answer.id, " ",
                              fault != nullptr ? fault->text()
                                               : std::get<RemoteResponse>(answer.answer).body);
            },
            [](const core::FindOrphans& find) { return concat("find orphans ", find.ago.ms); },
            [](const core::AnswerOperator& answer) {
                return concat("answer ", answer.id, " ", describe(answer.answer));
            },
            [](const core::PublishEvent& event) { return "publish " + text_of(event); },
            [](const core::Note& note) { return concat("note ", note.category, " ", note.text); },
            [](const core::Terminate& end) { return "terminate " + end.reason; },
        },
        command);
}

}  // namespace sup::sim
