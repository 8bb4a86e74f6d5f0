#pragma once

#include <netinet/in.h>

#include <functional>
#include <memory>
#include <string>

#include "agent/codec/announcement_codec.h"
#include "agent/shell/complaints.h"
#include "agent/shell/event_loop.h"
#include "agent/shell/unique_fd.h"
#include "common/base/result.h"
#include "common/model/announcement.h"

namespace sup::shell {

// The multicast group of option multicast_group: announcements go out to it and come in from it
// (O-70, O-71). Several agents of one host hear each other, and each hears itself. Nothing that
// arrives ends it: what is no announcement is reported, not too often, and dropped (O-75).
//
// A group that cannot be joined, as before the network is up, is tried again, and said once per
// reason: the agent serves meanwhile.
class DiscoverySocket {
public:
    struct Group {
        std::string address;  // a.b.c.d
        std::uint16_t port = 0;
        std::string interface;  // its IPv4 address; empty: the system's choice
        int ttl = 1;
    };
    // They must not destroy the socket.
    struct Callbacks {
        std::function<void(Announcement)> on_announcement;
        std::function<void(std::string)> on_problem;  // a sentence for the log
    };

    DiscoverySocket(EventLoop& loop, Group group, codec::DiscoveryKey key, Callbacks callbacks);
    DiscoverySocket(const DiscoverySocket&) = delete;
    DiscoverySocket& operator=(const DiscoverySocket&) = delete;

    // Joins now or as soon as it can be.
    void open();
    // One that cannot leave now is dropped: the next one follows.
    void announce(const Announcement& announcement);

private:
    Status join();
    void receive();
    void say_once(std::string& said, std::string text);

    EventLoop& loop_;
    Group group_;
    codec::DiscoveryKey key_;
    Callbacks callbacks_;
    Complaints garbage_;
    sockaddr_in destination_{};
    UniqueFd socket_;
    std::unique_ptr<EventLoop::Watch> watch_;  // ends before the socket
    std::unique_ptr<EventLoop::Timer> retry_;
    std::string not_joined_;  // as last said
    std::string not_sent_;
};

// From the text of the option, which was checked when it was read.
DiscoverySocket::Group parse_group(const std::string& text);

}  // namespace sup::shell
