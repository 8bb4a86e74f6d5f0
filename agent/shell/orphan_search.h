#pragma once

#include <string>
#include <vector>

#include "agent/core/input.h"
#include "common/base/time.h"

namespace sup::shell {

// Finds the children of our supervisord after its death, also those that it told nobody of.
//
// supervisord gives each child its name, its group and the URL of the server in the environment,
// and makes it the leader of a process group; what the child starts inherits the first and not the
// second. The URL tells our supervisord from others on this host. It is read from the relay, a
// child itself: a `serverurl` of one program alone hides that program from the search. So do
// programs of another user, unless we are root; we could not end them either.
class OrphanSearch {
public:
    // A relay was connected: it lives, and is a child of our supervisord.
    void learn(std::int32_t relay_pid);
    // Those that were started before then: a new supervisord may have children already. Empty
    // where nothing was learnt. Reads all of /proc: a few milliseconds per thousand processes.
    std::vector<core::FoundOrphan> find(Duration ago) const;

private:
    std::string server_url_;
};

}  // namespace sup::shell
