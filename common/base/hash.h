#pragma once

#include <cstdint>
#include <string_view>

namespace sup {

// FNV-1a of 64 bits: equal on every machine and build, which a digest shared by agents needs.
// It detects accidents, not attacks.
class Hasher {
public:
    void add(std::string_view bytes) {
        for (const char byte : bytes) {
            mix(static_cast<unsigned char>(byte));
        }
        mix(0xff);  // a boundary, so that {ab, c} and {a, bc} differ
    }
    void add(std::int64_t number) {
        for (int shift = 0; shift < 64; shift += 8) {
            mix(static_cast<unsigned char>(static_cast<std::uint64_t>(number) >> shift));
        }
    }
    std::uint64_t value() const { return value_; }

private:
    void mix(unsigned char byte) { value_ = (value_ ^ byte) * 1099511628211ULL; }
    std::uint64_t value_ = 14695981039346656037ULL;
};

}  // namespace sup
