#include "agent/shell/http_output.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <charconv>
#include <memory>
#include <string_view>
#include <utility>

#include "common/base/check.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

namespace http = boost::beast::http;
using Failure = boost::system::error_code;
using Message = http::response<http::string_body>;

constexpr std::string_view kServer = "supvisors-agent";

HttpOutput::Written written(const Failure& failure) {
    return failure ? HttpOutput::Written::Failed : HttpOutput::Written::Whole;
}

std::string chunk_of(std::string_view piece) {
    char size[16];
    const auto end = std::to_chars(size, size + sizeof size, piece.size(), 16).ptr;
    return concat(std::string_view(size, static_cast<std::size_t>(end - size)), "\r\n", piece,
                  "\r\n");
}

}  // namespace

void HttpOutput::send(HttpResponse response, ResponseForm form, OnWritten on_written) {
    const auto message = std::make_shared<Message>(http::int_to_status(response.status),
                                                   form.version == HttpVersion::Http10 ? 10U : 11U);
    message->set(http::field::server, kServer);
    message->set(http::field::content_type, response.content_type);
    for (const auto& field : response.fields) {
        message->set(field.name, field.value);
    }
    message->body() = std::move(response.body);
    message->keep_alive(form.keeps);
    message->prepare_payload();
    http::async_write(socket_, *message,
                      [message, on_written = std::move(on_written)](
                          const Failure& failure, std::size_t) { on_written(written(failure)); });
}

void HttpOutput::begin_stream(const HttpStreamHead& head, HttpVersion version,
                              OnWritten on_written) {
    is_chunked_ = version == HttpVersion::Http11;
    std::string text = concat("HTTP/1.1 200 OK\r\nServer: ", kServer, "\r\nConnection: close\r\n");
    for (const auto& field : head.fields) {
        text += concat(field.name, ": ", field.value, "\r\n");
    }
    text += is_chunked_ ? "Transfer-Encoding: chunked\r\n\r\n" : "\r\n";
    push(std::move(text), std::move(on_written));
}

void HttpOutput::write_piece(std::string piece, OnWritten on_written) {
    SUP_CHECK(!piece.empty(), "an empty chunk would be the end of the body");
    push(is_chunked_ ? chunk_of(piece) : std::move(piece), std::move(on_written));
}

void HttpOutput::end_stream(OnWritten on_written) {
    push(is_chunked_ ? "0\r\n\r\n" : "", std::move(on_written));
}

void HttpOutput::push(std::string text, OnWritten on_written) {
    queue_.push_back({std::make_shared<const std::string>(std::move(text)), std::move(on_written)});
    if (queue_.size() == 1) {
        write_front();
    }
}

void HttpOutput::write_front() {
    // The copy keeps the text, and through on_written the connection, until it is done.
    boost::asio::async_write(socket_, boost::asio::buffer(*queue_.front().text),
                             [this, entry = queue_.front()](const Failure& failure, std::size_t) {
                                 if (failure) {
                                     queue_.clear();
                                 } else if (!queue_.empty()) {
                                     queue_.pop_front();
                                 }
                                 if (!queue_.empty()) {
                                     write_front();
                                 }
                                 entry.on_written(written(failure));
                             });
}

}  // namespace sup::shell
