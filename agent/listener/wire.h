#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/base/result.h"

// What the relay (supvisors-listener) and the agent say to each other over the agent's unix stream
// socket. Both sides use these functions: pure, no descriptor, safe on any bytes.
//
// The agent listens, the relay connects (and comes back for ever while its supervisord lives).
// A frame is: length, 4 bytes big-endian, of what follows (1 to kMaxFrame); type, 1 byte; body.
// Integers are big-endian and unsigned; a body may grow at its end in later versions: bytes that
// are not expected are ignored, and so are frames of an unknown type.
//
//   relay -> agent
//     'H' Hello    version 1, boot id 8, pid of the relay 4, pid of supervisord 4, start time of
//                  supervisord 8. Always the first frame of a connection, sent once.
//     'E' Event    length of the header 4, header line as received without its LF, payload bytes.
//     'D' Dropped  count 8: that many events are missing at this point of the stream.
//     'B' Bye      reason 1. Always the last frame. No Bye before the end of the stream: the relay
//                  itself died, or the socket broke.
//   agent -> relay
//     'N' Nudge    no body: make supervisord's loop turn now. Several at once count as one.
//
// Events are not kept for an absent agent: the relay drops them, counts them, and says the count in
// the Dropped that follows the next Hello. An agent that is there but slow gets up to kMaxQueued
// bytes of backlog; then the newest events are dropped, and a Dropped stands where they are
// missing. Rationale: an agent reads supervisord's whole state again at each Hello and at each
// Dropped, so that old events would bring it nothing but memory here and states to undo there.
namespace sup::listener {

inline constexpr std::uint8_t kWireVersion = 1;
inline constexpr std::size_t kMaxFrame = 8 * 1024 * 1024;  // type and body
inline constexpr std::size_t kMaxQueued = 1024 * 1024;     // of waiting events, in bytes

struct Hello {
    std::uint8_t version = kWireVersion;
    std::uint64_t boot_id = 0;  // random, of this run of the relay: the same when it reconnects
    std::uint32_t relay_pid = 0;
    std::uint32_t supervisor_pid = 0;          // the relay's parent
    std::uint64_t supervisor_start_ticks = 0;  // field 22 of /proc/<pid>/stat; 0: not readable
    bool operator==(const Hello&) const = default;
};

struct Event {
    std::string header;   // `ver:3.0 server:… len:…`, see event_text.h
    std::string payload;  // as many bytes as supervisord wrote for its `len` code points
    bool operator==(const Event&) const = default;
};

struct Dropped {
    std::uint64_t count = 0;
    bool operator==(const Dropped&) const = default;
};

enum class ByeReason : std::uint8_t {
    Terminated = 1,   // a signal: the listener, or supervisord itself, is being stopped in order
    StdinClosed = 2,  // supervisord is gone, without having stopped its listener
    BadInput = 3,     // what supervisord sent is not an event: the relay ends, to be started again
};
struct Bye {
    ByeReason reason = ByeReason::Terminated;
    bool operator==(const Bye&) const = default;
};

struct Nudge {
    bool operator==(const Nudge&) const = default;
};

// A frame of a later version.
struct UnknownFrame {
    std::uint8_t type = 0;
    bool operator==(const UnknownFrame&) const = default;
};

using Frame = std::variant<Hello, Event, Dropped, Bye, Nudge, UnknownFrame>;

// Whole frames, length included.
std::string encode_hello(const Hello& hello);
std::string encode_dropped(Dropped dropped);
std::string encode_bye(Bye bye);
std::string encode_nudge();

// An Event that would exceed kMaxFrame is not encoded: nothing is returned.
std::optional<std::string> encode_event(std::string_view header, std::string_view payload);

// Type and body of one frame, as FrameReader cuts them.
Result<Frame> decode_frame(std::string_view content);

// Cuts a stream of bytes into frames. After an error the stream cannot be followed any more and the
// connection has to be closed: every later call gives the same error.
class FrameReader {
public:
    explicit FrameReader(std::size_t max_frame = kMaxFrame) : max_frame_(max_frame) {}

    void feed(std::string_view bytes);

    // The next complete frame; nothing: more bytes are needed.
    Result<std::optional<Frame>> next();

private:
    std::size_t max_frame_;
    std::string buffer_;
    std::size_t begin_ = 0;  // of what was not given out yet
    std::optional<Error> broken_;
};

}  // namespace sup::listener
