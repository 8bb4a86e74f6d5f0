#include "agent/shell/http_admission.h"

#include <algorithm>
#include <utility>

namespace sup::shell {
bool is_room_for(std::uint64_t body_bytes, const HttpService& service) {
    const auto& limits = service.limits;
    return body_bytes <= limits.small_body_bytes ||
           service.bodies_bytes + body_bytes <= limits.all_bodies_bytes;
}

const HttpRoute* find_route(const HttpService& service, std::string_view target) {
    const auto found = std::ranges::find_if(
        service.routes, [target](const HttpRoute& one) { return target.starts_with(one.prefix); });
    return found == service.routes.end() ? nullptr : &*found;
}

std::optional<unsigned> refusal_of(const RequestFacts& request, const HttpService& service) {
    if (!admits(service.credentials, request.authorization)) {
        return 401;
    }
    const auto* route = find_route(service, request.target);
    if (route == nullptr) {
        return 404;
    }
    if (request.method != route->method) {
        return 405;
    }
    if (is_cross_site(request.browser, service.credentials)) {
        return 403;
    }
    if (request.is_chunked || (!request.content_length && route->method == "POST")) {
        return 411;
    }
    const auto length = request.content_length.value_or(0);
    if (length > service.limits.body_bytes) {
        return 413;
    }
    if (!is_room_for(length, service)) {
        return 503;
    }
    return std::nullopt;
}

BodyShare::BodyShare(std::shared_ptr<HttpService> service, std::uint64_t bytes)
    : service_(std::move(service)), bytes_(bytes <= service_->limits.small_body_bytes ? 0 : bytes) {
    service_->bodies_bytes += bytes_;
}

BodyShare::~BodyShare() {
    service_->bodies_bytes -= bytes_;
}

}  // namespace sup::shell
