#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "agent/shell/http_server.h"

// The writing half of a connection: whole responses, or a stream of pieces in order. For http_*.cc
// only. The socket is the connection's, which on_written keeps alive while something is written.
namespace sup::shell {

struct ResponseForm {
    HttpVersion version = HttpVersion::Http11;  // as the request has it
    bool keeps = true;                          // the connection goes on after the response
};

class HttpOutput {
public:
    enum class Written { Whole, Failed };
    using OnWritten = std::function<void(Written)>;  // called later, once

    explicit HttpOutput(boost::asio::ip::tcp::socket& socket) : socket_(socket) {}

    void send(HttpResponse response, ResponseForm form, OnWritten on_written);

    // A stream is chunks where the client knows them, else all bytes until the connection ends.
    void begin_stream(const HttpStreamHead& head, HttpVersion version, OnWritten on_written);
    void write_piece(std::string piece, OnWritten on_written);  // nothing empty
    void end_stream(OnWritten on_written);
    bool is_streaming_out() const { return !queue_.empty(); }  // something is on its way
    // When the connection ends: what waits to be written is forgotten.
    void drop() { queue_.clear(); }

private:
    struct Entry {
        std::shared_ptr<const std::string> text;
        OnWritten on_written;
    };
    void push(std::string text, OnWritten on_written);
    void write_front();

    boost::asio::ip::tcp::socket& socket_;
    std::deque<Entry> queue_;  // the front is being written
    bool is_chunked_ = false;
};

}  // namespace sup::shell
