#include "agent/shell/rules_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <utility>

#include "agent/shell/unique_fd.h"
#include "common/base/result.h"
#include "common/base/text.h"
#include "common/config/file_access.h"
#include "common/config/glob.h"

namespace sup::shell {
namespace {

// Rules of thousands of processes take less.
constexpr std::size_t kMaxRulesBytes = 16 * 1024 * 1024;

Result<std::string> read_file(const std::string& path) {
    // Not blocking, because a pipe may have been named by mistake.
    const UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || fstat(file.get(), &status) != 0) {
        return Error{concat(path, ": cannot be read: ", std::strerror(errno))};
    }
    if (!S_ISREG(status.st_mode)) {
        return Error{concat(path, ": is not a file, rules in XML were expected")};
    }
    std::string text;
    char bytes[16 * 1024];
    while (true) {
        const auto got = read(file.get(), bytes, sizeof bytes);
        if (got < 0) {
            return Error{concat(path, ": cannot be read: ", std::strerror(errno))};
        }
        if (got == 0) {
            return text;
        }
        text.append(bytes, static_cast<std::size_t>(got));
        if (text.size() > kMaxRulesBytes) {
            return Error{concat(path, ": more than ", kMaxRulesBytes, " bytes, rules are smaller")};
        }
    }
}

std::vector<std::string> expand(std::span<const std::string> globs,
                                std::vector<std::string>& warnings) {
    std::vector<std::string> files;
    for (const std::string& glob : globs) {
        auto found = config::find_files(glob, config::system_files());
        if (found.empty()) {
            warnings.push_back(concat("rules_files: ", glob, " matches no file"));
        }
        std::move(found.begin(), found.end(), std::back_inserter(files));
    }
    std::sort(files.begin(), files.end());
    files.erase(std::unique(files.begin(), files.end()), files.end());
    return files;
}

}  // namespace

RulesReading read_rules(std::span<const std::string> globs) {
    RulesReading reading;
    std::vector<std::string> warnings;
    std::vector<std::string> errors;
    std::vector<rules::RulesFile> texts;
    reading.files = expand(globs, warnings);
    for (const std::string& path : reading.files) {
        auto text = read_file(path);
        if (text) {
            texts.push_back({path, std::move(*text)});
        } else {
            errors.push_back(text.error().message);
        }
    }
    if (texts.empty() && errors.empty()) {
        reading.outcome = rules::LoadedRules{{}, std::move(warnings)};
        return reading;
    }
    reading.outcome = rules::load_rules(texts);
    if (!errors.empty() && std::holds_alternative<rules::LoadedRules>(reading.outcome)) {
        auto loaded = std::get<rules::LoadedRules>(std::move(reading.outcome));
        reading.outcome = rules::LoadFailure{{}, std::move(loaded.warnings)};
    }
    if (auto* failure = std::get_if<rules::LoadFailure>(&reading.outcome)) {
        failure->errors.insert(failure->errors.begin(), errors.begin(), errors.end());
    }
    std::visit(
        [&](auto& outcome) {
            outcome.warnings.insert(outcome.warnings.begin(), warnings.begin(), warnings.end());
        },
        reading.outcome);
    return reading;
}

}  // namespace sup::shell
