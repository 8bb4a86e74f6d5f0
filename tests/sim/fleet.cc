#include "tests/sim/fleet.h"

#include <algorithm>
#include <utility>

#include "tests/sim/describe.h"

namespace sup::sim {
namespace {

constexpr Duration kMulticast = {2};
constexpr Duration kConnects = {5};
constexpr Duration kReconnects = {150};
constexpr Duration kRefusal = {100};
constexpr Duration kThaw = {1};
// Nothing happened before the beginning.
constexpr Duration kBefore = {10'000};

}  // namespace

// Hashes what happens and hands it on to those who observe.
class Fleet::Witness : public Observer {
public:
    explicit Witness(Fleet& fleet) : fleet_(&fleet) {}

    void on_command(std::size_t instance, const core::Command& command) override {
        const bool is_message = std::holds_alternative<core::SendToPeer>(command) ||
                                std::holds_alternative<core::SendToPeers>(command);
        if (!is_message) {  // which notes itself when it is sent
            note(instance, describe(command));
        }
        for (auto* observer : fleet_->observers_) {
            observer->on_command(instance, command);
        }
    }
    void on_delivery(std::size_t from, std::size_t to, const Message& message) override {
        for (auto* observer : fleet_->observers_) {
            observer->on_delivery(from, to, message);
        }
    }
    void on_moved(std::size_t instance, const ProcessName& process, ProcessState state) override {
        note(instance, namespec_of(process));
        fleet_->hasher_.add(static_cast<std::int64_t>(code_of(state)));
        for (auto* observer : fleet_->observers_) {
            observer->on_moved(instance, process, state);
        }
    }
    void on_refused(std::size_t instance, const ProcessName& process) override {
        for (auto* observer : fleet_->observers_) {
            observer->on_refused(instance, process);
        }
    }
    void on_agent_started(std::size_t instance) override {
        for (auto* observer : fleet_->observers_) {
            observer->on_agent_started(instance);
        }
    }
    void on_late_deadline(std::size_t instance, Duration late) override {
        for (auto* observer : fleet_->observers_) {
            observer->on_late_deadline(instance, late);
        }
    }

