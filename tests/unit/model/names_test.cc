#include "common/model/names.h"

#include <catch2/catch.hpp>

#include "common/model/messages.h"
#include "common/model/process_record.h"

namespace sup {
namespace {

TEST_CASE("namespecs as users write them (section 1.6)") {
    struct Row {
        std::string_view text;
        std::string group;
        std::string name;
    };
    const auto row = GENERATE(
        Row{"db", "db", "db"}, Row{"shop:db", "shop", "db"}, Row{"shop:*", "shop", ""},
        Row{"shop:", "shop", ""}, Row{"a:b:c", "a", "b:c"}, Row{"a:b:*", "a", "b:*"},
        Row{"", "", ""}, Row{"*", "*", "*"}, Row{":db", "", "db"}, Row{"shop:**", "shop", "**"});
    CAPTURE(row.text);
    const auto namespec = parse_namespec(row.text);
    CHECK(namespec.group == row.group);
    CHECK(namespec.name == row.name);
    CHECK(namespec.is_group() == row.name.empty());
}

TEST_CASE("results use the short form when group and process have one name") {
    CHECK(namespec_of({"db", "db"}) == "db");
    CHECK(namespec_of({"shop", "db"}) == "shop:db");
    // Both forms lead back to the same process.
    const auto back = parse_namespec(namespec_of({"shop", "a:b"}));
    CHECK(ProcessName{back.group, back.name} == ProcessName{"shop", "a:b"});
}

TEST_CASE("two groups may hold a process of the same name (D-49)") {
    CHECK(ProcessName{"one", "db"} != ProcessName{"two", "db"});
    CHECK(ProcessName{"one", "db"} < ProcessName{"two", "aa"});
    CHECK(ProcessName{"one", "a"} < ProcessName{"one", "b"});
}

TEST_CASE("a crash is FATAL or an exit that was not expected") {
    struct Row {
        ProcessState state;
        bool expected;
        bool want;
    };
    const auto row =
        GENERATE(Row{ProcessState::Fatal, true, true}, Row{ProcessState::Fatal, false, true},
                 Row{ProcessState::Exited, false, true}, Row{ProcessState::Exited, true, false},
                 Row{ProcessState::Stopped, false, false}, Row{ProcessState::Backoff, false, false},
                 Row{ProcessState::Running, true, false}, Row{ProcessState::Unknown, false, false});
    CAPTURE(name_of(row.state), row.expected);
    ProcessRecord record;
    record.state = row.state;
    record.expected = row.expected;
    CHECK(record.is_crash() == row.want);
}

TEST_CASE("publications are what the stream numbers, nothing else") {
    const auto row = GENERATE(
        std::pair<Payload, bool>{StateModes{}, true},
        std::pair<Payload, bool>{ProcessChanged{}, true},
        std::pair<Payload, bool>{ProcessRemoved{}, true},
        std::pair<Payload, bool>{IntentChanged{}, true},
        std::pair<Payload, bool>{ProcessForced{}, true}, std::pair<Payload, bool>{Tick{}, false},
        std::pair<Payload, bool>{Hello{}, false}, std::pair<Payload, bool>{HelloAnswer{}, false},
        std::pair<Payload, bool>{SnapshotRequest{}, false},
        std::pair<Payload, bool>{Snapshot{}, false}, std::pair<Payload, bool>{Probe{}, false},
        std::pair<Payload, bool>{ProbeAnswer{}, false}, std::pair<Payload, bool>{Goodbye{}, false},
        std::pair<Payload, bool>{Orders{}, false}, std::pair<Payload, bool>{OrderResults{}, false},
        std::pair<Payload, bool>{ForwardedRequest{}, false},
        std::pair<Payload, bool>{ForwardedAnswer{}, false});
    CAPTURE(row.first.index());
    CHECK(is_publication(row.first) == row.second);
}

}  // namespace
}  // namespace sup
