#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/codec/xmlrpc_value.h"
#include "common/base/time.h"
#include "common/model/local_requests.h"
#include "common/model/requests.h"
#include "common/model/strategies.h"

// The parameters of a method: what a row of the table declares, and what a call gave, checked.
namespace sup::codec {

enum class ParameterKind {
    Text,
    Flag,              // any value, by its truth value
    StartingStrategy,  // exact name, or code
    ConciliationStrategy,
    LogLevel,  // name in any letter case, or code
    Period,    // seconds, 1 to 3600
    Count,     // what Python makes an integer of
    Values,    // an array of whatever
};
// A number of things; 0 when what was written is no integer > 0.
struct Count {
    std::int32_t value = 0;
    std::string written;
};
using Argument = std::variant<std::string, bool, StartingStrategy, ConciliationStrategy, LogLevel,
                              Duration, Count, Array>;

struct Parameter {
    std::string_view name;
    ParameterKind kind = ParameterKind::Text;
    std::optional<Argument> fallback;  // of a parameter that may be omitted
};

// One argument per declared parameter, of the declared kind.
class Arguments {
public:
    explicit Arguments(std::vector<Argument> items) : items_(std::move(items)) {}

    const std::string& text(std::size_t at) const { return get<std::string>(at); }
    Namespec namespec(std::size_t at) const { return parse_namespec(text(at)); }
    Wait wait(std::size_t at) const { return get<bool>(at) ? Wait::Yes : Wait::No; }
    StartingStrategy starting_strategy(std::size_t at) const { return get<StartingStrategy>(at); }
    ConciliationStrategy conciliation_strategy(std::size_t at) const {
        return get<ConciliationStrategy>(at);
    }
    Switch switched(std::size_t at) const { return get<bool>(at) ? Switch::On : Switch::Off; }
    const Count& count(std::size_t at) const { return get<Count>(at); }
    bool flag(std::size_t at) const { return get<bool>(at); }
    Duration period(std::size_t at) const { return get<Duration>(at); }
    LogLevel log_level(std::size_t at) const { return get<LogLevel>(at); }
    const Array& values(std::size_t at) const { return get<Array>(at); }

private:
    template <typename T>
    const T& get(std::size_t at) const {
        SUP_CHECK(at < items_.size(), "a handler reads only declared parameters");
        const T* item = std::get_if<T>(&items_[at]);
        SUP_CHECK(item != nullptr, "a handler reads a parameter as it is declared");
        return *item;
    }
    std::vector<Argument> items_;
};

// Too few or too many parameters: section 1.2 of the API.
bool is_count_right(std::span<const Parameter> declared, std::size_t given);

// Needs a right count.
std::variant<Arguments, Fault> check_arguments(std::span<const Parameter> declared,
                                               std::span<const Value> given);

// The XML-RPC type of a parameter, for signatures.
std::string_view type_of(ParameterKind kind);

}  // namespace sup::codec
