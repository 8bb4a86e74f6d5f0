#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "agent/exec/arguments_file.h"
#include "agent/exec/arguments_reading.h"
#include "common/base/shell_words.h"
#include "common/base/text.h"
#include "common/model/extra_arguments.h"

// supvisors-exec [-d STATE_DIR] PROGRAM [ARGUMENT...]: becomes PROGRAM, with the extra arguments
// that the agent left for the process that supervisord starts here. Nothing else of it changes:
// pid, signals, standard streams, environment and exit code are the program's own.
//
// The agent is not asked, its file is read: without an agent the last known arguments hold.
//
// Whatever is wrong with the extra arguments, the program starts, without them and with a line on
// standard error. Rationale: a program that does not come up since a file is damaged is an outage
// on each restart, at the hour when nobody looks; one that comes up by its configured command is
// what supervisord alone would have done. No file at all is the ordinary case, and not a word is
// said of it, unless the state directory itself is not there: then -d is wrong.
//
// Exit status when PROGRAM cannot be executed: 127 if it is not found, else 126; 2 for wrong usage.
namespace {

using namespace sup;

constexpr const char* kUsage =
    "usage: supvisors-exec [-d STATE_DIR] PROGRAM [ARGUMENT...]\n"
    "To be put before the command of a program in supervisord's configuration. Adds the extra\n"
    "arguments that supvisors-agent left in its state_dir: STATE_DIR, else $SUPVISORS_STATE_DIR,\n"
    "else /var/lib/supvisors.\n";

void complain(const std::string& what) {
    const auto line = concat("supvisors-exec: ", what, '\n');
    std::fputs(line.c_str(), stderr);
}

struct Invocation {
    std::string state_dir;
    int program = 0;  // its place in argv; 0: wrong usage
};

Invocation read_command_line(int argc, char** argv) {
    const char* variable = std::getenv(kStateDirVariable);
    const bool is_set = variable != nullptr && *variable != '\0';
    Invocation invocation{is_set ? variable : std::string(kDefaultStateDir), 1};
    if (argc > 2 && std::string_view(argv[1]) == "-d") {
        invocation.state_dir = argv[2];
        invocation.program = 3;
    }
    if (invocation.program < argc && std::string_view(argv[invocation.program]) == "--") {
        ++invocation.program;
    } else if (invocation.program < argc && argv[invocation.program][0] == '-') {
        return {};
    }
    return invocation.program < argc ? invocation : Invocation{};
}

// The text of the extra arguments, empty when there are none.
Result<std::string> read_arguments(const std::string& state_dir) {
    const char* group = std::getenv("SUPERVISOR_GROUP_NAME");
    const char* name = std::getenv("SUPERVISOR_PROCESS_NAME");
    if (group == nullptr || name == nullptr) {
        return Error{
            "supervisord did not start it: SUPERVISOR_GROUP_NAME and "
            "SUPERVISOR_PROCESS_NAME are not both set"};
    }
    const auto path = exec::arguments_path(state_dir, {group, name});
    const auto bytes = exec::read_arguments_file(path);
    if (!bytes) {
        return bytes.error();
    }
    if (!*bytes) {
        struct stat status {};
        const bool has_agent = stat(state_dir.c_str(), &status) == 0;
        return has_agent ? Result<std::string>(std::string())
                         : Error{concat("the state directory ", state_dir, " is not there")};
    }
    auto decoded = exec::decode_arguments(**bytes);
    return decoded ? decoded : Error{concat(path, ": ", decoded.error().message)};
}

std::vector<std::string> extra_words(const std::string& state_dir) {
    const auto text = read_arguments(state_dir);
    if (!text) {
        complain(concat("started without extra arguments: ", text.error().message));
        return {};
    }
    const auto words = split_words(*text);
    if (!words) {
        complain(concat("started without extra arguments: ", words.error().message, ": ", *text));
        return {};
    }
    return *words;
}

}  // namespace

int main(int argc, char** argv) {
    const auto invocation = read_command_line(argc, argv);
    if (invocation.program == 0) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    auto extra = extra_words(invocation.state_dir);
    std::vector<char*> command(argv + invocation.program, argv + argc);
    for (auto& word : extra) {
        command.push_back(word.data());
    }
    command.push_back(nullptr);
    execvp(command.front(), command.data());
    const int why = errno;
    complain(concat(command.front(), " cannot be executed: ", std::strerror(why)));
    return why == ENOENT ? 127 : 126;
}
