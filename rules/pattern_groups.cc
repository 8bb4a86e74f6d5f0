#include <algorithm>

#include "common/base/text.h"
#include "rules/pattern_translator.h"

namespace sup::rules {
namespace {

constexpr std::size_t kMaxDepth = 50;
constexpr std::size_t kGroupStates = 2;

bool is_letter(wchar_t c) {
    return (c >= L'a' && c <= L'z') || (c >= L'A' && c <= L'Z');
}
bool is_digit(wchar_t c) {
    return c >= L'0' && c <= L'9';
}

}  // namespace

Status Translator::begin_group(std::wstring_view spelling, OpenGroup group) {
    if (groups_.size() > kMaxDepth) {
        return at(item_, "the parentheses are nested too deeply");
    }
    flush();
    out_ += spelling;
    group.at = item_;
    groups_.push_back(group);
    return {};
}

Status Translator::open_group() {
    ++at_;
    if (peek() == L'?') {
        ++at_;
        return open_special_group();
    }
    closed_.push_back(false);
    OpenGroup group;
    group.capture = ++captures_;
    return begin_group(keep_captures_ ? L"(" : L"(?:", group);
}

Status Translator::open_special_group() {
    if (take(L":")) {
        return begin_group(L"(?:", {});
    }
    OpenGroup lookahead;
    lookahead.lookahead = true;
    if (take(L"=")) {
        return begin_group(L"(?=", lookahead);
    }
    if (take(L"!")) {
        return begin_group(L"(?!", lookahead);
    }
    if (take(L"P")) {
        return named_group();
    }
    if (take(L"#")) {
        const auto end = source_.find(L')', at_);
        if (end == std::wstring::npos) {
            return at(item_, "this comment is never closed");
        }
        at_ = end + 1;
        return {};
    }
    if (take(L"<=") || take(L"<!")) {
        return at(item_, "lookbehind is not supported");
    }
    if (take(L">")) {
        return at(item_, "atomic groups are not supported");
    }
    if (take(L"(")) {
        return at(item_, "conditional groups are not supported");
    }
    return flags();
}

Status Translator::named_group() {
    const bool reference = peek() == L'=';
    if (!reference && peek() != L'<') {
        return at(item_, "(?P<name>...) or (?P=name) was expected");
    }
    ++at_;
    const auto end = source_.find(reference ? L')' : L'>', at_);
    if (end == std::wstring::npos) {
        return at(item_, "the name of the group is never ended");
    }
    const std::wstring name = source_.substr(at_, end - at_);
    at_ = end + 1;
    const auto is_word = [](wchar_t c) { return is_letter(c) || is_digit(c) || c == L'_'; };
    if (name.empty() || is_digit(name[0]) || !std::all_of(name.begin(), name.end(), is_word)) {
        return at(item_, "the name of a group is made of letters, digits and underscores");
    }
    const auto known = names_.find(name);
    if (reference) {
        return known == names_.end() ? at(item_, "no group before has this name")
                                     : back_reference(known->second);
    }
    if (known != names_.end()) {
        return at(item_, "another group has this name");
    }
    closed_.push_back(false);
    OpenGroup group;
    group.capture = ++captures_;
    names_[name] = group.capture;
    return begin_group(keep_captures_ ? L"(" : L"(?:", group);
}

Status Translator::flags() {
    bool ignore_case = false;
    while (is_letter(peek())) {
        const wchar_t flag = peek();
        ignore_case = ignore_case || flag == L'i';
        if (std::wstring_view(L"iaums").find(flag) == std::wstring_view::npos) {
            return at(at_, "this flag is not supported: i, a, m, s or u was expected");
        }
        ++at_;
    }
    if (take(L":")) {
        if (ignore_case) {
            return at(item_, "the flag i is supported for the whole pattern only: (?i) first");
        }
        return begin_group(L"(?:", {});
    }
    if (!take(L")")) {
        return at(item_, "this extension of groups is not known");
    }
    if (item_ != 0) {
        return at(item_, "flags are allowed at the start of the pattern only");
    }
    letter_case_ = ignore_case ? LetterCase::Ignored : letter_case_;
    return {};
}

Status Translator::close_group() {
    if (groups_.size() == 1) {
        return at(item_, "this parenthesis was never opened");
    }
    ++at_;
    out_ += L')';
    flush();
    const OpenGroup group = groups_.back();
    groups_.pop_back();
    if (group.capture != 0) {
        closed_[group.capture] = true;
    }
    Cost cost = group.cost;
    cost.states += kGroupStates;
    if (group.lookahead) {
        add({{cost.states, 0, cost.loop + cost.lookahead}, Repeatable::No});
        return {};
    }
    add({cost, Repeatable::Yes});
    return {};
}

Status Translator::back_reference(std::size_t number) {
    if (number >= closed_.size() || !closed_[number]) {
        return at(item_, "this refers to a group that does not exist or is not closed");
    }
    out_ += L"(?:\\" + std::to_wstring(number) + L')';
    add({{1 + kGroupStates}, Repeatable::Yes});
    return {};
}

}  // namespace sup::rules
