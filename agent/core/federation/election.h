#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/core/membership/instance_table.h"

// Who is the Master (section 6 of the reference, with D-13, D-40 and D-45 mended): facts in, a
// choice with its reason out.
namespace sup::core {

// What an elector knows of one RUNNING instance that may be chosen, itself included.
struct Elector {
    InstanceId instance;
    std::string nick;
    bool is_core = false;
    bool is_declared = false;  // some RUNNING instance declares it
};

struct ElectionChoice {
    InstanceId master;
    std::string why;
};

// A declared Master beats everything; then core instances; then the smallest nick, by code point
// (B-83). Nothing when nobody runs.
std::optional<ElectionChoice> choose_master(std::span<const Elector> electors);

// Whether all peers that take part declare that instance: only then does it act as Master (B-82).
bool is_unanimous(const Ballot& peers, const std::string& identifier);

}  // namespace sup::core
