#include <utility>

#include "cli/commands.h"
#include "common/base/text.h"

// What would be done, without doing it.
namespace sup::cli {
namespace {

// Steps in order, reasons below them, and the end of the federation if it comes to that.
void print_plan(Session& session, const Value& plan) {
    if (plan["steps"].list().empty()) {
        session.print("nothing to do");
    }
    for (const auto& step : plan["steps"].list()) {
        session.print(step.text());
    }
    for (const auto& reason : plan["reasons"].list()) {
        session.print(concat("  ", reason.text()));
    }
    if (const auto closing = plan["closing"].text(); !closing.empty()) {
        session.print(concat("then ", closing));
    }
}

void plan(Session& session, const Arguments& arguments) {
    if (arguments.size() == 0) {
        return usage_error(session, "plan", "plan requires a method of the API and its parameters");
    }
    Value::List given;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        given.push_back(value_of(arguments[i]));
    }
    if (const auto told = session.ask(
            "supvisors.plan", Parameters{value_of(arguments[0]), Value{std::move(given)}})) {
        print_plan(session, *told);
    }
}

void plan_loss(Session& session, const Arguments& arguments) {
    if (arguments.size() != 1) {
        return usage_error(session, "plan_loss", "plan_loss requires one identifier");
    }
    if (const auto told = session.ask("supvisors.plan_loss", parameters(arguments[0]))) {
        print_plan(session, *told);
    }
}

constexpr Command kCommands[] = {
    {"plan", plan,
     "plan <method> [<parameter> ...]\t\tShow what the method would do, and why, without doing it\n"
     "\t\t\t\t\tas in: plan start_application LESS_LOADED shop"},
    {"plan_loss", plan_loss,
     "plan_loss <identifier>\t\t\tShow what would be done if the instance were lost now"},
};

}  // namespace

std::span<const Command> plan_commands() {
    return kCommands;
}

}  // namespace sup::cli
