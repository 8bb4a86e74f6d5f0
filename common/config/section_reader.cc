#include "common/config/section_reader.h"

#include "common/base/text.h"

namespace sup::config {
namespace {

// Values that must not show in a message.
bool is_secret(std::string_view option) {
    return option == "password" || option == "environment" || option == "api_users";
}

}  // namespace

SectionReader::SectionReader(const Document& document, const IniSection& section,
                             Problems& problems, Names names)
    : document_(document), section_(section), problems_(problems), names_(document.environment) {
    if (names == Names::EnvironmentAndHere) {
        define("here", document.here);
    }
}

void SectionReader::define(std::string_view name, Expansion value) {
    names_.insert_or_assign(std::string(name), std::move(value));
}

const IniOption* SectionReader::find(std::string_view option) const {
    return document_.ini.find(section_.name, option);
}

std::optional<std::string> SectionReader::raw(std::string_view option) const {
    const auto* found = find(option);
    return found == nullptr ? std::nullopt : std::optional(found->value);
}

std::optional<std::string> SectionReader::text(std::string_view option) {
    const auto* found = find(option);
    return found == nullptr ? std::nullopt : expanded(option, found->value);
}

std::optional<std::string> SectionReader::expanded(std::string_view option,
                                                   std::string_view value) {
    auto out = expand(value, names_);
    if (!out) {
        fail(option,
             is_secret(option)
                 ? std::string("a %(name)s of it cannot be expanded (a plain percent sign is "
                               "written %%)")
                 : concat("'", value, "': ", out.error().message));
        return std::nullopt;
    }
    return std::move(*out);
}

void SectionReader::fail(std::string_view option, std::string_view what) {
    has_failed_ = true;
    problems_.error(place_of(option), concat("[", section_.name, "] ", option, ": ", what));
}

void SectionReader::drop(std::string_view option, std::string_view what) {
    problems_.drop(place_of(option), concat("[", section_.name, "] ", option, ": ", what));
}

void SectionReader::warn(std::string_view option, std::string_view what) {
    problems_.warn(place_of(option), concat("[", section_.name, "] ", option, ": ", what));
}

Place SectionReader::place_of(std::string_view option) const {
    const auto* found = find(option);
    return found == nullptr ? section_.place : found->place;
}

}  // namespace sup::config
