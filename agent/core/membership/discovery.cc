#include "agent/core/membership/discovery.h"

#include <algorithm>
#include <utility>

#include "common/base/hosts.h"
#include "common/base/text.h"

namespace sup::core {
namespace {

// More refused identities than this are refused without a word: somebody makes them up.
constexpr std::size_t kMaximumMarks = 2 * kMaximumDiscovered;

std::string display_of(const Announcement& heard) {
    return heard.nick == heard.identifier ? heard.identifier
                                          : concat("<", heard.nick, ">", heard.identifier);
}

}  // namespace

Announcement Discovery::next_own() {
    const auto& self = table_->at(table_->local());
    Announcement own;
    own.identifier = self.who.identifier;
    own.nick = self.who.nick;
    own.host = self.who.host;
    own.http_port = self.who.http_port;
    own.federation_port = settings_->federation_port;
    own.stereotypes = settings_->stereotypes;
    own.boot = boot_;
    own.counter = ++counter_;
    return own;
}

bool Discovery::is_stale(const Announcement& heard) const {
    if (heard.identifier == table_->identifier(table_->local())) {
        return heard.boot < boot_;  // of our own former run
    }
    const auto mark = marks_.find(heard.identifier);
    if (mark == marks_.end()) {
        return false;
    }
    return std::pair(heard.boot, heard.counter) <=
           std::pair(mark->second.boot, mark->second.counter);
}

// Empty: nothing speaks against it.
std::string Discovery::refusal(const Announcement& heard) const {
    const auto& self = table_->at(table_->local());
    if (const auto same = table_->find(heard.identifier)) {
        return *same == table_->local() && heard.nick == self.who.nick
                   ? std::string("another agent announces itself under our own names")
                   : concat("the identifier ", heard.identifier, " is known with the nick ",
                            table_->at(*same).who.nick);
    }
    for (const auto id : table_->ids()) {
        const auto& who = table_->at(id).who;
        if (who.nick == heard.nick) {
            return concat("the nick ", heard.nick, " is that of ", who.identifier);
        }
        if (who.nick == heard.identifier || who.identifier == heard.nick) {
            return concat("one of its names is one of ", who.identifier);
        }
    }
    if (is_loopback_host(heard.host) != is_loopback_host(self.who.host)) {
        return concat("the host ", heard.host, " and ours, ", self.who.host,
                      ", do not mean machines that reach each other");
    }
    const bool is_full = table_->size() - table_->listed() >= kMaximumDiscovered;
    if (is_full || table_->used_ids() - table_->listed() >= kMaximumEverDiscovered) {
        return concat(kMaximumDiscovered, " instances are discovered already, no more are taken");
    }
    return {};
}

Discovery::Verdict Discovery::judge(const Announcement& heard) {
    if (is_stale(heard)) {
        return Stale{};
    }
    const auto known = table_->find(heard.identifier);
    const bool is_other_self = known == table_->local() && heard.boot != boot_;
    if (known && table_->at(*known).who.nick == heard.nick && !is_other_self) {
        return Known{};
    }
    auto reason = refusal(heard);
    if (reason.empty()) {
        marks_.erase(heard.identifier);
        return Candidate{};
    }
    if (!marks_.contains(heard.identifier) && marks_.size() >= kMaximumMarks) {
        return Refused{std::move(reason), false};
    }
    auto& mark = marks_[heard.identifier];
    mark.boot = heard.boot;
    mark.counter = heard.counter;
    reason = concat(display_of(heard), " is not taken in: ", reason);
    const bool is_news = std::exchange(mark.refusal, reason) != reason;
    return Refused{std::move(reason), is_news};
}

}  // namespace sup::core
