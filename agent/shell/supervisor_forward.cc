#include "agent/shell/supervisor_forward.h"

#include <curl/curl.h>

#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "agent/shell/credentials.h"
#include "agent/shell/worker.h"
#include "common/base/check.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

using CallNumber = SupervisorForward::CallNumber;
using Relayed = SupervisorForward::Relayed;
using Outcome = Result<Relayed>;

constexpr long kConnectTimeMs = 5000;
constexpr std::size_t kMaxResponse = 64 * 1024 * 1024;
constexpr std::size_t kMaxResponses = 128 * 1024 * 1024;  // of all calls together
constexpr int kPollMs = 60'000;                           // a wake-up or traffic ends it

// One call under way. libcurl points into it, so it never moves.
class Transfer {
public:
    Transfer(CallNumber number, SupervisorForward::Post call)
        : number_(number), call_(std::move(call)), handle_(curl_easy_init()) {
        SUP_CHECK(handle_ != nullptr, "libcurl gives a handle");
    }
    ~Transfer() {
        if (received_ != nullptr) {
            *received_ -= counted_;
        }
        curl_easy_cleanup(handle_);
        curl_slist_free_all(headers_);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    // `received` counts the bytes of all answers that are being received.
    void prepare(const SupervisorAddress& address, std::size_t& received);
    Outcome outcome(CURLcode code, const SupervisorAddress& address);
    CURL* handle() const { return handle_; }
    CallNumber number() const { return number_; }

private:
    static std::size_t on_bytes(char* bytes, std::size_t size, std::size_t count, void* self);
    template <typename T>
    void set(CURLoption option, T value) {
        SUP_CHECK(curl_easy_setopt(handle_, option, value) == CURLE_OK,
                  "libcurl knows the options that we use");
    }
    void add_header(const std::string& line) {
        headers_ = curl_slist_append(headers_, line.c_str());
    }

    CallNumber number_;
    SupervisorForward::Post call_;
    std::size_t* received_ = nullptr;  // by all transfers under way
    std::size_t counted_ = 0;          // our part of it
    CURL* handle_;
    curl_slist* headers_ = nullptr;
    std::string body_;
};

// A new connection for each call: see the rationale in supervisor_client.h.
void Transfer::prepare(const SupervisorAddress& address, std::size_t& received) {
    received_ = &received;
    const bool is_v6 = address.host.find(':') != std::string::npos;
    const auto host = is_v6 ? concat("[", address.host, "]") : address.host;
    set(CURLOPT_URL, concat("http://", host, ":", address.port, "/RPC2").c_str());
    set(CURLOPT_PROXY, "");
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_TCP_NODELAY, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, kConnectTimeMs);
    set(CURLOPT_FRESH_CONNECT, 1L);
    set(CURLOPT_FORBID_REUSE, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
    set(CURLOPT_POSTFIELDS, call_.body.data());
    set(CURLOPT_WRITEFUNCTION, &Transfer::on_bytes);
    set(CURLOPT_WRITEDATA, this);
    add_header("Content-Type: text/xml");
    add_header("Expect:");
    if (address.password.starts_with(kShaMark)) {
        add_header(concat("Authorization: ", call_.authorization));
    } else if (!address.username.empty()) {
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(CURLOPT_USERNAME, address.username.c_str());
        set(CURLOPT_PASSWORD, address.password.c_str());
    }
    set(CURLOPT_HTTPHEADER, headers_);
}

std::size_t Transfer::on_bytes(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& transfer = *static_cast<Transfer*>(self);
    const auto more = size * count;
    if (transfer.counted_ + more > kMaxResponse || *transfer.received_ + more > kMaxResponses) {
        return 0;  // ends the transfer
    }
    transfer.counted_ += more;
    *transfer.received_ += more;
    transfer.body_.append(bytes, more);
    return more;
}

Outcome Transfer::outcome(CURLcode code, const SupervisorAddress& address) {
    const auto where = concat("the local supervisord at ", address.host, ":", address.port);
    if (code == CURLE_WRITE_ERROR) {
        return Error{concat(where, " answered more than ", kMaxResponse, " bytes, or more than ",
                            kMaxResponses, " to all calls together")};
    }
    if (code != CURLE_OK) {
        return Error{concat(where, " cannot be called: ", curl_easy_strerror(code))};
    }
    long status = 0;
    curl_easy_getinfo(handle_, CURLINFO_RESPONSE_CODE, &status);
    if (status == 401) {
        return Error{concat(where, " refused the user and password of [inet_http_server]")};
    }
    return Relayed{static_cast<unsigned>(status), std::move(body_)};
}

}  // namespace

// Of the loop's thread: who waits for what.
struct SupervisorForward::Waiting {
    std::map<CallNumber, OnRelayed> calls;

    void deliver(CallNumber number, Outcome outcome) {
        if (auto found = calls.extract(number)) {
            found.mapped()(std::move(outcome));
        }
    }
};

