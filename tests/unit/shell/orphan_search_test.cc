#include "agent/shell/orphan_search.h"

#include <catch2/catch.hpp>

#include <fcntl.h>

#include <csignal>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

namespace sup::shell {
namespace {

// `sleep` as supervisord starts its children, with that URL; or as one of its children starts one.
class Sleeper {
public:
    enum class Group { Own, OfItsParent };

    Sleeper(std::string url, std::string name, Group group = Group::Own) {
        std::vector<std::string> words = {"SUPERVISOR_SERVER_URL=" + std::move(url),
                                          "SUPERVISOR_GROUP_NAME=shop",
                                          "SUPERVISOR_PROCESS_NAME=" + std::move(name)};
        std::vector<char*> environment;
        for (auto& word : words) {
            environment.push_back(word.data());
        }
        environment.push_back(nullptr);
        char program[] = "/bin/sleep";
        char time[] = "1000";
        char* const arguments[] = {program, time, nullptr};
        int ready[2];
        REQUIRE(pipe2(ready, O_CLOEXEC) == 0);
        pid_ = fork();
        if (pid_ == 0) {
            if (group == Group::Own) {
                setpgid(0, 0);
            }
            execve(program, arguments, environment.data());
            _exit(127);
        }
        // The pipe is closed by the new program: from then on /proc shows its environment.
        close(ready[1]);
        char byte = 0;
        CHECK(read(ready[0], &byte, 1) == 0);
        close(ready[0]);
    }
    ~Sleeper() {
        kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
    }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

    pid_t pid() const { return pid_; }

private:
    pid_t pid_ = 0;
};

}  // namespace

TEST_CASE("children of our supervisord are found, and nobody else") {
    const std::string ours = "http://orphans.test:" + std::to_string(getpid());
    const Sleeper relay(ours, "relay");
    const Sleeper web(ours, "web");
    const Sleeper of_another(ours + "1", "web");
    const Sleeper grandchild(ours, "web", Sleeper::Group::OfItsParent);
    OrphanSearch search;
    CHECK(search.find(0_ms).empty());  // nothing was learnt
    search.learn(relay.pid());

    const auto found = search.find(0_ms);
    REQUIRE(found.size() == 2);
    const auto& last = found[0].process.name == "web" ? found[0] : found[1];
    CHECK(last.process == ProcessName{"shop", "web"});
    CHECK(last.pid == web.pid());

    // They were not there yet, so they are children of a later supervisord.
    CHECK(search.find(Duration{3600 * 1000}).empty());
}

}  // namespace sup::shell
