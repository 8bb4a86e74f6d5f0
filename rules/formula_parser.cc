#include "rules/formula_parser.h"

#include "common/base/text.h"
#include "rules/document.h"
#include "rules/pattern_syntax.h"

namespace sup::rules {
namespace {

using Node = Formula::Node;

constexpr std::size_t kMaxLength = 8192;
constexpr std::size_t kMaxDepth = 50;

enum class TokenKind { Word, String, Open, Close, Comma, End, Other };

struct Token {
    TokenKind kind = TokenKind::End;
    std::size_t at = 0;
    std::string text;  // of a string: its content
};

bool is_blank(char c) {
    return std::string_view(" \t\r\n\v\f").find(c) != std::string_view::npos;
}
bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || static_cast<unsigned char>(c) >= 0x80;
}

// What to show of a token that was not expected.
std::string describe(const Token& token) {
    switch (token.kind) {
        case TokenKind::End:
            return "the end of the formula";
        case TokenKind::String:
            return concat("the string '", shorten(token.text), "'");
        case TokenKind::Word:
        case TokenKind::Open:
        case TokenKind::Close:
        case TokenKind::Comma:
        case TokenKind::Other:
            break;
    }
    return concat("'", shorten(token.text), "'");
}

class FormulaParser {
public:
    explicit FormulaParser(std::string_view text) : text_(text) {}

    Result<Node> run() {
        if (auto read = advance(); !read) {
            return read.error();
        }
        if (token_.kind == TokenKind::End) {
            return Error{"it is blank: a formula such as all('web_.*') was expected"};
        }
        auto root = either();
        if (root && token_.kind != TokenKind::End) {
            return unexpected("'and', 'or' or the end of the formula");
        }
        return root;
    }

private:
    Error error_at(std::size_t at, std::string_view what) const {
        const auto before = decode_characters(text_.substr(0, at)).size();
        return Error{concat("at character ", before + 1, ": ", what)};
    }
    Error unexpected(std::string_view expected) const {
        return error_at(token_.at, concat(describe(token_), " where ", expected, " was expected"));
    }
    bool is_keyword(std::string_view word) const {
        return token_.kind == TokenKind::Word && token_.text == word;
    }

    Status advance();
    Status read_string(bool raw);
    Result<Node> either();
    Result<Node> both();
    Result<Node> negation();
    Result<Node> primary();
    Result<Node> group();
    Result<Node> call(NodeKind kind);
    Result<Node> leaf();
    using Rule = Result<Node> (FormulaParser::*)();
    Result<Node> chain(NodeKind kind, std::string_view keyword, Rule operand);

