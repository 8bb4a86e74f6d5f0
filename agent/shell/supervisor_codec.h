#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/core/input.h"
#include "common/base/result.h"
#include "common/model/requests.h"

// The calls to supervisord as XML-RPC text, and its answers as inputs of the core. Pure; safe on
// any bytes. xmlrpc-c stays in the .cc file.
namespace sup::shell {

inline constexpr std::size_t kMaxXmlBytes = 16 * 1024 * 1024;

// To be called once, before any thread uses the codec.
void prepare_supervisor_codec();

// A call without parameters: supervisor.getPID, supervisor.restart…
std::string encode_plain_call(std::string_view method);

// A call with the name of a group.
std::string encode_group_call(std::string_view method, const std::string& group);

// One system.multicall of the same method for each process.
enum class ProcessMethod { GetInfo, Start, Stop };  // start and stop never wait
std::string encode_process_calls(ProcessMethod method, std::span<const std::string> namespecs);

// A whole answer that is a fault is a legitimate no.
template <typename T>
using Decoded = Result<std::variant<T, Fault>>;

Decoded<std::int32_t> decode_pid(const std::string& xml);
Decoded<std::vector<core::SupervisorProcess>> decode_all_processes(const std::string& xml);
// Processes of groups that are not active in supervisord are left out.
Decoded<std::vector<core::SupervisorProgram>> decode_all_programs(const std::string& xml);
// Whatever the result of a plain call, only its success matters.
Decoded<Done> decode_acknowledgement(const std::string& xml);
// Of supervisor.reloadConfig.
Decoded<core::ConfigurationReloaded> decode_reloaded(const std::string& xml);
// Of a multicall with that many calls: one verdict each.
Decoded<core::Verdicts> decode_verdicts(const std::string& xml, std::size_t calls);
// Of a multicall of GetInfo: unknown processes are left out.
Decoded<core::SomeProcesses> decode_some_processes(const std::string& xml);

}  // namespace sup::shell
