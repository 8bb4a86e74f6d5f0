#include "agent/codec/announcement_codec.h"
#include "common/base/text.h"
#include "tests/fuzz/seeds.h"

std::string draw_seed(sup::Rng& rng) {
    sup::Announcement drawn;
    drawn.host = sup::concat("node-", rng.below(1000), ".lan");
    drawn.nick = sup::concat("n_", rng.below(1000));
    drawn.http_port = static_cast<std::uint16_t>(1 + rng.below(65535));
    drawn.federation_port = static_cast<std::uint16_t>(1 + rng.below(65535));
    for (auto many = rng.below(4); many > 0; --many) {
        drawn.stereotypes.push_back(sup::concat("kind ", rng.below(10)));
    }
    drawn.boot = 1 + rng.below(1'000'000'000);
    drawn.counter = rng.below(1'000'000);
    return *sup::codec::encode_announcement(drawn, {});
}
