#include "cli/session.h"

#include <algorithm>
#include <ostream>

#include "common/base/text.h"

namespace sup::cli {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\v\f";
constexpr std::string_view kSupvisorsVersion = "0.19";
constexpr std::string_view kSupervisorVersion = "3.0";

// major.minor of a release: what a server and its client must share.
std::string compatible_part(std::string_view version) {
    const auto parts = split(version, '.');
    return parts.size() < 2 ? std::string(version) : concat(parts[0], ".", parts[1]);
}

}  // namespace

Arguments::Arguments(std::string_view text) : text_(trim(text)) {
    std::size_t at = 0;
    while (at < text_.size()) {
        const auto end = std::min(text_.find_first_of(kBlanks, at), text_.size());
        words_.push_back(text_.substr(at, end - at));
        starts_.push_back(at);
        at = std::min(text_.find_first_not_of(kBlanks, end), text_.size());
    }
}

std::vector<std::string> Arguments::from(std::size_t index) const {
    if (index >= words_.size()) {
        return {};
    }
    return {words_.begin() + static_cast<std::ptrdiff_t>(index), words_.end()};
}

bool Arguments::selects_all(std::size_t index) const {
    const auto names = from(index);
    return names.empty() || std::find(names.begin(), names.end(), "all") != names.end();
}

bool Arguments::contains(std::string_view word) const {
    return std::find(words_.begin(), words_.end(), word) != words_.end();
}

std::string Arguments::text_from(std::size_t index) const {
    return index < starts_.size() ? text_.substr(starts_[index]) : std::string();
}

Session::Session(Endpoint endpoint, std::ostream& out, Mode mode, Caller caller)
    : endpoint_(std::move(endpoint)), out_(out), mode_(mode), caller_(std::move(caller)) {}

void Session::print(std::string_view line) {
    out_ << line << '\n' << std::flush;
}

void Session::print(const Table& table) {
    for (const auto& line : table.lines()) {
        print(line);
    }
}

void Session::fail(int status, std::string_view line) {
    status_ = status;
    print(line);
}

void Session::begin_command() {
    failure_.reset();
    refusal_ = {};
}

bool Session::wants_credentials() const {
    return failure_ && failure_->kind == Failure::Kind::Unauthorized;
}

std::optional<Session::Verdict> Session::try_ask(std::string_view method,
                                                 const Parameters& parameters) {
    if (failure_) {
        return std::nullopt;
    }
    auto reply = caller_(endpoint_, method, parameters);
    if (auto* value = std::get_if<Value>(&reply)) {
        return std::move(*value);
    }
    if (auto* fault = std::get_if<Fault>(&reply)) {
        return std::move(*fault);
    }
    failure_ = std::get<Failure>(std::move(reply));
    print_failure(*failure_);
    return std::nullopt;
}

std::optional<Value> Session::ask(std::string_view method, const Parameters& parameters,
                                  std::string_view label) {
    auto verdict = try_ask(method, parameters);
    if (!verdict) {
        return std::nullopt;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        fail(status::kGeneric,
             concat(label, label.empty() ? "" : ": ", "ERROR (", fault->text, ")"));
        return std::nullopt;
    }
    return std::get<Value>(std::move(*verdict));
}

Reply Session::ask_elsewhere(const std::string& url, std::string_view method,
                             const Parameters& parameters) {
    Endpoint elsewhere = endpoint_;
    elsewhere.url = url;
    return caller_(elsewhere, method, parameters);
}

void Session::print_failure(const Failure& failure) {
    const auto refuse = [&](int status, std::string_view what) {
        fail(refusal_.status.value_or(status),
             concat(refusal_.before, endpoint_.url, what, refusal_.after));
    };
    switch (failure.kind) {
        case Failure::Kind::Refused:
            return refuse(status::kRefused, " refused connection");
        case Failure::Kind::NoSuchFile:
            return refuse(status::kNoSocket, " no such file");
        case Failure::Kind::Unauthorized:
            return fail(status::kGeneric, "Server requires authentication");
        case Failure::Kind::Other:
            return fail(status::kGeneric, concat("error: ", endpoint_.url, ": ", failure.message));
    }
}

bool Session::check_supvisors() {
    return check_version("supvisors.get_api_version", kSupvisorsVersion);
}

bool Session::check_supervisor() {
    set_refusal({"", "", std::nullopt});
    return check_version("supervisor.getVersion", kSupervisorVersion);
}

bool Session::check_version(std::string_view method, std::string_view expected) {
    const auto name = method.substr(0, method.find('.'));
    const auto verdict = try_ask(method, {});
    if (!verdict) {
        return false;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        if (fault->code == fault::kUnknownMethod) {
            fail(status::kNoNamespace,
                 concat("ERROR: the server answers but does not know the ", name,
                        " namespace: check the [rpcinterface:", name,
                        "] section of its configuration, or that the address is the agent's"));
        } else {
            fail(status::kGeneric, concat("ERROR (", fault->text, ")"));
        }
        return false;
    }
    const auto version = std::get<Value>(*verdict).text();
    if (compatible_part(version) == expected) {
        return true;
    }
    fail(status::kBadVersion, concat("ERROR: this program talks to servers of ", name, " version ",
                                     expected, ", but the remote version is ", version));
    return false;
}

}  // namespace sup::cli
