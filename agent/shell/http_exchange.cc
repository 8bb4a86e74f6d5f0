#include "agent/shell/http_exchange.h"

#include <utility>

#include "common/base/check.h"

namespace sup::shell {
namespace {

class Stream : public HttpStream {
public:
    explicit Stream(std::weak_ptr<ResponseSink> sink) : sink_(std::move(sink)) {}
    ~Stream() override {
        if (const auto sink = sink_.lock(); sink && !is_ended_) {
            sink->close();
        }
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    void write(std::string piece, std::function<void()> on_taken) override {
        SUP_CHECK(!is_ended_, "nothing is written after the end");
        if (const auto sink = sink_.lock()) {
            sink->write_piece(std::move(piece), std::move(on_taken));
        }
    }
    void end() override {
        SUP_CHECK(!is_ended_, "a stream ends once");
        is_ended_ = true;
        if (const auto sink = sink_.lock()) {
            sink->end_stream();
        }
    }

private:
    std::weak_ptr<ResponseSink> sink_;
    bool is_ended_ = false;
};

class Exchange : public Responder::Channel {
public:
    explicit Exchange(std::weak_ptr<ResponseSink> sink) : sink_(std::move(sink)) {}
    ~Exchange() override {
        if (!is_answered_) {
            Exchange::respond({500, "text/plain", "The request was dropped.\n"});
        }
    }
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    void respond(HttpResponse response) override {
        become_answered();
        if (const auto sink = sink_.lock()) {
            sink->respond(std::move(response));
        }
    }
    std::shared_ptr<HttpStream> begin_stream(const HttpStreamHead& head) override {
        become_answered();
        if (const auto sink = sink_.lock()) {
            sink->begin_stream(head);
        }
        return std::make_shared<Stream>(sink_);
    }
    void watch_client(std::function<void()> on_gone) override {
        if (const auto sink = sink_.lock(); sink && !is_answered_) {
            sink->watch_client(std::move(on_gone));
        }
    }

private:
    void become_answered() {
        SUP_CHECK(!is_answered_, "a request is answered once");
        is_answered_ = true;
    }

    std::weak_ptr<ResponseSink> sink_;
    bool is_answered_ = false;
};

}  // namespace

std::shared_ptr<Responder::Channel> open_exchange(std::weak_ptr<ResponseSink> sink) {
    return std::make_shared<Exchange>(std::move(sink));
}

}  // namespace sup::shell
