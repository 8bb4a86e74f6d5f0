#include "agent/shell/supervisor_codec.h"

#include <exception>
#include <map>
#include <utility>
#include <xmlrpc-c/base.hpp>
#include <xmlrpc-c/xml.hpp>

#include "common/base/text.h"

namespace sup::shell {
namespace {

using Value = xmlrpc_c::value;
using Struct = std::map<std::string, Value>;

Fault make_fault(int code, const std::string& text) {
    // supervisord writes `SYMBOL: detail`; a code that nobody defined keeps its text whole.
    const auto known = parse_code<FaultCode>(code);
    if (!known) {
        return {FaultCode::Failed, concat("code ", code, ", ", text)};
    }
    const std::string symbol = concat(name_of(*known), ": ");
    if (text == name_of(*known)) {
        return {*known, {}};
    }
    return {*known, text.starts_with(symbol) ? text.substr(symbol.size()) : text};
}

Error unreadable(std::string_view what) {
    return Error{concat("supervisord's answer cannot be read: ", what)};
}

// The library throws when a value has another type than asked for; everything here runs under the
// catch of read_answer.
std::int32_t read_int(const Struct& fields, const std::string& name) {
    return static_cast<int>(xmlrpc_c::value_int(fields.at(name)));
}
bool read_bool(const Struct& fields, const std::string& name) {
    const Value& value = fields.at(name);
    // A struct that went through Automatic or None holds a word instead.
    return value.type() == Value::TYPE_BOOLEAN && static_cast<bool>(xmlrpc_c::value_boolean(value));
}
std::string read_text(const Struct& fields, const std::string& name) {
    const Value& value = fields.at(name);
    return value.type() == Value::TYPE_STRING
               ? static_cast<std::string>(xmlrpc_c::value_string(value))
               : std::string();
}
Struct read_struct(const Value& value) {
    return static_cast<Struct>(xmlrpc_c::value_struct(value));
}
std::vector<Value> read_array(const Value& value) {
    return xmlrpc_c::value_array(value).vectorValueValue();
}
WallTime read_seconds(const Struct& fields, const std::string& name) {
    return {std::int64_t{read_int(fields, name)} * 1000};
}

core::SupervisorProcess read_process(const Value& value) {
    const Struct fields = read_struct(value);
    core::SupervisorProcess process;
    process.process = {read_text(fields, "group"), read_text(fields, "name")};
    process.state =
        parse_code<ProcessState>(read_int(fields, "state")).value_or(ProcessState::Unknown);
    process.start = read_seconds(fields, "start");
    process.stop = read_seconds(fields, "stop");
    process.now = read_seconds(fields, "now");
    process.spawn_error = read_text(fields, "spawnerr");
    process.exit_status = read_int(fields, "exitstatus");
    process.pid = read_int(fields, "pid");
    return process;
}

core::SupervisorProgram read_program(const Struct& fields) {
    core::SupervisorProgram program;
    program.process = {read_text(fields, "group"), read_text(fields, "name")};
    program.autostart = read_bool(fields, "autostart");
    program.startsecs = {std::int64_t{read_int(fields, "startsecs")} * 1000};
    program.stopwaitsecs = {std::int64_t{read_int(fields, "stopwaitsecs")} * 1000};
    program.has_stdout = read_text(fields, "stdout_logfile") != "none";
    program.has_stderr = read_text(fields, "stderr_logfile") != "none";
    return program;
}

// The fault of one element of a multicall's result, if it is one.
std::optional<Fault> read_element_fault(const Value& element) {
    if (element.type() != Value::TYPE_STRUCT) {
        return std::nullopt;
    }
    const Struct fields = read_struct(element);
    if (!fields.contains("faultCode")) {
        return std::nullopt;
    }
    return make_fault(read_int(fields, "faultCode"), read_text(fields, "faultString"));
}

// `read` turns the result into a T.
template <typename T, typename Read>
Decoded<T> read_answer(const std::string& xml, Read&& read) {
    if (xml.find("<!DOCTYPE") != std::string::npos || xml.find("<!ENTITY") != std::string::npos) {
        return unreadable("it declares a document type, which XML-RPC never does");
    }
    try {
        xmlrpc_c::rpcOutcome outcome;
        xmlrpc_c::xml::parseResponse(xml, &outcome);
        if (!outcome.succeeded()) {
            const auto fault = outcome.getFault();
            return std::variant<T, Fault>(
                make_fault(static_cast<int>(fault.getCode()), fault.getDescription()));
        }
        return std::variant<T, Fault>(read(outcome.getResult()));
    } catch (const std::exception& error) {
        return unreadable(error.what());
    }
}

std::string encode(const std::string& method, const xmlrpc_c::paramList& parameters) {
    std::string xml;
    xmlrpc_c::xml::generateCall(method, parameters, &xml);
    return xml;
}

const char* method_name(ProcessMethod method) {
    switch (method) {
        case ProcessMethod::GetInfo:
            return "supervisor.getProcessInfo";
        case ProcessMethod::Start:
            return "supervisor.startProcess";
        case ProcessMethod::Stop:
            return "supervisor.stopProcess";
    }
    return "";
}

}  // namespace

void prepare_supervisor_codec() {
    xmlrpc_limit_set(XMLRPC_XML_SIZE_LIMIT_ID, kMaxXmlBytes);
}

std::string encode_plain_call(std::string_view method) {
    return encode(std::string(method), xmlrpc_c::paramList());
}

std::string encode_group_call(std::string_view method, const std::string& group) {
    xmlrpc_c::paramList parameters;
    parameters.add(xmlrpc_c::value_string(group));
    return encode(std::string(method), parameters);
}

std::string encode_process_calls(ProcessMethod method, std::span<const std::string> namespecs) {
    std::vector<Value> calls;
    for (const std::string& namespec : namespecs) {
        std::vector<Value> parameters = {xmlrpc_c::value_string(namespec)};
        if (method != ProcessMethod::GetInfo) {
            parameters.emplace_back(xmlrpc_c::value_boolean(false));
        }
        calls.emplace_back(xmlrpc_c::value_struct(
            Struct{{"methodName", xmlrpc_c::value_string(method_name(method))},
                   {"params", xmlrpc_c::value_array(parameters)}}));
    }
    xmlrpc_c::paramList parameters;
    parameters.add(xmlrpc_c::value_array(calls));
    return encode("system.multicall", parameters);
}

Decoded<std::int32_t> decode_pid(const std::string& xml) {
    return read_answer<std::int32_t>(xml, [](const Value& result) {
        return static_cast<std::int32_t>(static_cast<int>(xmlrpc_c::value_int(result)));
    });
}

Decoded<std::vector<core::SupervisorProcess>> decode_all_processes(const std::string& xml) {
    using Processes = std::vector<core::SupervisorProcess>;
    return read_answer<Processes>(xml, [](const Value& result) {
        Processes processes;
        for (const Value& element : read_array(result)) {
            processes.push_back(read_process(element));
        }
        return processes;
    });
}

Decoded<std::vector<core::SupervisorProgram>> decode_all_programs(const std::string& xml) {
    using Programs = std::vector<core::SupervisorProgram>;
    return read_answer<Programs>(xml, [](const Value& result) {
        Programs programs;
        for (const Value& element : read_array(result)) {
            const Struct fields = read_struct(element);
            if (read_bool(fields, "inuse")) {
                programs.push_back(read_program(fields));
            }
        }
        return programs;
    });
}

Decoded<Done> decode_acknowledgement(const std::string& xml) {
    return read_answer<Done>(xml, [](const Value&) { return Done{}; });
}

// [[added, changed, removed]], each a list of groups.
Decoded<core::ConfigurationReloaded> decode_reloaded(const std::string& xml) {
    return read_answer<core::ConfigurationReloaded>(xml, [](const Value& result) {
        core::ConfigurationReloaded reloaded;
        const auto lists = read_array(read_array(result).at(0));
        for (const Value& group : read_array(lists.at(1))) {
            reloaded.changed.push_back(static_cast<std::string>(xmlrpc_c::value_string(group)));
        }
        return reloaded;
    });
}

Decoded<core::Verdicts> decode_verdicts(const std::string& xml, std::size_t calls) {
    auto decoded = read_answer<core::Verdicts>(xml, [](const Value& result) {
        core::Verdicts verdicts;
        for (const Value& element : read_array(result)) {
            verdicts.verdicts.push_back(read_element_fault(element));
        }
        return verdicts;
    });
    if (decoded) {
        const auto* verdicts = std::get_if<core::Verdicts>(&*decoded);
        if (verdicts != nullptr && verdicts->verdicts.size() != calls) {
            return unreadable(concat(verdicts->verdicts.size(), " results for ", calls, " calls"));
        }
    }
    return decoded;
}

Decoded<core::SomeProcesses> decode_some_processes(const std::string& xml) {
    return read_answer<core::SomeProcesses>(xml, [](const Value& result) {
        core::SomeProcesses some;
        for (const Value& element : read_array(result)) {
            if (!read_element_fault(element)) {
                some.processes.push_back(read_process(element));
            }
        }
        return some;
    });
}

}  // namespace sup::shell