// The thread. Orders reach it through a list under a mutex and a wake-up of libcurl's poll.
class SupervisorForward::Carrier {
public:
    using Deliver = std::function<void(CallNumber, Outcome)>;

    Carrier(SupervisorAddress address, Deliver deliver)
        : address_(std::move(address)), deliver_(std::move(deliver)), multi_(curl_multi_init()) {
        SUP_CHECK(multi_ != nullptr, "libcurl gives a handle");
        const SignalsBlocked quiet;
        thread_ = std::thread([this] { carry(); });
    }
    ~Carrier() {
        {
            const std::lock_guard lock(mutex_);
            is_ending_ = true;
        }
        curl_multi_wakeup(multi_);
        thread_.join();
        transfers_.clear();
        curl_multi_cleanup(multi_);
    }
    Carrier(const Carrier&) = delete;
    Carrier& operator=(const Carrier&) = delete;

    void begin(std::unique_ptr<Transfer> transfer) {
        {
            const std::lock_guard lock(mutex_);
            beginning_.push_back(std::move(transfer));
        }
        curl_multi_wakeup(multi_);
    }
    void cancel(CallNumber number) {
        {
            const std::lock_guard lock(mutex_);
            cancelled_.push_back(number);
        }
        curl_multi_wakeup(multi_);
    }

private:
    void carry();
    bool take_orders();
    void drop(std::map<CURL*, std::unique_ptr<Transfer>>::iterator transfer);
    void deliver_finished();

    const SupervisorAddress address_;
    const Deliver deliver_;
    CURLM* multi_;
    std::size_t received_ = 0;  // of the thread, as are the transfers
    std::map<CURL*, std::unique_ptr<Transfer>> transfers_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Transfer>> beginning_;
    std::vector<CallNumber> cancelled_;
    bool is_ending_ = false;
    std::thread thread_;
};

void SupervisorForward::Carrier::carry() {
    while (take_orders()) {
        int running = 0;
        curl_multi_perform(multi_, &running);
        deliver_finished();
        curl_multi_poll(multi_, nullptr, 0, kPollMs, nullptr);
    }
    while (!transfers_.empty()) {
        drop(transfers_.begin());
    }
}

// False when the end was asked for.
bool SupervisorForward::Carrier::take_orders() {
    std::vector<std::unique_ptr<Transfer>> beginning;
    std::vector<CallNumber> cancelled;
    {
        const std::lock_guard lock(mutex_);
        if (is_ending_) {
            return false;
        }
        beginning.swap(beginning_);
        cancelled.swap(cancelled_);
    }
    for (auto& transfer : beginning) {
        transfer->prepare(address_, received_);
        curl_multi_add_handle(multi_, transfer->handle());
        transfers_.emplace(transfer->handle(), std::move(transfer));
    }
    for (const auto number : cancelled) {
        for (auto it = transfers_.begin(); it != transfers_.end(); ++it) {
            if (it->second->number() == number) {
                drop(it);
                break;
            }
        }
    }
    return true;
}

void SupervisorForward::Carrier::drop(
    std::map<CURL*, std::unique_ptr<Transfer>>::iterator transfer) {
    curl_multi_remove_handle(multi_, transfer->first);
    transfers_.erase(transfer);
}

void SupervisorForward::Carrier::deliver_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        const auto found = transfers_.find(message->easy_handle);
        if (message->msg != CURLMSG_DONE || found == transfers_.end()) {
            continue;
        }
        const auto code = message->data.result;  // the message does not outlive the handle
        deliver_(found->second->number(), found->second->outcome(code, address_));
        drop(found);
    }
}

SupervisorForward::SupervisorForward(EventLoop& loop, SupervisorAddress address)
    : loop_(loop), waiting_(std::make_shared<Waiting>()) {
    const std::weak_ptr<Waiting> weak = waiting_;
    carrier_ = std::make_unique<Carrier>(
        std::move(address), [&loop, weak](CallNumber number, Outcome outcome) {
            loop.post([weak, number, outcome = std::move(outcome)]() mutable {
                if (const auto waiting = weak.lock()) {
                    waiting->deliver(number, std::move(outcome));
                }
            });
        });
}

SupervisorForward::~SupervisorForward() = default;

SupervisorForward::CallNumber SupervisorForward::post(Post call, OnRelayed on_relayed) {
    const auto number = ++last_;
    const bool is_full = waiting_->calls.size() >= kMaxCalls;
    waiting_->calls.emplace(number, std::move(on_relayed));
    if (is_full) {
        const std::weak_ptr<Waiting> weak = waiting_;
        loop_.post([weak, number] {
            if (const auto waiting = weak.lock()) {
                waiting->deliver(number, Error{concat("more than ", kMaxCalls,
                                                      " calls to the local supervisord are in "
                                                      "progress, try again later")});
            }
        });
        return number;
    }
    carrier_->begin(std::make_unique<Transfer>(number, std::move(call)));
    return number;
}

void SupervisorForward::cancel(CallNumber number) {
    if (waiting_->calls.erase(number) > 0) {
        carrier_->cancel(number);
    }
}

}  // namespace sup::shell
