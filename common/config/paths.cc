#include "common/config/paths.h"

#include <vector>

#include "common/base/text.h"

namespace sup::config {

std::string path_directory(std::string_view path) {
    const auto slash = path.rfind('/');
    if (slash == std::string_view::npos) {
        return {};
    }
    const auto head = path.substr(0, slash + 1);
    const auto last = head.find_last_not_of('/');
    return std::string(last == std::string_view::npos ? head : head.substr(0, last + 1));
}

std::string path_base_name(std::string_view path) {
    const auto slash = path.rfind('/');
    return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string join_path(std::string_view directory, std::string_view path) {
    if (path.starts_with('/') || directory.empty()) {
        return std::string(path);
    }
    return concat(directory, directory.ends_with('/') ? "" : "/", path);
}

std::string normalize_path(std::string_view path) {
    if (path.empty()) {
        return ".";
    }
    // Two leading slashes are kept, three are one: POSIX says so.
    const std::size_t slashes = !path.starts_with('/')                               ? 0
                                : path.starts_with("//") && !path.starts_with("///") ? 2
                                                                                     : 1;
    std::vector<std::string> kept;
    for (auto& piece : split(path, '/')) {
        if (piece.empty() || piece == ".") {
            continue;
        }
        if (piece != ".." || (slashes == 0 && kept.empty()) ||
            (!kept.empty() && kept.back() == "..")) {
            kept.push_back(std::move(piece));
        } else if (!kept.empty()) {
            kept.pop_back();
        }
    }
    const auto result = std::string(slashes, '/') + join(kept, "/");
    return result.empty() ? "." : result;
}

std::string absolute_path(std::string_view path, const PathOrigin& origin) {
    if (!origin.home.empty() && (path == "~" || path.starts_with("~/"))) {
        return absolute_path(join_path(origin.home, path.size() > 2 ? path.substr(2) : ""),
                             {origin.working_directory, ""});
    }
    return normalize_path(join_path(origin.working_directory, path));
}

}  // namespace sup::config
