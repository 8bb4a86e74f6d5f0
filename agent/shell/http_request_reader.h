#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <optional>
#include <string>

#include "agent/shell/http_admission.h"

// Bytes to requests: the reading half of a connection, without the socket. For http_*.cc only.
namespace sup::shell {

class RequestReader {
public:
    enum class Progress { NeedsMore, Done, Malformed, HeaderTooLong };

    // What a read may write into; commit() what it wrote.
    boost::asio::mutable_buffer room();
    void commit(std::size_t count) { bytes_.commit(count); }

    bool has_bytes() const { return bytes_.size() > 0; }
    void drop_bytes() { bytes_.clear(); }
    // Some clients (supervisorctl's own) end a request with one line end too many.
    void skip_line_ends();

    // The next request: first its header, then, if it is wanted, its body.
    void begin(const HttpLimits& limits);
    Progress read_header();
    Progress read_body();

    // Once the header is done; valid until the next request begins.
    RequestFacts facts() const;
    bool expects_continue() const;
    // A request that is too malformed to have one counts as 1.1.
    HttpVersion version() const;
    bool keeps_connection() const { return parser_->keep_alive(); }
    HttpRequest take();

private:
    boost::beast::flat_buffer bytes_;
    std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
};

}  // namespace sup::shell
