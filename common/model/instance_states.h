#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/model/states.h"

namespace sup {

// The states of the instances as one of them sees them, in the order of its own list.
//
// *Rationale*: each instance holds such a table of each other one, and sends its own to all. Those
// who hold an equal one share it: a copy costs nothing, whatever the number of instances. Who
// changes a table that others hold gets one of its own.
class InstanceStates {
public:
    InstanceStates() = default;
    // All STOPPED.
    explicit InstanceStates(std::vector<std::string> identifiers);
    explicit InstanceStates(const std::map<std::string, InstanceState>& states);

    std::size_t size() const { return table_ ? table_->states.size() : 0; }
    const std::string& identifier(std::size_t place) const { return (*names_)[place]; }
    InstanceState state(std::size_t place) const { return table_->states[place]; }
    void set(std::size_t place, InstanceState state);
    // One more at the end, STOPPED.
    InstanceStates with_another(std::string identifier) const;
    // Those behind the place move up.
    InstanceStates without(std::size_t place) const;
    bool has(InstanceState state) const {
        return table_ && table_->counts[static_cast<std::size_t>(state)] > 0;
    }

    std::map<std::string, InstanceState> as_map() const;
    bool operator==(const InstanceStates& other) const;

private:
    struct Table {
        std::vector<InstanceState> states;
        std::array<std::size_t, std::size(kNamesOf<InstanceState>)> counts{};  // by state
        explicit Table(std::vector<InstanceState> given);
    };
    std::shared_ptr<const std::vector<std::string>> names_;
    std::shared_ptr<Table> table_;
};

}  // namespace sup
