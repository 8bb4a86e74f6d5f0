#include "agent/shell/program_store.h"

#include <catch2/catch.hpp>

#include "loop_run.h"
#include "scratch_directory.h"

namespace sup::shell {
namespace {

using test::run_until;
using test::ScratchDirectory;

struct Fixture {
    explicit Fixture(ProgramFiles given)
        : files(given), store(loop, std::move(given), [this](ProgramStore::Stored one) {
              stored.push_back(std::move(one));
          }) {}

    ProgramStore::Stored write(ProgramMemory memory, std::vector<OverlaySection> overlay) {
        const auto id = ++last;
        store.store({id, std::move(memory), std::move(overlay)});
        REQUIRE(run_until(loop, [&] { return stored.size() == id; }));
        CHECK(stored.back().id == id);
        return stored.back();
    }

    EventLoop loop;
    ProgramFiles files;
    std::vector<ProgramStore::Stored> stored;
    ProgramStore store;
    std::uint64_t last = 0;
};

ProgramMemory some_memory() {
    ProgramMemory memory;
    memory.disabilities = {{"web", true}, {"db", false}};
    memory.limits = {{"db", 2}};
    memory.session.pid = 7;
    memory.session.start_ticks = 8;
    return memory;
}

TEST_CASE("what is stored is read by the next run, missing directories are made (E-191)") {
    const ScratchDirectory scratch;
    Fixture fixture({scratch.path("new/disabilities.json"), scratch.path("state/numprocs.json"),
                     scratch.path("conf.d/zz-supvisors.conf")});
    const auto stored = fixture.write(some_memory(), {{"program:web", true, 0}});
    CHECK_FALSE(stored.problem);
    CHECK(stored.overlay_changed);
    CHECK(scratch.read("conf.d/zz-supvisors.conf").find("autostart=false") != std::string::npos);
    const auto remembered = read_program_memory(fixture.files);
    CHECK(remembered.warnings.empty());
    CHECK(remembered.memory == some_memory());
    CHECK_FALSE(fixture.write(some_memory(), {{"program:web", true, 0}}).overlay_changed);
    CHECK(fixture.write(some_memory(), {}).overlay_changed);
}

TEST_CASE("without overlay_dir, or without need, no overlay is written") {
    const ScratchDirectory scratch;
    Fixture fixture({scratch.path("disabilities.json"), scratch.path("numprocs.json"),
                     scratch.path("conf.d/zz-supvisors.conf")});
    CHECK_FALSE(fixture.write(some_memory(), {}).overlay_changed);
    CHECK_FALSE(std::filesystem::exists(scratch.path("conf.d")));
}

TEST_CASE("nothing remembered is no trouble, what cannot be understood is put aside") {
    const ScratchDirectory scratch;
    const ProgramFiles files{scratch.path("disabilities.json"), scratch.path("numprocs.json"), {}};
    CHECK(read_program_memory(files).memory == ProgramMemory{});
    CHECK(read_program_memory(files).warnings.empty());

    scratch.write("disabilities.json", "{ half");
    scratch.write("numprocs.json", "[]");
    const auto remembered = read_program_memory(files);
    CHECK(remembered.memory == ProgramMemory{});
    REQUIRE(remembered.warnings.size() == 2);
    CHECK(remembered.warnings[1].find("disabilities.json: it is not JSON; it is ignored, and "
                                      "renamed to .bad") != std::string::npos);
    CHECK(scratch.read("disabilities.json.bad") == "{ half");
    CHECK(read_program_memory(files).warnings.empty());
}

TEST_CASE("a file that cannot be written is said to be so, with the reason") {
    const ScratchDirectory scratch;
    scratch.write("file", "");
    Fixture fixture({scratch.path("file/disabilities.json"), scratch.path("numprocs.json"), {}});
    const auto stored = fixture.write(some_memory(), {});
    REQUIRE(stored.problem);
    CHECK(stored.problem->find("file/disabilities.json") != std::string::npos);
    CHECK_FALSE(scratch.read("numprocs.json").empty());
}

}  // namespace
}  // namespace sup::shell
