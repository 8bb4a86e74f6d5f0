#pragma once

#include <cstddef>
#include <memory>

#include "agent/shell/event_loop.h"
#include "agent/shell/http_server.h"
#include "agent/shell/supervisor_client.h"
#include "common/base/time.h"

namespace sup::shell {

// The logs that the local supervisord streams as they grow, `/logtail/...` and `/mainlogtail`
// (supervisorctl's `tail -f`, `maintail -f` and `fg`), relayed to clients of the API.
//
// Each stream is a connection to supervisord of its own. *Opening*: the request is sent, the header
// of the answer is awaited, within a limit. *Streaming*: a piece is read, written to the client,
// and only then the next one is read: what a slow client does not take stays in the file. Either
// end ends the other one: a client that goes frees supervisord, a supervisord that goes cuts the
// client.
//
// Rationale: supervisord sends nothing before the log grows to a client of HTTP/1.0 or one that
// wants the connection closed, so we always are one of HTTP/1.1 that keeps it.
class LogTail {
public:
    static constexpr std::size_t kMaxStreams = 64;
    static constexpr Duration kOpenTime = {30'000};  // supervisord may be busy

    LogTail(EventLoop& loop, SupervisorAddress address, Duration open_time = kOpenTime);
    ~LogTail();  // ends all streams
    LogTail(const LogTail&) = delete;
    LogTail& operator=(const LogTail&) = delete;

    // The handler of `GET /logtail*` and `GET /mainlogtail*`.
    void on_request(const HttpRequest& request, const Responder& responder);

private:
    struct Parts;
    std::shared_ptr<Parts> parts_;
};

}  // namespace sup::shell
