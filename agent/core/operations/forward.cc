#include <algorithm>
#include <utility>

#include "agent/core/operations/desk.h"
#include "common/base/text.h"

// Requests that go to the Master, and the way of its answers back.
//
// The Master answers when it has seen the end of what was asked. What it saw came to it straight
// from the instance concerned, and may still be on its way to us: so the answer says how much of
// each stream the Master had read, and the user gets it once we have read as much.
namespace sup::core {
namespace {

constexpr Duration kRepeat = 1_s;
// Bounds the wait for a publication that was lost.
constexpr Duration kShowPatience = 1_s;
// How long a Master that others hear may be silent here before nobody waits for its answers.
constexpr Duration kUnheardPatience = 5_s;

}  // namespace

void Desk::forward(Instant now, const OperatorRequest& request, Outbox& out) {
    const auto master = governor_->master_id();
    if (!master) {
        answer(request.id, Fault{FaultCode::BadSupvisorsState, "no Master"}, out);
        return;
    }
    const auto id = ++last_forward_;
    forwarded_[id] = {.request = request.id,
                      .content = request.request,
                      .master = governor_->master(),
                      .due = now + kRepeat,
                      .answer = {}};
    postman_->send(*master, ForwardedRequest{id, request.request}, out);
}

void Desk::send_answer(const Remote& origin, Answer answer, Outbox& out) const {
    ForwardedAnswer forwarded{origin.id, std::move(answer), {}};
    const auto& table = *view_->table;
    for (const auto id : table.ids()) {
        const auto& instance = table.at(id);
        const bool local = id == table.local();
        if (!local && (!table.is_running(id) || instance.next_sequence == 0)) {
            continue;
        }
        const auto read = local ? postman_->sequence() : instance.next_sequence - 1;
        const auto boot = local ? postman_->boot() : instance.boot;
        forwarded.read.push_back({instance.who.identifier, boot, read});
    }
    postman_->send(origin.sender, std::move(forwarded), out);
}

void Desk::on_forwarded_answer(Instant now, const ForwardedAnswer& forwarded, Outbox& out) {
    const auto found = forwarded_.find(forwarded.id);
    if (found == forwarded_.end() || found->second.answer) {
        return;
    }
    found->second.answer = forwarded;
    found->second.due = now + kShowPatience;
    pass_on(out);
}

// Whether we have read as much of every stream as the Master had. A stream that is not read here,
// or that began anew, is not waited for.
bool Desk::is_shown(const ForwardedAnswer& answer) const {
    const auto& table = *view_->table;
    return std::all_of(answer.read.begin(), answer.read.end(), [&](const StreamPosition& read) {
        const auto id = table.find(read.identifier);
        if (!id || *id == table.local()) {
            return true;
        }
        const auto& instance = table.at(*id);
        return !table.is_running(*id) || instance.boot != read.boot ||
               instance.next_sequence > read.sequence;
    });
}

void Desk::pass_on(Outbox& out) {
    std::erase_if(forwarded_, [&](const auto& entry) {
        const auto& forwarded = entry.second;
        if (!forwarded.answer || !is_shown(*forwarded.answer)) {
            return false;
        }
        answer(forwarded.request, forwarded.answer->answer, out);
        return true;
    });
}

// A Master that others hear is not lost, but its answer may never come: it may have isolated us.
std::string Desk::hopeless(Instant now, const Forwarded& forwarded) const {
    const auto master = view_->table->find(forwarded.master);
    if (!master || governor_->master() != forwarded.master) {
        return "the Master was lost before it answered";
    }
    const auto silence = now - view_->table->at(*master).heard;
    return silence > view_->settings->inactivity_limit() + kUnheardPatience
               ? concat("the Master ", forwarded.master, " is not heard here: no answer came")
               : "";
}

void Desk::wake(Instant now, Outbox& out) {
    for (auto& [id, forwarded] : forwarded_) {
        const auto master = view_->table->find(forwarded.master);
        auto why = forwarded.answer ? std::string() : hopeless(now, forwarded);
        if (!why.empty()) {
            forwarded.answer = {id, Fault{FaultCode::AbnormalTermination, std::move(why)}, {}};
        } else if (!forwarded.answer && forwarded.due <= now) {
            forwarded.due = now + kRepeat;
            postman_->send(*master, ForwardedRequest{id, forwarded.content}, out);
        } else if (forwarded.answer && forwarded.due <= now) {
            forwarded.answer->read.clear();  // shown or not, the user has waited enough
        }
    }
    pass_on(out);
}

Instant Desk::next_deadline() const {
    Instant next = kNever;
    for (const auto& [id, forwarded] : forwarded_) {
        next = std::min(next, forwarded.due);
    }
    return next;
}

}  // namespace sup::core
