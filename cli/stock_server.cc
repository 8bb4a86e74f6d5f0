#include "cli/stock.h"
#include "common/base/text.h"

namespace sup::cli {

void show_stock_status(Session& session, const Arguments& names);

namespace {

void end_server(Session& session, std::string_view method, std::string_view done) {
    const auto verdict = session.try_ask(method, {});
    if (!verdict) {
        return;
    }
    if (const auto* fault = std::get_if<Fault>(&*verdict)) {
        if (fault->code == fault::kShutdownState) {
            return session.fail(status::kGeneric, "ERROR: already shutting down");
        }
        return unexpected_fault(session, *fault);
    }
    session.print(done);
}

void reload(Session& session, const Arguments& arguments) {
    if (!refuses_arguments(session, arguments, "reload") &&
        is_confirmed(session, "Really restart the remote supervisord process")) {
        end_server(session, "supervisor.restart", "Restarted supervisord");
    }
}

void shutdown(Session& session, const Arguments& arguments) {
    if (!refuses_arguments(session, arguments, "shutdown") &&
        is_confirmed(session, "Really shut the remote supervisord process down")) {
        session.set_refusal({"ERROR: ", " (already shut down?)", status::kGeneric});
        end_server(session, "supervisor.shutdown", "Shut down");
    }
}

void open(Session& session, const Arguments& arguments) {
    const auto url = arguments.text_from(0);
    if (!url.starts_with("http://") && !url.starts_with("https://") &&
        !url.starts_with("unix://")) {
        return session.fail(status::kGeneric, "ERROR: url must be http:// or unix://");
    }
    auto endpoint = session.endpoint();
    endpoint.url = url;
    session.set_endpoint(std::move(endpoint));
    const int before = session.exit_status();
    if (session.check_supervisor()) {
        show_stock_status(session, Arguments(""));
    }
    session.fail(before);
}

constexpr Command kCommands[] = {
    {"reload", reload, "reload\t\t\tRestart supervisord", Precheck::None},
    {"shutdown", shutdown, "shutdown\t\tShut supervisord down", Precheck::None},
    {"open", open, "open <url>\t\tTalk to another server: http://host:port or unix:///path",
     Precheck::None},
};

}  // namespace

std::span<const Command> stock_server_commands() {
    return kCommands;
}

}  // namespace sup::cli
