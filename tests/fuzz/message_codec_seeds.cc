#include "tests/fuzz/seeds.h"

#include "agent/codec/message_codec.h"
#include "tests/unit/codec/random_message.h"

std::string draw_seed(sup::Rng& rng) {
    sup::codec::RandomMessages random(rng.next());
    return sup::codec::encode_message(random.draw(rng.below(sup::codec::RandomMessages::kKinds)));
}
