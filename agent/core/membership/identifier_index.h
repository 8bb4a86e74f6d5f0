#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/base/hash.h"
#include "common/base/ids.h"

namespace sup::core {

// Which instance has an identifier, asked at each message. Pure.
//
// *Rationale*: a tree of a thousand texts costs ten lookups in cold memory at each message; this
// table of hashes costs one, and nobody can walk it, so that no order depends on a hash.
class IdentifierIndex {
public:
    void insert(std::string_view identifier, InstanceId id) {
        if (2 * (used_ + 1) > slots_.size()) {
            grow();
        }
        put({digest_of(identifier), id, true});
        ++used_;
    }

    void clear() {
        slots_.clear();
        used_ = 0;
    }

    // `is_it` tells whether an instance has the identifier: two texts may have one hash. Of those
    // that have it, the one inserted first.
    template <typename IsIt>
    std::optional<InstanceId> find(std::string_view identifier, const IsIt& is_it) const {
        if (slots_.empty()) {
            return std::nullopt;
        }
        const auto digest = digest_of(identifier);
        for (auto place = first_place(digest); slots_[place].used; place = next_place(place)) {
            if (slots_[place].digest == digest && is_it(slots_[place].id)) {
                return slots_[place].id;
            }
        }
        return std::nullopt;
    }

private:
    struct Slot {
        std::uint64_t digest = 0;
        InstanceId id;
        bool used = false;
    };

    static std::uint64_t digest_of(std::string_view identifier) {
        Hasher hasher;
        hasher.add(identifier);
        return hasher.value();
    }
    // The size is a power of two.
    std::size_t first_place(std::uint64_t digest) const { return digest & (slots_.size() - 1); }
    std::size_t next_place(std::size_t place) const { return (place + 1) & (slots_.size() - 1); }

    void put(const Slot& slot) {
        auto place = first_place(slot.digest);
        while (slots_[place].used) {
            place = next_place(place);
        }
        slots_[place] = slot;
    }

    // Equal identifiers keep their order: of one hash, whoever was found first is put first, once
    // the walk begins at a slot that is free.
    void grow() {
        constexpr std::size_t kFirstSize = 16;
        auto former = std::vector<Slot>(slots_.empty() ? kFirstSize : 2 * slots_.size());
        former.swap(slots_);
        std::size_t begin = 0;
        while (begin < former.size() && former[begin].used) {
            ++begin;
        }
        for (std::size_t step = 0; step < former.size(); ++step) {
            const auto& slot = former[(begin + step) % former.size()];
            if (slot.used) {
                put(slot);
            }
        }
    }

    std::vector<Slot> slots_;  // at most half of them used: a search ends
    std::size_t used_ = 0;
};

}  // namespace sup::core
