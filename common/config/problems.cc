#include "common/config/problems.h"

#include <algorithm>

#include "common/base/text.h"

namespace sup::config {
namespace {

std::string located(const Place& place, std::string_view text) {
    return place.line == 0 ? concat(place.file, ": ", text)
                           : concat(place.file, ":", place.line, ": ", text);
}

// A program that is member of several groups is read once for each: what is said of it, once.
void add_once(std::vector<std::string>& sentences, std::string sentence) {
    if (std::find(sentences.begin(), sentences.end(), sentence) == sentences.end()) {
        sentences.push_back(std::move(sentence));
    }
}

}  // namespace

void Problems::error(const Place& place, std::string_view text) {
    add_once(errors, located(place, text));
}

void Problems::drop(const Place& place, std::string_view text) {
    add_once(dropped, located(place, text));
}

void Problems::warn(const Place& place, std::string_view text) {
    add_once(warnings, located(place, text));
}

}  // namespace sup::config
