#include "common/model/states.h"
#include "common/model/strategies.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "common/model/requests.h"

namespace sup {
namespace {

using Table = std::vector<std::pair<std::string, int>>;

template <typename Enum>
Table table_of() {
    Table table;
    for (const auto& entry : kNamesOf<Enum>) {
        table.emplace_back(std::string(entry.name), code_of(entry.value));
    }
    return table;
}

// Names and codes are those of section 12 of the API reference: clients depend on both.
TEST_CASE("states keep the names and codes of the interface") {
    CHECK(table_of<ProcessState>() == Table{{"DELETED", -1},
                                            {"STOPPED", 0},
                                            {"STARTING", 10},
                                            {"RUNNING", 20},
                                            {"BACKOFF", 30},
                                            {"STOPPING", 40},
                                            {"EXITED", 100},
                                            {"FATAL", 200},
                                            {"UNKNOWN", 1000}});
    CHECK(table_of<InstanceState>() == Table{{"STOPPED", 0},
                                             {"CHECKING", 1},
                                             {"CHECKED", 2},
                                             {"RUNNING", 3},
                                             {"FAILED", 4},
                                             {"ISOLATED", 5}});
    CHECK(table_of<FsmState>() == Table{{"OFF", 0},
                                        {"SYNCHRONIZATION", 1},
                                        {"ELECTION", 2},
                                        {"DISTRIBUTION", 3},
                                        {"OPERATION", 4},
                                        {"CONCILIATION", 5},
                                        {"RESTARTING", 6},
                                        {"SHUTTING_DOWN", 7},
                                        {"FINAL", 8}});
    CHECK(table_of<ApplicationState>() ==
          Table{{"STOPPED", 0}, {"STARTING", 1}, {"RUNNING", 2}, {"STOPPING", 3}, {"DELETED", 4}});
}

TEST_CASE("strategies keep the names and codes of the interface") {
    CHECK(table_of<StartingStrategy>() == Table{{"CONFIG", 0},
                                                {"LESS_LOADED", 1},
                                                {"MOST_LOADED", 2},
                                                {"LOCAL", 3},
                                                {"LESS_LOADED_NODE", 4},
                                                {"MOST_LOADED_NODE", 5}});
    CHECK(table_of<ConciliationStrategy>() == Table{{"SENICIDE", 0},
                                                    {"INFANTICIDE", 1},
                                                    {"USER", 2},
                                                    {"STOP", 3},
                                                    {"RESTART", 4},
                                                    {"RUNNING_FAILURE", 5}});
    CHECK(table_of<StartingFailureStrategy>() == Table{{"ABORT", 0}, {"STOP", 1}, {"CONTINUE", 2}});
    CHECK(table_of<RunningFailureStrategy>() == Table{{"CONTINUE", 0},
                                                      {"RESTART_PROCESS", 1},
                                                      {"STOP_APPLICATION", 2},
                                                      {"RESTART_APPLICATION", 3},
                                                      {"SHUTDOWN", 4},
                                                      {"RESTART", 5}});
    CHECK(table_of<SupvisorsFailureStrategy>() ==
          Table{{"CONTINUE", 0}, {"RESYNC", 1}, {"SHUTDOWN", 2}});
    CHECK(table_of<DistributionRule>() ==
          Table{{"ALL_INSTANCES", 0}, {"SINGLE_INSTANCE", 1}, {"SINGLE_NODE", 2}});
    CHECK(table_of<SynchronizationOption>() ==
          Table{{"STRICT", 0}, {"LIST", 1}, {"TIMEOUT", 2}, {"CORE", 3}, {"USER", 4}});
    CHECK(table_of<EventLink>() == Table{{"NONE", 0}, {"ZMQ", 1}, {"WS", 2}});
    CHECK(table_of<LogLevel>() == Table{{"critical", 50},
                                        {"error", 40},
                                        {"warn", 30},
                                        {"info", 20},
                                        {"debug", 10},
                                        {"trace", 5},
                                        {"blather", 3}});
}

TEMPLATE_TEST_CASE("each name and each code lead back to one value", "", ProcessState,
                   InstanceState, FsmState, ApplicationState, StartingStrategy,
                   ConciliationStrategy, StartingFailureStrategy, RunningFailureStrategy,
                   SupvisorsFailureStrategy, DistributionRule, SynchronizationOption, EventLink,
                   LogLevel, FaultCode) {
    std::set<std::string_view> names;
    std::set<int> codes;
    for (const auto& entry : kNamesOf<TestType>) {
        CHECK(names.insert(entry.name).second);
        CHECK(codes.insert(code_of(entry.value)).second);
        CHECK(parse_name<TestType>(entry.name) == entry.value);
        CHECK(parse_code<TestType>(code_of(entry.value)) == entry.value);
    }
    CHECK(names_of<TestType>().size() == names.size());
}

TEST_CASE("only the exact name and an existing code are accepted") {
    CHECK(parse_name<StartingStrategy>("config") == std::nullopt);
    CHECK(parse_name<StartingStrategy>(" CONFIG") == std::nullopt);
    CHECK(parse_name<StartingStrategy>("") == std::nullopt);
    CHECK(parse_name<StartingStrategy>("1") == std::nullopt);
    CHECK(parse_code<StartingStrategy>(6) == std::nullopt);
    CHECK(parse_code<StartingStrategy>(-1) == std::nullopt);
    CHECK(parse_code<ProcessState>(-1) == ProcessState::Deleted);
    // A code that 32 bits would take for CONFIG.
    CHECK(parse_code<StartingStrategy>(std::int64_t{1} << 32) == std::nullopt);
    CHECK(name_of(static_cast<FsmState>(99)) == "?");
}

TEST_CASE("running-like and stopped-like (section 0 of the behaviour)") {
    struct Row {
        ProcessState state;
        bool running_like;
        bool stopped_like;
    };
    const auto row =
        GENERATE(Row{ProcessState::Deleted, false, false}, Row{ProcessState::Stopped, false, true},
                 Row{ProcessState::Starting, true, false}, Row{ProcessState::Running, true, false},
                 Row{ProcessState::Backoff, true, false}, Row{ProcessState::Stopping, false, false},
                 Row{ProcessState::Exited, false, true}, Row{ProcessState::Fatal, false, true},
                 Row{ProcessState::Unknown, false, true});
    CAPTURE(name_of(row.state));
    CHECK(is_running_like(row.state) == row.running_like);
    CHECK(is_stopped_like(row.state) == row.stopped_like);
}

TEST_CASE("a fault is its symbol, with a detail where there is one (section 1.3)") {
    CHECK(Fault{FaultCode::BadName, "identifier=x is unknown to Supvisors"}.text() ==
          "BAD_NAME: identifier=x is unknown to Supvisors");
    CHECK(Fault{FaultCode::IncorrectParameters, ""}.text() == "INCORRECT_PARAMETERS");
    const std::map<FaultCode, int> codes{{FaultCode::UnknownMethod, 1},
                                         {FaultCode::IncorrectParameters, 2},
                                         {FaultCode::ShutdownState, 6},
                                         {FaultCode::BadName, 10},
                                         {FaultCode::NoFile, 20},
                                         {FaultCode::NotExecutable, 21},
                                         {FaultCode::Failed, 30},
                                         {FaultCode::AbnormalTermination, 40},
                                         {FaultCode::SpawnError, 50},
                                         {FaultCode::AlreadyStarted, 60},
                                         {FaultCode::NotRunning, 70},
                                         {FaultCode::Success, 80},
                                         {FaultCode::StillRunning, 91},
                                         {FaultCode::CantReread, 92},
                                         {FaultCode::SupvisorsConfError, 100},
                                         {FaultCode::BadSupvisorsState, 101},
                                         {FaultCode::NotManaged, 102},
                                         {FaultCode::Disabled, 103},
                                         {FaultCode::NotApplicable, 104},
                                         {FaultCode::NotInstalled, 105}};
    for (const auto& [code, number] : codes) {
        CHECK(code_of(code) == number);
    }
}

}  // namespace
}  // namespace sup
