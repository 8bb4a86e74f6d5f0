#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "rules/pattern_syntax.h"

// The work behind pattern_syntax.h.
namespace sup::rules {

// What a part of the expression costs: states in all, states of the largest loop body, and what the
// costliest lookahead adds to the loops, on top of which it runs.
struct Cost {
    std::size_t states = 0;
    std::size_t loop = 0;
    std::size_t lookahead = 0;
};

enum class Repeatable { No, Yes };

// A part that a quantifier may follow.
struct Piece {
    Cost cost;
    Repeatable repeatable = Repeatable::No;
};

struct OpenGroup {
    Cost cost;
    Piece piece;  // the last one, not yet part of `cost`
    std::size_t at = 0;
    std::size_t capture = 0;
    bool lookahead = false;
};

struct Count {
    std::size_t low = 0;
    std::optional<std::size_t> high;  // absent: without bound
    std::size_t end = 0;              // index after the closing brace
};

// One pass over the text; `groups_` holds the open groups, the whole expression first.
class Translator {
public:
    // Of the compiled expression.
    static constexpr std::size_t kMaxStates = 2000;
    // Of a loop body.
    static constexpr std::size_t kMaxLoopStates = 30;

    explicit Translator(std::wstring source) : source_(std::move(source)), groups_(1) {}

    Result<EcmaPattern> run();

private:
    Error at(std::size_t index, std::string_view what) const;
    // The character `offset` places ahead; NUL, which no pattern holds, at the end.
    wchar_t peek(std::size_t offset = 0) const;
    // Goes past this text if it comes next.
    bool take(std::wstring_view text);
    bool has_back_reference() const;

    // The last piece can no more be repeated: it becomes part of its group.
    void flush();
    void add(Piece piece);
    void add_character(wchar_t character);

    Status item();
    Status open_group();
    Status open_special_group();
    Status named_group();
    Status flags();
    Status close_group();
    Status quantifier();
    Status repeat(const Count& count);
    std::optional<Count> braces() const;
    Status escape();
    Status back_reference(std::size_t number);
    Result<std::optional<wchar_t>> character_escape();
    Result<wchar_t> hexadecimal(std::size_t digits);
    Status character_class();
    Result<std::optional<wchar_t>> class_item();
    Status class_range();
    void emit_in_class(wchar_t character);
    Status begin_group(std::wstring_view spelling, OpenGroup group);

    std::wstring source_;
    std::size_t at_ = 0;    // next character
    std::size_t item_ = 0;  // where the current item began
    std::wstring out_;
    LetterCase letter_case_ = LetterCase::Significant;
    bool keep_captures_ = false;
    std::vector<OpenGroup> groups_;
    std::size_t captures_ = 0;
    std::vector<bool> closed_ = {false};  // by number of capture
    std::map<std::wstring, std::size_t> names_;
};

}  // namespace sup::rules
