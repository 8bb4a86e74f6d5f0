#include <sys/un.h>

#include <cstdio>
#include <string_view>

#include "agent/listener/relay.h"
#include "agent/listener/short_slice.h"

// supvisors-listener PATH: the relay between supervisord and the agent that listens on PATH.
int main(int argc, char** argv) {
    if (argc != 2 || std::string_view(argv[1]).empty() || argv[1][0] == '-') {
        std::fputs(
            "usage: supvisors-listener PATH\n"
            "To be run by supervisord as an event listener; PATH is the agent's unix socket.\n",
            stderr);
        return 2;
    }
    const std::string_view path = argv[1];
    if (path.size() >= sizeof sockaddr_un{}.sun_path) {
        std::fprintf(stderr,
                     "supvisors-listener: '%s': the path of a unix socket has at most %zu bytes\n",
                     argv[1], sizeof sockaddr_un{}.sun_path - 1);
        return 2;
    }
    sup::listener::take_short_slices();
    return sup::listener::Relay(std::string(path)).run();
}
