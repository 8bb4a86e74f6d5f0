#pragma once

#include <string_view>

#include "agent/shell/credentials.h"

namespace sup::shell {

// The headers by which a browser says on whose behalf it calls; empty when absent.
struct BrowserHeaders {
    std::string_view host;
    std::string_view origin;
    std::string_view fetch_site;  // Sec-Fetch-Site
};

// Whether a page of another site makes a browser call us. Programs send none of these headers.
// Rationale: a browser adds the credentials that it knows by itself (and none are needed on
// loopback), so any page could otherwise stop processes.
bool is_cross_site(const BrowserHeaders& headers, const Credentials& credentials);

}  // namespace sup::shell
