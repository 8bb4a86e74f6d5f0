#include "rules/resolve.h"

#include <optional>

#include "common/base/text.h"
#include "rules/effective.h"
#include "rules/identifiers.h"
#include "rules/select.h"

namespace sup::rules {
namespace {

// The value of the strongest level so far is replaced only by a level that has one (R-20).
template <typename T>
void override_with(T& value, const std::optional<T>& given) {
    if (given) {
        value = *given;
    }
}

// The number that ends an application name after '-' or '_', as needed over a list of `size` names:
// its place counted from 0, or nothing without such a number (R-55, R-56).
enum class Rolling { Over, Never };

std::string_view number_suffix(std::string_view application) {
    const auto last = application.find_last_not_of("0123456789");
    const bool separated = last != std::string_view::npos && last + 1 < application.size() &&
                           (application[last] == '-' || application[last] == '_');
    return separated ? application.substr(last + 1) : std::string_view{};
}

// The place of number N in a list: N - 1, modulo the size when rolling over. Numbers have any
// length.
std::optional<std::size_t> place_of(std::string_view number, std::size_t size, Rolling rolling) {
    const auto digits = number.find_first_not_of('0');
    if (digits == std::string_view::npos) {
        return std::nullopt;
    }
    std::size_t value = 0;
    for (const char digit : number.substr(digits)) {
        value = value * 10 + static_cast<std::size_t>(digit - '0');
        if (rolling == Rolling::Over) {
            value %= size;
        } else if (value > size) {
            return std::nullopt;
        }
    }
    return (value + size - 1) % size;
}

// `#` of an application becomes one name, or none and then nothing starts (R-55..R-58). `@` gives
// each number its own instance: it does not roll over.
void bind_application(ApplicationRules& rules, std::string_view application,
                      std::span<const std::string> instances, std::vector<std::string>& remarks) {
    const auto subject = concat("application '", application, "': ");
    auto& list = rules.identifiers;
    if (list.at && list.hash) {
        remarks.push_back(concat(subject, "identifiers have '#' and '@': '#' is dropped"));
    }
    const Rolling rolling = list.at ? Rolling::Never : Rolling::Over;
    const std::vector<std::string> reference =
        list.all ? std::vector<std::string>(instances.begin(), instances.end()) : list.names;
    const std::string_view number = number_suffix(application);
    list = {false, false, false, {}};
    std::string failure;
    if (number.find_first_not_of('0') == std::string_view::npos) {
        failure = "its name does not end with '-N' or '_N', N a positive number";
    } else if (reference.empty()) {
        failure = "no instance is known";
    } else if (const auto place = place_of(number, reference.size(), rolling)) {
        list.names = {reference[*place]};
        return;
    } else {
        failure = concat("number ", number, " is beyond the ", reference.size(),
                         " instances that '@' goes over");
    }
    rules.start_sequence = 0;
    remarks.push_back(concat(subject, failure, ": '", rolling == Rolling::Over ? "#" : "@",
                             "' gives it no instance and its start_sequence is 0"));
}

}  // namespace

ApplicationRules resolve_application(const RuleSet& rules, std::string_view application,
                                     std::span<const std::string> instances,
                                     std::vector<std::string>& remarks) {
    ApplicationRules result;
    const ApplicationElement* element = select_application(rules, application, remarks).element;
    if (element == nullptr) {
        return result;
    }
    result.managed = true;
    override_with(result.distribution, element->distribution);
    override_with(result.start_sequence, element->start_sequence);
    override_with(result.starting_failure, element->starting_failure);
    override_with(result.running_failure, element->running_failure);
    result.starting_strategy = element->starting_strategy;
    result.status_formula = element->status_formula;
    result.status_formula_text = element->status_formula_text;
    if (element->identifiers) {
        result.identifiers = parse_identifiers(*element->identifiers, rules.aliases);
    }
    // Before the binding, which may reset the start_sequence (R-35).
    result.stop_sequence = element->stop_sequence.value_or(result.start_sequence);
    if (result.identifiers.hash || result.identifiers.at) {
        bind_application(result, application, instances, remarks);
    }
    return result;
}

ProcessRules resolve_process(const RuleSet& rules, std::string_view application,
                             std::string_view process, std::vector<std::string>& remarks) {
    // What there is to say about the application is said by resolve_application.
    std::vector<std::string> said_elsewhere;
    const ApplicationElement* owner =
        select_application(rules, application, said_elsewhere).element;
    if (owner == nullptr) {
        return {};
    }
    const auto selected = select_program(*owner, process, remarks);
    std::vector<std::string> found;
    const ProcessRules result = effective_rules(rules, *owner, selected, found);
    for (const auto& remark : found) {
        remarks.push_back(concat("process '", application, ":", process, "': ", remark));
    }
    return result;
}

}  // namespace sup::rules
