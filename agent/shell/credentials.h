#pragma once

#include <string>
#include <string_view>

// Who may use the API. The password is plain, or `{SHA}` and the SHA-1 of it in hexadecimal, as
// supervisord takes it.
namespace sup::shell {

struct Credentials {
    std::string user;
    std::string password;
    // Nobody is asked who he is: the server then listens on loopback only.
    bool is_open() const { return user.empty() && password.empty(); }
};

inline constexpr std::string_view kShaMark = "{SHA}";

// Whether the value of an `Authorization` header (HTTP Basic) shows these credentials. The time
// taken does not depend on how much of them was right.
bool admits(const Credentials& credentials, std::string_view authorization);

// The value of the header that shows them. The password is plain.
std::string basic_authorization(const Credentials& credentials);

}  // namespace sup::shell
