#include "common/config/local_instance.h"

#include <catch2/catch.hpp>

#include "common/base/hosts.h"
#include "common/base/text.h"
#include "common/config/instance_item.h"
#include "tests/unit/config/memory_files.h"

namespace sup::config {
namespace {

Result<std::size_t> recognised(const std::string& list, const std::string& bound = "localhost") {
    std::vector<InstanceItem> items;
    for (const auto& text : split_list(list)) {
        items.push_back(parse_instance_item(text, 60000)->instance);
    }
    return find_local_instance(items, {bound, 60000, "", ""}, sample_host());
}

TEST_CASE("O-61, O-64: the item of this host with our port is ours") {
    struct Row {
        const char* list;
        std::size_t want;
    };
    const auto row =
        GENERATE(Row{"other,node1", 1}, Row{"other,NODE1.lan", 1}, Row{"10.0.0.2,10.0.0.1", 1},
                 Row{"node1:60001,node1:60000", 1}, Row{"<b>node1,node1:60001,node2", 0},
                 Row{"node2,alias", 1}, Row{"node2,old-name", 1}, Row{"localhost", 0},
                 Row{"127.0.0.1:60001,localhost,127.0.0.1:60002", 1}, Row{"127.1.2.3", 0});
    CAPTURE(row.list);
    const auto found = recognised(row.list);
    REQUIRE(found);
    CHECK(*found == row.want);
}

TEST_CASE("instances bound to different addresses of one host may share a port") {
    CHECK(*recognised("127.0.0.1,127.0.0.2,127.0.0.3", "127.0.0.2") == 1);
    CHECK(*recognised("10.0.0.1,192.168.7.1", "192.168.7.1") == 1);
}

TEST_CASE("O-62: no item or several items are an error that lists the candidates") {
    struct Row {
        const char* list;
        const char* want;
    };
    const auto row = GENERATE(
        Row{"node2,node3", "the items are node2:60000, node3:60000"},
        Row{"node1:60001,node2", "on this host, but with another http_port: node1:60001"},
        Row{"node1,10.0.0.1",
            "several items are this instance: <node1>node1:60000, <10.0.0.1>10.0.0.1:60000"},
        Row{"localhost,127.0.0.1", "several items are this instance"},
        Row{"alias,old-name", "several items are this instance"},
        Row{"localhost,node2", "loopback items count only when all items are loopback"});
    CAPTURE(row.list);
    const auto found = recognised(row.list);
    REQUIRE_FALSE(found);
    CAPTURE(found.error().message);
    // The nick is the host when no port is written.
    CHECK(found.error().message.find("node1, node1.lan, 10.0.0.1") != std::string::npos);
    if (std::string(row.want).find("the items are") == std::string::npos) {
        CHECK(found.error().message.find(row.want) != std::string::npos);
    }
}

TEST_CASE("names are resolved only when nothing matches as written") {
    auto host = sample_host();
    int asked = 0;
    host.resolve = [&](const std::string&) { return ++asked, std::vector<std::string>{}; };
    std::vector<InstanceItem> items{parse_instance_item("far:60000", 1)->instance,
                                    parse_instance_item("node1:60000", 1)->instance};
    CHECK(*find_local_instance(items, {"localhost", 60000, "", ""}, host) == 1);
    CHECK(asked == 0);
    items.pop_back();
    CHECK_FALSE(find_local_instance(items, {"localhost", 60000, "", ""}, host));
    CHECK(asked == 1);
}

TEST_CASE("loopback hosts") {
    CHECK(is_loopback_host("LOCALHOST"));
    CHECK(is_loopback_host("localhost.localdomain"));
    CHECK(is_loopback_host("127.8.9.1"));
    CHECK_FALSE(is_loopback_host("127.example.org"));
    CHECK_FALSE(is_loopback_host("localhost2"));
    CHECK_FALSE(is_loopback_host("10.0.0.1"));
}

}  // namespace
}  // namespace sup::config
