#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "agent/shell/http_guard.h"
#include "agent/shell/http_server.h"

// Whether a request will be read and handled, decided from its header alone. For http_*.cc only.
namespace sup::shell {

// What all connections of a server share.
struct HttpService {
    Credentials credentials;
    HttpLimits limits;
    std::vector<HttpRoute> routes;
    std::uint64_t bodies_bytes = 0;  // see HttpLimits::all_bodies_bytes
};

struct RequestFacts {
    std::string_view method;
    std::string_view target;
    std::string_view authorization;
    BrowserHeaders browser;
    std::optional<std::uint64_t> content_length;
    bool is_chunked = false;
};

// Null: nothing is there.
const HttpRoute* find_route(const HttpService& service, std::string_view target);

// The status of the refusal, if the request is refused. Credentials come first.
std::optional<unsigned> refusal_of(const RequestFacts& request, const HttpService& service);

// Whether so large a body may be taken as well.
// Rationale: many clients may each send a body of the largest size, and slowly, or ask for one and
// not read it. Small ones always pass, so that whoever holds the room for the others keeps nobody
// from ordinary calls.
bool is_room_for(std::uint64_t body_bytes, const HttpService& service);

// The part of one body in HttpService::bodies_bytes, while it lives.
class BodyShare {
public:
    BodyShare(std::shared_ptr<HttpService> service, std::uint64_t bytes);
    ~BodyShare();
    BodyShare(const BodyShare&) = delete;
    BodyShare& operator=(const BodyShare&) = delete;

private:
    std::shared_ptr<HttpService> service_;
    std::uint64_t bytes_;
};

}  // namespace sup::shell
