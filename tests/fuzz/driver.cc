#include <charconv>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "common/base/rng.h"
#include "tests/fuzz/seeds.h"

// Runs a libFuzzer target without libFuzzer: `driver ROUNDS [SEED]` with mutated seeds, always the
// same ones for the same numbers, or `driver FILE…` with the bytes of the files.

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

void run_one(const std::string& input) {
    // A copy of exactly this size, so that the address sanitizer sees a byte too far.
    std::vector<std::uint8_t> bytes(input.begin(), input.end());
    LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

void mutate(std::string& bytes, sup::Rng& rng) {
    const auto place = rng.below(bytes.size() + 1);
    const auto count = 1 + rng.below(8);
    switch (rng.below(5)) {
        case 0:
            bytes.resize(place);
            break;
        case 1:
            bytes.insert(place, count, static_cast<char>(rng.below(256)));
            break;
        case 2:
            bytes.erase(place, count);
            break;
        case 3:
            bytes.insert(place, bytes.substr(rng.below(bytes.size() + 1), 64));
            break;
        default:
            if (place < bytes.size()) {
                bytes[place] = static_cast<char>(rng.below(256));
            }
            break;
    }
}

void run_rounds(std::uint64_t rounds, std::uint64_t seed) {
    sup::Rng rng(seed);
    std::string original;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        if (round % 50 == 0) {
            original = draw_seed(rng).substr(0, 5000);
        }
        auto bytes = original;
        for (auto count = 1 + rng.below(6); count > 0; --count) {
            mutate(bytes, rng);
        }
        run_one(bytes);
    }
}

bool parse_number(const char* text, std::uint64_t& number) {
    const char* end = text + std::strlen(text);
    return std::from_chars(text, end, number).ptr == end && text != end;
}

}  // namespace

int main(int count, char** arguments) {
    std::uint64_t rounds = 100'000;
    std::uint64_t seed = 1;
    if (count < 2 || parse_number(arguments[1], rounds)) {
        if (count > 2 && !parse_number(arguments[2], seed)) {
            std::cerr << "usage: " << arguments[0] << " [ROUNDS [SEED]] | FILE...\n";
            return 2;
        }
        run_rounds(rounds, seed);
        return 0;
    }
    for (int place = 1; place < count; ++place) {
        std::ifstream file(arguments[place], std::ios::binary);
        if (!file) {
            std::cerr << arguments[place] << ": cannot be read\n";
            return 2;
        }
        run_one({std::istreambuf_iterator<char>(file), {}});
    }
    return 0;
}
