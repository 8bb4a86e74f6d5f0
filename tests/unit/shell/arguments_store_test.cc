#include "agent/shell/arguments_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>

#include "agent/exec/arguments_file.h"
#include "tests/unit/shell/scratch_directory.h"

namespace sup::shell {
namespace {

const ProcessName kWeb{"shop", "web"};

mode_t mode_of(const std::string& path) {
    struct stat status {};
    REQUIRE(stat(path.c_str(), &status) == 0);
    return status.st_mode & 07777;
}

bool is_there(const std::string& path) {
    return access(path.c_str(), F_OK) == 0;
}

}  // namespace

TEST_CASE("arguments that were left are read by the next agent, and by any user") {
    const test::ScratchDirectory scratch;
    const auto state_dir = scratch.path("state");
    const ArgumentsStore store(state_dir);
    CHECK(store.read().items.empty());
    const auto former = umask(077);
    REQUIRE(store.leave({kWeb, "-x 'a b'"}));
    REQUIRE(store.leave({{"a/b", "c:d"}, "\n"}));
    umask(former);
    auto reading = store.read();
    CHECK(reading.damaged.empty());
    CHECK(reading.items.size() == 2);
    CHECK(std::find(reading.items.begin(), reading.items.end(), ExtraArguments{kWeb, "-x 'a b'"}) !=
          reading.items.end());
    CHECK(mode_of(exec::arguments_path(state_dir, kWeb)) == 0644);
    CHECK(mode_of(state_dir + "/args") == 0755);
    CHECK_FALSE(is_there(state_dir + "/args/.new"));
}

TEST_CASE("no arguments, no file") {
    const test::ScratchDirectory scratch;
    const ArgumentsStore store(scratch.path("state"));
    REQUIRE(store.leave({kWeb, ""}));
    CHECK_FALSE(is_there(scratch.path("state")));
    REQUIRE(store.leave({kWeb, "-x"}));
    REQUIRE(store.leave({kWeb, ""}));
    CHECK_FALSE(is_there(exec::arguments_path(scratch.path("state"), kWeb)));
    CHECK(store.read().items.empty());
}

TEST_CASE("what is there already is not written again, what is damaged is replaced") {
    const test::ScratchDirectory scratch;
    const ArgumentsStore store(scratch.path("state"));
    const auto path = exec::arguments_path(scratch.path("state"), kWeb);
    REQUIRE(store.leave({kWeb, "-x"}));
    struct stat before {};
    REQUIRE(stat(path.c_str(), &before) == 0);
    REQUIRE(store.leave({kWeb, "-x"}));
    struct stat after {};
    REQUIRE(stat(path.c_str(), &after) == 0);
    CHECK(before.st_ino == after.st_ino);
    std::ofstream(path, std::ios::app) << "more";
    const auto reading = store.read();
    CHECK(reading.items.empty());
    REQUIRE(reading.damaged.size() == 1);
    CHECK(reading.damaged[0] == path + ": it is cut short");
    REQUIRE(store.leave({kWeb, "-x"}));
    CHECK(store.read().items == std::vector<ExtraArguments>{{kWeb, "-x"}});
}

TEST_CASE("an error of the disk says where, and the former arguments hold") {
    const test::ScratchDirectory scratch;
    const ArgumentsStore store(scratch.path("state"));
    REQUIRE(store.leave({kWeb, "-x"}));
    const auto draft = scratch.path("state/args/.new");
    REQUIRE(mkdir(draft.c_str(), 0700) == 0);  // in the way of the draft, for root as well
    const auto left = store.leave({kWeb, "-y"});
    REQUIRE_FALSE(left);
    CHECK(left.error().message == draft + ": Is a directory");
    CHECK(store.read().items == std::vector<ExtraArguments>{{kWeb, "-x"}});
}

}  // namespace sup::shell
