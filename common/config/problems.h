#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace sup::config {

// Where something was written. Line 0 stands for the file as a whole.
struct Place {
    std::string file;
    int line = 0;
    bool operator==(const Place&) const = default;
};

// What is wrong, and what is only doubtful, in a configuration: one sentence each, in the order of
// discovery. Reading goes on after an error, so that all of them are known at once. `dropped`: what
// is wrong, but can be done without; its default holds.
struct Problems {
    std::vector<std::string> errors;
    std::vector<std::string> dropped;
    std::vector<std::string> warnings;

    void error(const Place& place, std::string_view text);
    void drop(const Place& place, std::string_view text);
    void warn(const Place& place, std::string_view text);
};

}  // namespace sup::config
