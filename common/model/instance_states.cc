#include "common/model/instance_states.h"

#include <utility>

namespace sup {

InstanceStates::Table::Table(std::vector<InstanceState> given) : states(std::move(given)) {
    for (const auto state : states) {
        ++counts[static_cast<std::size_t>(state)];
    }
}

InstanceStates::InstanceStates(std::vector<std::string> identifiers) {
    table_ = std::make_shared<Table>(
        std::vector<InstanceState>(identifiers.size(), InstanceState::Stopped));
    names_ = std::make_shared<const std::vector<std::string>>(std::move(identifiers));
}

InstanceStates::InstanceStates(const std::map<std::string, InstanceState>& states) {
    std::vector<std::string> names;
    std::vector<InstanceState> values;
    for (const auto& [identifier, state] : states) {
        names.push_back(identifier);
        values.push_back(state);
    }
    names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    table_ = std::make_shared<Table>(std::move(values));
}

void InstanceStates::set(std::size_t place, InstanceState state) {
    if (table_.use_count() > 1) {
        table_ = std::make_shared<Table>(*table_);
    }
    --table_->counts[static_cast<std::size_t>(table_->states[place])];
    ++table_->counts[static_cast<std::size_t>(state)];
    table_->states[place] = state;
}

InstanceStates InstanceStates::with_another(std::string identifier) const {
    auto names = *names_;
    names.push_back(std::move(identifier));
    auto states = table_->states;
    states.push_back(InstanceState::Stopped);
    InstanceStates changed;
    changed.names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    changed.table_ = std::make_shared<Table>(std::move(states));
    return changed;
}

InstanceStates InstanceStates::without(std::size_t place) const {
    const auto at = static_cast<std::ptrdiff_t>(place);
    auto names = *names_;
    names.erase(names.begin() + at);
    auto states = table_->states;
    states.erase(states.begin() + at);
    InstanceStates changed;
    changed.names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    changed.table_ = std::make_shared<Table>(std::move(states));
    return changed;
}

// Of an identifier that stands twice in a list, the first counts.
std::map<std::string, InstanceState> InstanceStates::as_map() const {
    std::map<std::string, InstanceState> states;
    for (std::size_t place = 0; place < size(); ++place) {
        states.emplace(identifier(place), state(place));
    }
    return states;
}

bool InstanceStates::operator==(const InstanceStates& other) const {
    if (table_ == other.table_ && names_ == other.names_) {
        return true;
    }
    if (size() != other.size()) {
        return false;
    }
    return size() == 0 || (table_->states == other.table_->states && *names_ == *other.names_);
}

}  // namespace sup
