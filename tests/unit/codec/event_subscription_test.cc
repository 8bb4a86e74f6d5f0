#include "agent/codec/event_subscription.h"

#include <catch2/catch.hpp>

namespace sup::codec {
namespace {

TEST_CASE("the path of a connection is its subscription (events.md section 5)") {
    struct Row {
        std::string_view path;
        std::vector<std::string_view> want;
    };
    const std::vector<std::string_view> all{"supvisors", "instance", "application", "event",
                                            "process",   "hstats",   "pstats"};
    const auto row = GENERATE_COPY(
        Row{"/all", all}, Row{"all", all}, Row{"/foo/all", all}, Row{"/process/all/foo", all},
        Row{"/supvisors/process", {"supvisors", "process"}},
        Row{"//process//supvisors/", {"supvisors", "process"}},
        Row{"/process/process", {"process"}}, Row{"/hstats/pstats", {"hstats", "pstats"}},
        Row{"/", {}}, Row{"", {}}, Row{"/foo", {}}, Row{"/ALL", {}}, Row{"/all?x=1", {}},
        Row{"/Process", {}}, Row{"/processes", {}});
    CAPTURE(row.path);
    const EventSubscription subscription(row.path);
    for (const auto header : all) {
        CAPTURE(header);
        const bool is_wanted =
            std::find(row.want.begin(), row.want.end(), header) != row.want.end();
        CHECK(subscription.has(header) == is_wanted);
    }
    CHECK(subscription.is_empty() == row.want.empty());
    CHECK_FALSE(subscription.has("foo"));
}

TEST_CASE("a frame is an array of header and payload") {
    CHECK(frame_text({"process", "{\"a\":1}"}) == "[\"process\",{\"a\":1}]");
}

}  // namespace
}  // namespace sup::codec
