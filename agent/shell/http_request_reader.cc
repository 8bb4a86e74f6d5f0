#include "agent/shell/http_request_reader.h"

#include <algorithm>
#include <utility>

#include "common/base/text.h"

namespace sup::shell {
namespace {

namespace http = boost::beast::http;
using Failure = boost::system::error_code;
using Progress = RequestReader::Progress;

constexpr std::size_t kReadBytes = 64 * 1024;

std::string_view view_of(boost::beast::string_view text) {
    return {text.data(), text.size()};
}

// What the parser's complaint means; none where it only wants more.
std::optional<Progress> trouble(const Failure& failure) {
    if (!failure || failure == http::error::need_more) {
        return std::nullopt;
    }
    return failure == http::error::header_limit ? Progress::HeaderTooLong : Progress::Malformed;
}

}  // namespace

boost::asio::mutable_buffer RequestReader::room() {
    return bytes_.prepare(kReadBytes);
}

void RequestReader::skip_line_ends() {
    const std::string_view bytes(static_cast<const char*>(bytes_.data().data()), bytes_.size());
    bytes_.consume(std::min(bytes.find_first_not_of("\r\n"), bytes.size()));
}

void RequestReader::begin(const HttpLimits& limits) {
    parser_.emplace();
    parser_->header_limit(limits.header_bytes);
    parser_->body_limit(boost::none);  // ours is checked after the credentials
    parser_->eager(false);
}

Progress RequestReader::read_header() {
    Failure failure;
    if (bytes_.size() > 0) {
        bytes_.consume(parser_->put(bytes_.data(), failure));
    }
    if (const auto found = trouble(failure)) {
        return *found;
    }
    return parser_->is_header_done() ? Progress::Done : Progress::NeedsMore;
}

Progress RequestReader::read_body() {
    parser_->eager(true);
    Failure failure;
    while (!failure && !parser_->is_done() && bytes_.size() > 0) {
        bytes_.consume(parser_->put(bytes_.data(), failure));
    }
    if (const auto found = trouble(failure)) {
        return *found;
    }
    return parser_->is_done() ? Progress::Done : Progress::NeedsMore;
}

RequestFacts RequestReader::facts() const {
    const auto& request = parser_->get();
    RequestFacts facts;
    facts.method = view_of(request.method_string());
    facts.target = view_of(request.target());
    facts.authorization = view_of(request[http::field::authorization]);
    facts.browser = {view_of(request[http::field::host]), view_of(request[http::field::origin]),
                     view_of(request["Sec-Fetch-Site"])};
    if (const auto length = parser_->content_length()) {
        facts.content_length = *length;
    }
    facts.is_chunked = parser_->chunked();
    return facts;
}

bool RequestReader::expects_continue() const {
    return !parser_->is_done() &&
           to_lower(view_of(parser_->get()[http::field::expect])) == "100-continue";
}

HttpVersion RequestReader::version() const {
    return parser_->get().version() == 10 ? HttpVersion::Http10 : HttpVersion::Http11;
}

HttpRequest RequestReader::take() {
    auto& request = parser_->get();
    return {std::string(request.target()), std::move(request.body()),
            std::string(request[http::field::authorization])};
}

}  // namespace sup::shell