    std::string_view text_;
    std::size_t next_ = 0;  // where the token after `token_` begins
    Token token_;
    std::size_t depth_ = 0;
};

Status FormulaParser::advance() {
    while (next_ < text_.size() && is_blank(text_[next_])) {
        ++next_;
    }
    token_ = {TokenKind::End, next_, ""};
    if (next_ == text_.size()) {
        return {};
    }
    const char c = text_[next_];
    const char after = next_ + 1 < text_.size() ? text_[next_ + 1] : '\0';
    const bool raw = (c == 'r' || c == 'R') && (after == '\'' || after == '"');
    if (raw || c == '\'' || c == '"') {
        next_ += raw ? 1 : 0;
        return read_string(raw);
    }
    std::size_t length = 1;
    while (is_word(c) && next_ + length < text_.size() && is_word(text_[next_ + length])) {
        ++length;
    }
    token_.kind = is_word(c) ? TokenKind::Word
                  : c == '(' ? TokenKind::Open
                  : c == ')' ? TokenKind::Close
                  : c == ',' ? TokenKind::Comma
                             : TokenKind::Other;
    token_.text = text_.substr(next_, length);
    next_ += length;
    return {};
}

// The quote is at `next_`.
Status FormulaParser::read_string(bool raw) {
    token_.kind = TokenKind::String;
    const char quote = text_[next_++];
    while (next_ < text_.size() && text_[next_] != quote && text_[next_] != '\n') {
        const char c = text_[next_++];
        const char after = next_ < text_.size() ? text_[next_] : '\0';
        const bool escaped = c == '\\' && (after == '\\' || after == '\'' || after == '"');
        if (!escaped) {
            token_.text += c;
            continue;
        }
        if (raw) {
            token_.text += c;
        }
        token_.text += after;
        ++next_;
    }
    if (next_ == text_.size() || text_[next_] != quote) {
        return error_at(token_.at, "this string is never ended");
    }
    ++next_;
    return {};
}

Result<Node> FormulaParser::chain(NodeKind kind, std::string_view keyword, Rule operand) {
    auto first = (this->*operand)();
    if (!first || !is_keyword(keyword)) {
        return first;
    }
    Node node;
    node.kind = kind;
    node.operands.push_back(std::move(*first));
    while (is_keyword(keyword)) {
        if (auto read = advance(); !read) {
            return read.error();
        }
        auto next = (this->*operand)();
        if (!next) {
            return next;
        }
        node.operands.push_back(std::move(*next));
    }
    return node;
}

Result<Node> FormulaParser::either() {
    return chain(NodeKind::Or, "or", &FormulaParser::both);
}

Result<Node> FormulaParser::both() {
    return chain(NodeKind::And, "and", &FormulaParser::negation);
}

Result<Node> FormulaParser::negation() {
    // Every way down to a deeper level comes through here.
    if (depth_ == kMaxDepth) {
        return error_at(token_.at, concat("it is nested deeper than ", kMaxDepth, " levels"));
    }
    ++depth_;
    auto node = primary();
    --depth_;
    return node;
}

Result<Node> FormulaParser::primary() {
    constexpr std::string_view kExpected =
        "'not', '(', any(...), all(...) or a quoted process name";
    if (token_.kind == TokenKind::String) {
        return leaf();
    }
    if (token_.kind == TokenKind::Open) {
        return group();
    }
    if (is_keyword("any")) {
        return call(NodeKind::Any);
    }
    if (is_keyword("all")) {
        return call(NodeKind::All);
    }
    if (!is_keyword("not")) {
        return unexpected(kExpected);
    }
    if (auto read = advance(); !read) {
        return read.error();
    }
    auto operand = negation();
    if (!operand) {
        return operand;
    }
    Node node;
    node.kind = NodeKind::Not;
    node.operands.push_back(std::move(*operand));
    return node;
}

// Parentheses and what they hold.
Result<Node> FormulaParser::group() {
    if (auto read = advance(); !read) {
        return read.error();
    }
    auto node = either();
    if (!node) {
        return node;
    }
    if (token_.kind != TokenKind::Close) {
        return unexpected("'and', 'or' or ')'");
    }
    if (auto read = advance(); !read) {
        return read.error();
    }
    return node;
}

// exactly one argument.
Result<Node> FormulaParser::call(NodeKind kind) {
    const std::string name = token_.text;
    if (auto read = advance(); !read) {
        return read.error();
    }
    if (token_.kind != TokenKind::Open) {
        return unexpected(concat("'(' after ", name));
    }
    if (auto read = advance(); !read) {
        return read.error();
    }
    if (token_.kind == TokenKind::Close) {
        return error_at(token_.at, concat(name, "() without the one argument that was expected"));
    }
    auto argument = either();
    if (!argument) {
        return argument;
    }
    if (token_.kind == TokenKind::Comma) {
        return error_at(token_.at, concat("a second argument where ", name, "() takes one"));
    }
    if (token_.kind != TokenKind::Close) {
        return unexpected("'and', 'or' or ')'");
    }
    if (auto read = advance(); !read) {
        return read.error();
    }
    Node node;
    node.kind = kind;
    node.operands.push_back(std::move(*argument));
    return node;
}

Result<Node> FormulaParser::leaf() {
    auto pattern = Pattern::compile(token_.text);
    if (!pattern) {
        return error_at(token_.at, concat("the pattern '", shorten(token_.text),
                                          "' is refused: ", pattern.error().message));
    }
    Node node;
    node.text = token_.text;
    node.pattern = std::move(*pattern);
    if (auto read = advance(); !read) {
        return read.error();
    }
    return node;
}

}  // namespace

Result<Node> parse_formula(std::string_view text) {
    if (text.size() > kMaxLength) {
        return Error{concat("it is longer than ", kMaxLength, " bytes")};
    }
    return FormulaParser(text).run();
}

}  // namespace sup::rules
