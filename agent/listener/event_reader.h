#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"

// The stream that supervisord writes to a listener's standard input, cut into events. Pure.
//
// Its states: reading a header line up to LF; then reading a payload of `len` code points. There is
// no mark between events, so that a wrong count would lose the framing for ever: `len` counts the
// code points of a UTF-8 text, not bytes.
namespace sup::listener {

// Finds where a text of a given number of code points ends. A byte that does not continue a
// character begins the next one; a character that is cut short counts as one, and so does a stray
// continuation byte: any bytes have a count.
class CodePointCounter {
public:
    void start(std::uint64_t code_points);

    // How many of these bytes still belong to the text.
    std::size_t take(std::string_view bytes);
    bool is_done() const { return left_ == 0 && continuation_ == 0; }

private:
    std::uint64_t left_ = 0;  // characters not begun yet
    int continuation_ = 0;    // bytes that the present character still expects
};

struct ReceivedEvent {
    std::string_view header;   // without its LF
    std::string_view payload;  // empty when oversized
    bool oversized = false;    // more than max_event bytes: read to its end, not kept
};

class EventReader {
public:
    explicit EventReader(std::size_t max_event) : max_event_(max_event) {}

    // Takes from `bytes`, and advances it, until an event is complete, which is returned, or
    // nothing is left. The event's views hold until the next call. An error is final: the framing
    // is lost.
    Result<std::optional<ReceivedEvent>> read(std::string_view& bytes);

private:
    enum class State { Header, Payload, Complete };

    Status read_header(std::string_view& bytes);
    void read_payload(std::string_view& bytes);

    std::size_t max_event_;
    State state_ = State::Header;
    std::string header_;
    std::string payload_;
    bool oversized_ = false;
    CodePointCounter counter_;
};

}  // namespace sup::listener