    void on_step_end(std::size_t instance) override {
        for (auto* observer : fleet_->observers_) {
            observer->on_step_end(instance);
        }
    }

private:
    void note(std::size_t instance, const std::string& what) {
        fleet_->hasher_.add(fleet_->schedule_.now().ms);
        fleet_->hasher_.add(static_cast<std::int64_t>(instance));
        fleet_->hasher_.add(what);
    }
    Fleet* fleet_;
};

Fleet::Fleet(std::vector<core::InstanceDescription> instances, core::Settings common,
             std::uint64_t seed)
    : rng_(seed),
      network_(schedule_, rng_.next(), instances.size(),
               [this](std::size_t from, std::size_t to, const Network::Sent& parcel) {
                   deliver(from, to, parcel);
               }) {
    schedule_.run_until(kBeginning);
    stable_since_ = kBeginning - kBefore;
    witnesses_.push_back(std::make_unique<Witness>(*this));
    common.instances = std::move(instances);
    for (std::size_t place = 0; place < common.instances.size(); ++place) {
        places_[common.instances[place].identifier] = place;
        InstanceModel::Setup setup;
        setup.place = place;
        setup.settings = common;
        setup.settings.local = {static_cast<std::uint32_t>(place)};
        setup.settings.node = common.instances[place].host;
        setup.seed = rng_.next();
        InstanceModel::Links links;
        links.send = [this, place](std::span<const std::size_t> to, const Message& message) {
            send(place, to, message);
        };
        links.announce = [this, place](const Announcement& own) { announce(place, own); };
        links.connect = [this, place](std::size_t peer) {
            schedule_.after(kConnects, [this, place, peer] {
                connect(place, peer);
                refuse(place, peer);
            });
        };
        links.place_of = [this](const std::string& identifier) { return find(identifier); };
        links.agent_started = [this, place] { on_agent_started(place); };
        links.agent_ended = [this, place] { on_agent_ended(place); };
        links.observer = witnesses_.front().get();
        instances_.push_back(
            std::make_unique<InstanceModel>(schedule_, std::move(setup), std::move(links)));
    }
}

void Fleet::send(std::size_t from, std::span<const std::size_t> to, const Message& message) {
    Hasher digest;
    digest.add(describe(message));
    const auto parcel = std::make_shared<const Parcel>(Parcel{message, digest.value()});
    hasher_.add(schedule_.now().ms);
    hasher_.add(static_cast<std::int64_t>(from));
    hasher_.add(static_cast<std::int64_t>(parcel->digest));
    for (const auto peer : to) {
        hasher_.add(static_cast<std::int64_t>(peer));
        network_.send(from, peer, parcel);
    }
}

// All who are in the same group and to whom a road is open hear it, itself included.
void Fleet::announce(std::size_t from, const Announcement& announcement) {
    const auto group_of = [this](std::size_t place) {
        const auto& options = at(place).settings().shared_options;
        const auto group = options.find("multicast_group");
        return group == options.end() ? std::string() : group->second;
    };
    for (std::size_t place = 0; place < size(); ++place) {
        const bool is_open = place == from || network_.is_open(from, place);
        if (is_open && group_of(place) == group_of(from)) {
            schedule_.after(kMulticast, [this, place, announcement] {
                at(place).on_announcement(announcement);
            });
        }
    }
}

void Fleet::deliver(std::size_t from, std::size_t to, const Network::Sent& parcel) {
    if (!at(to).has_agent()) {
        return;
    }
    hasher_.add(schedule_.now().ms);
    hasher_.add(static_cast<std::int64_t>(to));
    hasher_.add(static_cast<std::int64_t>(parcel->digest));
    witnesses_.front()->on_delivery(from, to, parcel->message);
    at(to).on_message({parcel, &parcel->message});
}

std::optional<std::size_t> Fleet::find(const std::string& name) const {
    const auto found = places_.find(name);
    return found == places_.end() ? std::nullopt : std::optional(found->second);
}

// What the reader of the configuration makes of a supvisors_list, and of its absence (O-41, O-56).
void Fleet::let_discover(const std::vector<std::size_t>& listed) {
    for (std::size_t place = 0; place < size(); ++place) {
        auto settings = at(place).settings();
        const auto all = std::exchange(settings.instances, {});
        const auto own = std::find(listed.begin(), listed.end(), place);
        settings.list_is_set = own != listed.end();
        if (settings.list_is_set) {
            for (const auto one : listed) {
                settings.instances.push_back(all.at(one));
            }
            settings.local = {static_cast<std::uint32_t>(own - listed.begin())};
        } else {
            settings.instances = {all.at(place)};
            settings.local = {0};
            std::erase(settings.synchro_options, SynchronizationOption::Strict);
        }
        at(place).set_settings(settings);
    }
}

void Fleet::start(std::size_t place) {
    at(place).power_on();
    const auto delay = [&] { return Duration{static_cast<std::int64_t>(rng_.below(20))}; };
    schedule_.after(delay(), [this, place] { at(place).start_supervisord(); });
    schedule_.after(delay(), [this, place] { at(place).start_agent(); });
}

bool Fleet::is_connected(std::size_t one, std::size_t other) const {
    return one == other || (network_.is_open(one, other) && network_.is_open(other, one));
}

void Fleet::link_changed(std::size_t place, std::size_t peer, core::LinkState state) {
    at(place).on_link(peer, state);
}

void Fleet::connect(std::size_t from, std::size_t to) {
    if (at(from).has_agent() && at(to).has_agent() && is_connected(from, to)) {
        link_changed(from, to, core::LinkState::Connected);
    }
}

void Fleet::on_agent_started(std::size_t place) {
    for (std::size_t peer = 0; peer < size(); ++peer) {
        if (peer == place) {
            continue;
        }
        schedule_.after(kConnects, [this, place, peer] { connect(place, peer); });
        schedule_.after(kReconnects, [this, place, peer] { connect(peer, place); });
        schedule_.after(kConnects, [this, place, peer] { refuse(place, peer); });
    }
}

void Fleet::on_agent_ended(std::size_t place) {
    for (std::size_t peer = 0; peer < size(); ++peer) {
        if (peer == place || !is_connected(place, peer)) {
            continue;
        }
        schedule_.after(Duration{1}, [this, place, peer] {
            if (at(place).is_powered()) {
                link_changed(peer, place, core::LinkState::Disconnected);
            }
        });
        schedule_.after(kRefusal, [this, place, peer] { refuse(peer, place); });
    }
}

// The port of an agent that is not there, on a machine that is.
void Fleet::refuse(std::size_t place, std::size_t peer) {
    if (at(peer).is_powered() && !at(peer).has_agent() && is_connected(place, peer)) {
        link_changed(place, peer, core::LinkState::Refused);
    }
}

void Fleet::heal() {
    network_.heal();
    for (const auto& instance : instances_) {
        if (instance->is_frozen()) {
            instance->freeze_agent(kThaw);
        }
    }
    revive();
    disturbed();
}

bool Fleet::was_shut_down() const {
    return std::any_of(instances_.begin(), instances_.end(),
                       [](const auto& one) { return one->has_closed(); });
}

void Fleet::revive() {
    if (was_shut_down()) {
        return;
    }
    for (const auto& instance : instances_) {
        const bool is_whole =
            instance->is_powered() && instance->has_agent() && instance->supervisord().is_up();
        if (!is_whole) {
            instance->power_on();
            instance->start_supervisord();
            instance->start_agent();
            disturbed();
        }
    }
}

}  // namespace sup::sim
