#include "agent/shell/http_guard.h"

#include <algorithm>

#include "common/base/text.h"

namespace sup::shell {
namespace {

// The part of `http://host:port` that a Host header has.
std::string_view authority_of(std::string_view origin) {
    const auto mark = origin.find("://");
    return mark == origin.npos ? std::string_view() : origin.substr(mark + 3);
}

// A name that no other site can make its own: localhost or an address.
bool is_address(std::string_view host) {
    if (host.starts_with('[')) {
        return true;
    }
    const auto name = host.substr(0, host.find(':'));
    return name == "localhost" ||
           std::ranges::all_of(name, [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
}

}  // namespace

bool is_cross_site(const BrowserHeaders& headers, const Credentials& credentials) {
    if (headers.fetch_site == "cross-site" || headers.fetch_site == "same-site") {
        return true;
    }
    if (headers.origin.empty()) {
        return false;
    }
    if (to_lower(authority_of(headers.origin)) != to_lower(headers.host)) {
        return true;
    }
    // A site that lets its own name lead to our loopback address shares our origin then.
    return credentials.is_open() && !is_address(headers.host);
}

}  // namespace sup::shell
