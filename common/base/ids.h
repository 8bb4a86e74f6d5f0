#pragma once

#include <compare>
#include <cstdint>

// Local numbers for things that have names. They index dense tables of one agent and mean nothing
// elsewhere: where two agents must agree, names are compared.
namespace sup {

template <typename Tag>
struct Id {
    std::uint32_t value = 0;
    constexpr auto operator<=>(const Id&) const = default;
};

// An instance of the federation: its place in supvisors_list, discovered ones after it.
using InstanceId = Id<struct InstanceTag>;
// A process `group:name` merged over all instances, in order of discovery.
using ProcessId = Id<struct ProcessTag>;
// An application (a group merged over all instances), in order of discovery.
using ApplicationId = Id<struct ApplicationTag>;

}  // namespace sup
