#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "common/model/names.h"
#include "common/model/strategies.h"

// What an operator may ask to change, and what is answered. Reading is not a request: see infos.h.
// Each request gets exactly one answer, from the Master, whoever received it.
namespace sup {

// Whether the answer waits for the end of what was asked, or only says that it was accepted.
enum class Wait { No, Yes };

struct StartApplication {
    StartingStrategy strategy = StartingStrategy::Config;
    std::string application;
    Wait wait = Wait::Yes;
};
struct StopApplication {
    std::string application;
    Wait wait = Wait::Yes;
};
struct RestartApplication {
    StartingStrategy strategy = StartingStrategy::Config;
    std::string application;
    Wait wait = Wait::Yes;
};
struct StartProcess {
    StartingStrategy strategy = StartingStrategy::Config;
    Namespec process;
    std::string extra_args;
    Wait wait = Wait::Yes;
};
// One process whose namespec matches the expression, that does not run and for which there is an
// instance. Answered by Started.
struct StartAnyProcess {
    StartingStrategy strategy = StartingStrategy::Config;
    std::string regex;  // in the dialect of Python, searched anywhere in the namespec
    std::string extra_args;
    Wait wait = Wait::Yes;
};
// One process on the instance that receives the request, whoever is Master and whatever the rules.
struct StartArgs {
    Namespec process;
    std::string extra_args;
    Wait wait = Wait::Yes;
};
struct StopProcess {
    Namespec process;
    Wait wait = Wait::Yes;
};
struct RestartProcess {
    StartingStrategy strategy = StartingStrategy::Config;
    Namespec process;
    std::string extra_args;
    Wait wait = Wait::Yes;
};
struct RestartSequence {
    Wait wait = Wait::Yes;
};
// Solves the conflicts, by that strategy (B-180). USER: there is nothing to do.
struct Conciliate {
    ConciliationStrategy strategy = ConciliationStrategy::User;
};
// All applications stopped in order, then every supervisord restarted (B-191).
struct RestartFederation {};
struct ShutdownFederation {};
// Ends the synchronisation phase by hand; an empty name lets the election choose (B-195).
struct EndSync {
    std::string master;
};

using Request =
    std::variant<StartApplication, StopApplication, RestartApplication, StartProcess,
                 StartAnyProcess, StartArgs, StopProcess, RestartProcess, RestartSequence,
                 Conciliate, RestartFederation, ShutdownFederation, EndSync>;

// Codes of section 11 of the API reference.
enum class FaultCode {
    UnknownMethod = 1,
    IncorrectParameters = 2,
    BadArguments = 3,
    SignatureUnsupported = 4,
    ShutdownState = 6,
    BadName = 10,
    BadSignal = 11,
    NoFile = 20,
    NotExecutable = 21,
    Failed = 30,
    AbnormalTermination = 40,
    SpawnError = 50,
    AlreadyStarted = 60,
    NotRunning = 70,
    Success = 80,
    AlreadyAdded = 90,
    StillRunning = 91,
    CantReread = 92,
    SupvisorsConfError = 100,
    BadSupvisorsState = 101,
    NotManaged = 102,
    Disabled = 103,
    NotApplicable = 104,
    NotInstalled = 105,
};

template <>
inline constexpr auto kNamesOf<FaultCode> = std::to_array<Named<FaultCode>>({
    {FaultCode::UnknownMethod, "UNKNOWN_METHOD"},
    {FaultCode::IncorrectParameters, "INCORRECT_PARAMETERS"},
    {FaultCode::BadArguments, "BAD_ARGUMENTS"},
    {FaultCode::SignatureUnsupported, "SIGNATURE_UNSUPPORTED"},
    {FaultCode::ShutdownState, "SHUTDOWN_STATE"},
    {FaultCode::BadName, "BAD_NAME"},
    {FaultCode::BadSignal, "BAD_SIGNAL"},
    {FaultCode::NoFile, "NO_FILE"},
    {FaultCode::NotExecutable, "NOT_EXECUTABLE"},
    {FaultCode::Failed, "FAILED"},
    {FaultCode::AbnormalTermination, "ABNORMAL_TERMINATION"},
    {FaultCode::SpawnError, "SPAWN_ERROR"},
    {FaultCode::AlreadyStarted, "ALREADY_STARTED"},
    {FaultCode::NotRunning, "NOT_RUNNING"},
    {FaultCode::Success, "SUCCESS"},
    {FaultCode::AlreadyAdded, "ALREADY_ADDED"},
    {FaultCode::StillRunning, "STILL_RUNNING"},
    {FaultCode::CantReread, "CANT_REREAD"},
    {FaultCode::SupvisorsConfError, "SUPVISORS_CONF_ERROR"},
    {FaultCode::BadSupvisorsState, "BAD_SUPVISORS_STATE"},
    {FaultCode::NotManaged, "NOT_MANAGED"},
    {FaultCode::Disabled, "DISABLED"},
    {FaultCode::NotApplicable, "NOT_APPLICABLE"},
    {FaultCode::NotInstalled, "NOT_INSTALLED"},
});

// A legitimate no. The fault string is `<SYMBOL>: <detail>`, or `<SYMBOL>` alone.
struct Fault {
    FaultCode code = FaultCode::Failed;
    std::string detail;
    bool operator==(const Fault&) const = default;

    std::string text() const {
        const std::string symbol(name_of(code));
        return detail.empty() ? symbol : symbol + ": " + detail;
    }
};

struct Done {
    bool operator==(const Done&) const = default;
};
// Of StartAnyProcess: the one that was chosen.
struct Started {
    std::string namespec;
    bool operator==(const Started&) const = default;
};
using Answer = std::variant<Done, Fault, Started>;

}  // namespace sup
