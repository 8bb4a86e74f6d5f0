#include "agent/shell/rules_files.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "tests/unit/shell/scratch_directory.h"

namespace sup::shell {
namespace {

using rules::LoadedRules;
using rules::LoadFailure;
using test::ScratchDirectory;

std::string rules_of(const std::string& application) {
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<root><application name=\"" + application +
           "\"><start_sequence>1</start_sequence></application></root>\n";
}

TEST_CASE("without a glob there are no rules, and nothing is wrong") {
    const auto reading = read_rules({});
    const auto& loaded = std::get<LoadedRules>(reading.outcome);
    CHECK(loaded.rules.applications.empty());
    CHECK(loaded.warnings.empty());
}

TEST_CASE("matches of all globs are read once each, sorted by path (R-80)") {
    const ScratchDirectory directory;
    directory.write("b.xml", rules_of("b"));
    directory.write("a.xml", rules_of("a"));
    directory.write("c.txt", "not rules");
    const std::vector<std::string> globs{directory.path("b.*"), directory.path("*.xml")};
    const auto reading = read_rules(globs);
    CHECK(reading.files ==
          std::vector<std::string>{directory.path("a.xml"), directory.path("b.xml")});
    CHECK(std::get<LoadedRules>(reading.outcome).rules.applications.size() == 2);
}

TEST_CASE("a glob that matches nothing is a warning that names it") {
    const ScratchDirectory directory;
    directory.write("a.xml", rules_of("a"));
    const std::vector<std::string> globs{directory.path("a.xml"), directory.path("none*.xml")};
    const auto reading = read_rules(globs);
    const auto& loaded = std::get<LoadedRules>(reading.outcome);
    CHECK(loaded.rules.applications.size() == 1);
    REQUIRE(loaded.warnings.size() == 1);
    CHECK(loaded.warnings[0].find("none*.xml") != std::string::npos);
}

TEST_CASE("one bad file fails the whole, and is named") {
    const ScratchDirectory directory;
    directory.write("good.xml", rules_of("a"));
    const std::string bad = directory.path("bad.xml");
    SECTION("not XML") {
        directory.write("bad.xml", "<root><application");
    }
    SECTION("a directory") {
        std::filesystem::create_directory(bad);
    }
    SECTION("a pipe, which must not be waited for") {
        REQUIRE(mkfifo(bad.c_str(), 0600) == 0);
    }
    const auto reading = read_rules(std::vector<std::string>{directory.path("*.xml")});
    REQUIRE(std::holds_alternative<LoadFailure>(reading.outcome));
    const auto& errors = std::get<LoadFailure>(reading.outcome).errors;
    REQUIRE_FALSE(errors.empty());
    CHECK(errors[0].find(bad) != std::string::npos);
}

}  // namespace
}  // namespace sup::shell
