#include "common/config/instance_item.h"

#include <catch2/catch.hpp>

namespace sup::config {
namespace {

// The table of section 3 of the options, local http port 25000, and the older form.
TEST_CASE("items of supvisors_list") {
    struct Row {
        const char* text;
        const char* identifier;
        const char* nick;
        int http_port;
        int federation_port;
    };
    const auto row = GENERATE(
        Row{"h", "h:25000", "h", 25000, 25003}, Row{"h:60000", "h:60000", "h:60000", 60000, 60003},
        Row{"<a>h", "h:25000", "a", 25000, 25003}, Row{"<a>h:60000", "h:60000", "a", 60000, 60003},
        Row{"<supervisor>10.0.0.9:60000", "10.0.0.9:60000", "10.0.0.9:60000", 60000, 60003},
        Row{"<a:b.c>10.0.0.9", "10.0.0.9:25000", "a:b.c", 25000, 25003},
        Row{"<supervisor>h", "h:25000", "h", 25000, 25003},
        Row{"node_1.lan:6000", "node_1.lan:6000", "node_1.lan:6000", 6000, 6003},
        Row{"h:60000:60001", "h:60000", "h:60000", 60000, 60001},
        Row{"<a>h:60000:60001", "h:60000", "a", 60000, 60001},
        Row{"h:60000:", "h:60000", "h:60000", 60000, 60003},
        Row{"h::60001", "h:25000", "h", 25000, 60001}, Row{"h::", "h:25000", "h", 25000, 25003},
        Row{"<a>h::60001", "h:25000", "a", 25000, 60001});
    CAPTURE(row.text);
    const auto item = parse_instance_item(row.text, 25000);
    REQUIRE(item);
    CHECK(item->instance.identifier == row.identifier);
    CHECK(item->instance.nick == row.nick);
    CHECK(item->instance.http_port == row.http_port);
    CHECK(item->instance.federation_port == row.federation_port);
}

TEST_CASE("items that are refused quote themselves and the form") {
    const auto* text = GENERATE("h:80", "h:123456", "<a b>h", "2001:db8::1", "", "<>h", "<a>", "<a",
                                "h:", "h:70000", "h:60000:80", "h:60000:60001:60002", "h o", "h/x",
                                ":60000", "h:0000", "h:-600", "h:65533", "a>h", "é");
    CAPTURE(text);
    const auto item = parse_instance_item(text, 25000);
    REQUIRE_FALSE(item);
    CHECK(item.error().message.find(text) != std::string::npos);
    CHECK(item.error().message.find("expected [<nick>]host[:http_port") != std::string::npos);
}

TEST_CASE("O-53, O-56: the local instance without list, and display forms") {
    const auto plain = default_instance({"supervisor", "node1", 60000});
    CHECK(plain.nick == "node1:60000");
    CHECK(display_of(plain) == "node1:60000");
    const auto named = default_instance({"main", "node1", 60000});
    CHECK(named.identifier == "node1:60000");
    CHECK(named.federation_port == 60003);
    CHECK(display_of(named) == "<main>node1:60000");
    CHECK(default_instance({"main", "node1", 65534}).federation_port == 0);
}

}  // namespace
}  // namespace sup::config
