#include "cli/rpc.h"

#include <curl/curl.h>

#include <cerrno>
#include <memory>

#include "cli/codec.h"
#include "common/base/text.h"

namespace sup::cli {
namespace {

constexpr std::string_view kUnixScheme = "unix://";
constexpr long kConnectTimeoutSeconds = 10;

struct CurlCleanup {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Curl = std::unique_ptr<CURL, CurlCleanup>;
using Headers = std::unique_ptr<curl_slist, CurlCleanup>;

struct Request {
    std::string path;
    std::string body;  // empty: GET
    IsOver is_over;    // asked now and then, if there is one
};

std::size_t on_bytes(char* bytes, std::size_t size, std::size_t count, void* sink) {
    const auto total = size * count;
    return (*static_cast<const Sink*>(sink))({bytes, total}) == More::Yes ? total : 0;
}

std::string url_of(const Endpoint& endpoint, std::string_view path) {
    std::string_view base = endpoint.url;
    if (base.starts_with(kUnixScheme)) {
        base = "http://localhost";  // what the Host header says
    }
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    return concat(base, path);
}

void set_target(CURL* curl, const Endpoint& endpoint, const Request& request) {
    curl_easy_setopt(curl, CURLOPT_URL, url_of(endpoint, request.path).c_str());
    if (endpoint.url.starts_with(kUnixScheme)) {
        curl_easy_setopt(curl, CURLOPT_UNIX_SOCKET_PATH,
                         endpoint.url.substr(kUnixScheme.size()).c_str());
    }
    if (!endpoint.username.empty() && !endpoint.password.empty()) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, endpoint.username.c_str());
        curl_easy_setopt(curl, CURLOPT_PASSWORD, endpoint.password.c_str());
    }
    if (!endpoint.certificate.empty()) {
        // The very certificate of our own configuration, which need not name this address.
        curl_easy_setopt(curl, CURLOPT_CAINFO, endpoint.certificate.c_str());
        curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectTimeoutSeconds);
    curl_easy_setopt(curl, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    // supervisord answers 40 ms later on a connection that was used before.
    curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);
}

Failure failure_of(CURL* curl, CURLcode code, const char* detail) {
    long system_error = 0;
    curl_easy_getinfo(curl, CURLINFO_OS_ERRNO, &system_error);
    Failure failure{Failure::Kind::Other, *detail != '\0' ? detail : curl_easy_strerror(code)};
    if (code == CURLE_COULDNT_CONNECT && system_error == ECONNREFUSED) {
        failure.kind = Failure::Kind::Refused;
    } else if (code == CURLE_COULDNT_CONNECT && system_error == ENOENT) {
        failure.kind = Failure::Kind::NoSuchFile;
    }
    return failure;
}

std::variant<std::monostate, Failure> check_status(CURL* curl) {
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status == 200) {
        return {};
    }
    if (status == 401) {
        return Failure{Failure::Kind::Unauthorized, "HTTP status 401: credentials expected"};
    }
    return Failure{Failure::Kind::Other, concat("HTTP status ", status, ", 200 expected")};
}

// Performs the request; the body of the answer goes to the sink if the status is good.
std::variant<std::monostate, Failure> perform(const Endpoint& endpoint, const Request& request,
                                              const Sink& sink) {
    const Curl curl(curl_easy_init());
    char detail[CURL_ERROR_SIZE] = "";
    set_target(curl.get(), endpoint, request);
    Headers headers(curl_slist_append(nullptr, "Expect:"));
    if (!request.body.empty()) {
        headers.reset(curl_slist_append(headers.release(), "Content-Type: text/xml"));
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request.body.size()));
        curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, request.body.data());
    }
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl.get(), CURLOPT_ERRORBUFFER, detail);

    if (request.is_over) {
        curl_easy_setopt(curl.get(), CURLOPT_NOPROGRESS, 0L);
        curl_easy_setopt(
            curl.get(), CURLOPT_XFERINFOFUNCTION,
            +[](void* is_over, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
                return (*static_cast<const IsOver*>(is_over))() ? 1 : 0;
            });
        curl_easy_setopt(curl.get(), CURLOPT_XFERINFODATA, &request.is_over);
    }

    bool is_stopped = false;
    const Sink checked = [&](std::string_view piece) {
        if (check_status(curl.get()).index() != 0) {
            return More::Yes;  // the text of an error page: nobody reads it
        }
        const auto more = sink(piece);
        is_stopped = more == More::No;
        return more;
    };
    curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &checked);

    const auto code = curl_easy_perform(curl.get());
    if (code == CURLE_ABORTED_BY_CALLBACK) {
        return {};
    }
    if (code != CURLE_OK && !is_stopped) {
        return failure_of(curl.get(), code, detail);
    }
    return check_status(curl.get());
}

}  // namespace

Reply call_server(const Endpoint& endpoint, std::string_view method, const Parameters& parameters) {
    auto xml = encode_call(method, parameters);
    if (!xml) {
        return Failure{Failure::Kind::Other, xml.error().message};
    }
    std::string answer;
    const Sink sink = [&](std::string_view piece) {
        answer.append(piece);
        return answer.size() <= kMaxAnswer ? More::Yes : More::No;
    };
    const auto outcome = perform(endpoint, {"/RPC2", std::move(*xml), {}}, sink);
    if (const auto* failure = std::get_if<Failure>(&outcome)) {
        return *failure;
    }
    if (answer.size() > kMaxAnswer) {
        return Failure{Failure::Kind::Other,
                       concat("an answer of more than ", kMaxAnswer, " bytes")};
    }
    return decode_answer(answer);
}

std::variant<std::monostate, Failure> stream_text(const Endpoint& endpoint, std::string_view path,
                                                  const Sink& sink, const IsOver& is_over) {
    return perform(endpoint, {std::string(path), {}, is_over}, sink);
}

}  // namespace sup::cli
