#include "agent/shell/reloader.h"

#include <algorithm>
#include <utility>

namespace sup::shell {

Reloader::Reloader(EventLoop& loop, std::string path, config::HostFacts host,
                   OnReloaded on_reloaded)
    : loop_(loop),
      path_(std::move(path)),
      host_(std::move(host)),
      on_reloaded_(std::make_shared<OnReloaded>(std::move(on_reloaded))) {}

void Reloader::reload(ReloadWhat what) {
    if (worker_ == nullptr) {
        begin(what);
    } else {
        next_ = std::max(next_.value_or(what), what);
    }
}

void Reloader::begin(ReloadWhat what) {
    worker_ = std::make_unique<Worker>("files", 1);
    const bool accepted = worker_->submit([this, what] {
        Reloaded reloaded{config::read_configuration(path_, host_), std::nullopt};
        const auto* read = std::get_if<config::Configuration>(&reloaded.configuration);
        if (what == ReloadWhat::ConfigurationAndRules && read != nullptr) {
            reloaded.rules = read_rules(read->options.rules_files);
        }
        // A shared pointer, because tasks are copied.
        auto result = std::make_shared<Reloaded>(std::move(reloaded));
        loop_.post([this, result, receiver = std::weak_ptr<OnReloaded>(on_reloaded_)] {
            if (!receiver.expired()) {
                finish(std::move(*result));
            }
        });
    });
    SUP_CHECK(accepted, "a new worker has room for one job");
}

void Reloader::finish(Reloaded reloaded) {
    worker_.reset();
    if (const auto what = std::exchange(next_, std::nullopt)) {
        begin(*what);
        return;
    }
    (*on_reloaded_)(std::move(reloaded));
}

}  // namespace sup::shell
