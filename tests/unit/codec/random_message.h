#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "agent/codec/message_layout.h"
#include "agent/codec/request_layout.h"
#include "agent/codec/wire_write.h"
#include "common/base/rng.h"

// Messages with values drawn at random, extremes included, from the same tables as the codec; and a
// comparison that follows these tables, because most messages have none of their own.
namespace sup::codec {

class RandomMessages {
public:
    explicit RandomMessages(std::uint64_t seed) : rng_(seed) {}

    static constexpr std::size_t kKinds = std::variant_size_v<Payload>;

    // Any message whose payload is the alternative of this number.
    Message draw(std::size_t kind) {
        Message message;
        fill(message);
        message.version = kProtocolVersion;
        message.sender.insert(0, "a:1");
        fill_kind(message.payload, kind);
        return message;
    }
    Rng& rng() { return rng_; }

private:
    std::int64_t draw_integer(std::int64_t low, std::int64_t high) {
        const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
        const auto step =
            span == std::numeric_limits<std::uint64_t>::max() ? rng_.next() : rng_.below(span + 1);
        switch (rng_.below(4)) {
            case 0:
                return low;
            case 1:
                return high;
            case 2:  // a small number: another length on the wire
                return low < 0 ? static_cast<std::int64_t>(step % 200) - 100
                               : static_cast<std::int64_t>(step % (span < 300 ? span + 1 : 300));
            default:
                return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + step);
        }
    }
    std::string draw_text() {
        static constexpr std::size_t kSizes[] = {0, 1, 5, 31, 32, 255, 256, 300};
        std::string text(kSizes[rng_.below(std::size(kSizes))], 'x');
        for (auto& letter : text) {
            letter = static_cast<char>(rng_.below(256));
        }
        return text;
    }

    template <typename T>
    void fill(T& out) {
        if constexpr (HasLayout<T>) {
            std::apply([&](const auto&... field) { (fill(out.*field.member), ...); },
                       kLayoutOf<T>.fields);
        } else if constexpr (std::is_enum_v<T>) {
            fill_enumeration(out);
        } else if constexpr (IsTime<T>) {
            constexpr std::int64_t kLimit = std::int64_t{1} << 53;
            out.ms = draw_integer(std::is_same_v<T, Duration> ? 0 : -kLimit, kLimit);
        } else if constexpr (std::is_same_v<T, bool>) {
            out = rng_.below(2) == 1;
        } else if constexpr (std::is_same_v<T, std::uint64_t>) {
            constexpr auto kHalf = std::numeric_limits<std::int64_t>::max();
            out = static_cast<std::uint64_t>(draw_integer(0, kHalf)) * 2 + rng_.below(2);
        } else if constexpr (std::is_integral_v<T>) {
            out = static_cast<T>(
                draw_integer(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
        } else if constexpr (std::is_same_v<T, std::string>) {
            out = draw_text();
        } else {
            fill_items(out);
        }
    }
    template <typename T>
    void fill_enumeration(T& out) {
        if constexpr (requires { is_known(out); }) {
            do {
                out = static_cast<T>(rng_.below(16));
            } while (!is_known(out));
        } else {
            do {
                out = kNamesOf<T>[rng_.below(kNamesOf<T>.size())].value;
            } while (code_of(out) < 0);  // ProcessState::Deleted does not travel
        }
    }
    template <typename T>
    void fill_items(std::vector<T>& out) {
        out.resize(rng_.below(20));
        for (auto& item : out) {
            fill(item);
        }
    }
    template <typename T>
    void fill_items(std::map<std::string, T>& out) {
        for (auto count = rng_.below(20); count > 0; --count) {
            fill(out[draw_text()]);
        }
    }
    void fill_items(InstanceStates& out) {
        std::map<std::string, InstanceState> states;
        fill_items(states);
        out = InstanceStates(states);
    }
    template <typename T>
    void fill_items(std::optional<T>& out) {
        if (rng_.below(2) == 1) {
            fill(out.emplace());
        }
    }
    template <typename... Alternatives>
    void fill_items(std::variant<Alternatives...>& out) {
        fill_kind(out, rng_.below(sizeof...(Alternatives)));
    }
    template <typename... Alternatives>
    void fill_kind(std::variant<Alternatives...>& out, std::size_t kind) {
        std::size_t place = 0;
        const auto try_one = [&]<typename T>(std::type_identity<T>) {
            if (place++ == kind) {
                fill(out.template emplace<T>());
            }
        };
        (try_one(std::type_identity<Alternatives>{}), ...);
    }

    Rng rng_;
};

template <typename T>
inline constexpr bool kIsVector = false;
template <typename T>
inline constexpr bool kIsVector<std::vector<T>> = true;

template <typename T>
bool is_same(const T& left, const T& right) {
    if constexpr (HasLayout<T>) {
        return std::apply(
            [&](const auto&... field) {
                return (is_same(left.*field.member, right.*field.member) && ...);
            },
            kLayoutOf<T>.fields);
    } else if constexpr (requires { left.valueless_by_exception(); }) {
        return left.index() == right.index() &&
               std::visit(
                   [&right]<typename Alternative>(const Alternative& alternative) {
                       return is_same(alternative, std::get<Alternative>(right));
                   },
                   left);
    } else if constexpr (kIsVector<T>) {
        return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                          [](const auto& one, const auto& other) { return is_same(one, other); });
    } else {
        return left == right;
    }
}

}  // namespace sup::codec
