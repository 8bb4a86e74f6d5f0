#include "agent/shell/log.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <regex>
#include <string>

#include "tests/unit/shell/scratch_directory.h"

namespace sup::shell {
namespace {

using core::NoteLevel;
using test::ScratchDirectory;

LogSettings to_file(const ScratchDirectory& directory) {
    LogSettings settings;
    settings.file = directory.path("agent.log");
    return settings;
}

TEST_CASE("a note is one line: date, level, category, text") {
    const ScratchDirectory directory;
    {
        Log log(to_file(directory));
        log.warning("membership", "peer b is late");
    }
    const std::regex line(
        R"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} WARN membership: peer b is late\n)");
    CHECK(std::regex_match(directory.read("agent.log"), line));
}

TEST_CASE("whatever the text holds, it stays on its line") {
    const ScratchDirectory directory;
    {
        Log log(to_file(directory));
        log.info("x", std::string("a\nb\rc\0d\x1b[31m{}{0}%s%v", 21));
    }
    const std::string text = directory.read("agent.log");
    CHECK(std::count(text.begin(), text.end(), '\n') == 1);
    CHECK(text.find("INFO x: a b c d [31m{}{0}%s%v") != std::string::npos);
}

TEST_CASE("notes below the level are not written, and the level may change") {
    const ScratchDirectory directory;
    {
        auto settings = to_file(directory);
        settings.level = LogLevel::Warn;
        settings.prefix = "plant 4";
        Log log(settings);
        log.info("x", "hidden");
        log.error("x", "seen");
        log.set_level(LogLevel::Blather);
        log.debug("x", "detail");
    }
    const std::string text = directory.read("agent.log");
    CHECK(text.find("hidden") == std::string::npos);
    CHECK(text.find("ERROR plant 4 x: seen") != std::string::npos);
    CHECK(text.find("DEBUG plant 4 x: detail") != std::string::npos);
}

TEST_CASE("a file that has its size is rotated, and only so many are kept") {
    const ScratchDirectory directory;
    {
        auto settings = to_file(directory);
        settings.max_bytes = 1000;
        settings.backups = 2;
        for (int round = 0; round < 10; ++round) {
            Log log(settings);  // the end writes what is queued
            for (int i = 0; i < 10; ++i) {
                log.info("x", std::string(80, 'a'));
            }
        }
    }
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
        ++files;
        CHECK(entry.file_size() <= 1000);
    }
    CHECK(files == 3);
}

TEST_CASE("a file that was moved away is opened again when asked") {
    const ScratchDirectory directory;
    {
        Log log(to_file(directory));
        log.info("x", "before");
        std::filesystem::rename(directory.path("agent.log"), directory.path("moved.log"));
        log.reopen();
        log.info("x", "after");
    }
    CHECK(directory.read("agent.log").find("after") != std::string::npos);
}

TEST_CASE("a log that cannot be written ends nobody (E-197)") {
    LogSettings settings;
    settings.file = GENERATE("/dev/null/agent.log", "/dev/full", "NONE", "off");
    Log log(settings);
    for (int i = 0; i < 100; ++i) {
        log.debug("x", "text");
    }
    log.reopen();
}

TEST_CASE("more notes than can be written cost the oldest ones, never the caller's time") {
    const ScratchDirectory directory;
    {
        Log log(to_file(directory));
        for (int i = 0; i < 20'000; ++i) {
            log.info("x", "note " + std::to_string(i));
        }
    }
    CHECK(directory.read("agent.log").find("note 19999\n") != std::string::npos);
}

}  // namespace
}  // namespace sup::shell
