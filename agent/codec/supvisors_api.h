#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/codec/supvisors_arguments.h"
#include "agent/codec/xmlrpc_value.h"
#include "agent/codec/xmlrpc_writer.h"
#include "agent/core/queries.h"
#include "common/model/local_requests.h"
#include "common/model/requests.h"

// The namespace `supvisors` of the XML-RPC API as a table: one row per method, with its parameters,
// its help and what it does. Adding a method is adding a row to the family that it belongs to
// (supvisors_status.cc, supvisors_control.cc, supvisors_jobs.cc, supvisors_local.cc,
// supvisors_plans.cc). A method that is not possible yet has no row.
namespace sup::codec {

inline constexpr std::string_view kApiVersion = "0.19";
inline constexpr std::string_view kNamespace = "supvisors.";

// The level of the agent's own log: the shell's business, not the core's.
struct ChangeLogLevel {
    LogLevel level = LogLevel::Info;
    bool operator==(const ChangeLogLevel&) const = default;
};

// What a call comes to: a result that is already there, a legitimate no, or something to be done
// whose answer comes later (true when done).
using Action = std::variant<ValueXml, Fault, Request, LocalRequest, ChangeLogLevel>;

// Asked only by the methods that read.
using QueriesSource = std::function<core::Queries()>;
using Handler = std::function<Action(const QueriesSource&, const Arguments&)>;

struct Method {
    std::string_view name;    // without the namespace
    std::string_view result;  // XML-RPC type
    std::vector<Parameter> parameters;
    // States in which the method is allowed, for the methods that check a strategy: the state comes
    // first (section 1.8). The core checks the state of every request anyway.
    std::vector<FsmState> states;
    std::string_view help;
    Handler handler;
};

// All methods, sorted by name.
std::span<const Method> supvisors_methods();

// Null when there is no such method. The name is complete: `supvisors.get_process_info`.
const Method* find_supvisors_method(std::string_view name);

// The fault of an unknown method or of wrong parameters comes back as an action as well.
Action plan_call(const Call& call, const QueriesSource& queries);

// What `system.listMethods`, `methodHelp` and `methodSignature` say of our methods.
std::vector<std::string> supvisors_method_names();
std::string help_of(const Method& method);
std::vector<std::string> signature_of(const Method& method);

}  // namespace sup::codec
