#pragma once

#include <functional>
#include <memory>
#include <string>

#include "agent/shell/http_server.h"

// The way from a handler's Responder to the connection that asked, which may be gone by then. For
// http_*.cc only.
namespace sup::shell {

// What a connection does with a response. Calls that come too late do nothing.
class ResponseSink {
public:
    virtual ~ResponseSink() = default;
    virtual void respond(HttpResponse response) = 0;
    virtual void watch_client(std::function<void()> on_gone) = 0;
    virtual void begin_stream(const HttpStreamHead& head) = 0;
    virtual void write_piece(std::string piece, std::function<void()> on_taken) = 0;
    virtual void end_stream() = 0;
    virtual void close() = 0;
};

// A request that nobody answers any more gets an error rather than silence; a stream that nobody
// goes on with ends with its connection, so that no client takes it for complete.
std::shared_ptr<Responder::Channel> open_exchange(std::weak_ptr<ResponseSink> sink);

}  // namespace sup::shell
