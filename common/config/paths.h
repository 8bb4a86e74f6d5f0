#pragma once

#include <string>
#include <string_view>

// Paths as pure text, with the results of Python's os.path on a POSIX system.
namespace sup::config {

std::string path_directory(std::string_view path);                         // dirname
std::string path_base_name(std::string_view path);                         // basename
std::string join_path(std::string_view directory, std::string_view path);  // join
std::string normalize_path(std::string_view path);                         // normpath

// Where relative paths and `~` start from.
struct PathOrigin {
    std::string working_directory;
    std::string home;  // empty: `~` stays as it is
};
// abspath(expanduser(path))
std::string absolute_path(std::string_view path, const PathOrigin& origin);

}  // namespace sup::config
