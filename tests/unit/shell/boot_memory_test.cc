#include "agent/shell/boot_memory.h"

#include <catch2/catch.hpp>

#include "scratch_directory.h"

namespace sup::shell {
namespace {

TEST_CASE("a run has a greater id than the one before, whatever the clock says (D-38)") {
    const test::ScratchDirectory folder;
    const auto state = folder.path("not/yet");
    CHECK(next_boot(state, 500).id == 500);
    CHECK(next_boot(state, 700).id == 700);
    CHECK(next_boot(state, 300).id == 701);
    CHECK(next_boot(state, 300).id == 702);
    CHECK_FALSE(next_boot(state, 900).problem.has_value());
}

TEST_CASE("a damaged memory, or a disk that refuses, costs the memory only") {
    const test::ScratchDirectory folder;
    folder.write("boot", GENERATE("", "x", "-3", "99999999999999999999", "1 2"));
    const auto boot = next_boot(folder.path(), 5);
    CHECK(boot.id == 5);
    REQUIRE(boot.problem.has_value());
    CHECK(boot.problem->find("/boot: is not the id of a run") != std::string::npos);
    CHECK(folder.read("boot") == "5\n");

    folder.write("file", "");
    const auto nowhere = next_boot(folder.path("file"), 6);
    CHECK(nowhere.id == 6);
    CHECK(nowhere.problem.has_value());
}

}  // namespace
}  // namespace sup::shell
