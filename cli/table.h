#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// The tables of supvisorsctl (section 5 of its reference): a line of titles, then one line per row.
// Cells are padded on the right to the width of their column and never cut: a longer one pushes the
// rest of its line to the right.
namespace sup::cli {

struct Column {
    static constexpr std::size_t kAuto = 0;                             // longest cell, plus 2
    static constexpr std::size_t kFree = static_cast<std::size_t>(-1);  // no padding

    std::string_view title;
    std::size_t width = kAuto;
};

using Row = std::vector<std::string>;

class Table {
public:
    explicit Table(std::vector<Column> columns);

    void add(Row row);
    // A row that is not shown still widens the columns: some commands filter late.
    void measure(const Row& row);

    bool is_empty() const { return rows_.empty(); }
    std::vector<std::string> lines() const;

private:
    std::string line(const Row& row) const;

    std::vector<Column> columns_;
    std::vector<std::size_t> longest_;
    std::vector<Row> rows_;
};

// Code points of a UTF-8 text: what a terminal shows, near enough.
std::size_t shown_length(std::string_view text);

// The text padded with blanks up to the width.
std::string padded(std::string_view text, std::size_t width);

// Names in columns, sorted downwards, two blanks between columns, within 79 characters.
std::vector<std::string> in_columns(const std::vector<std::string>& names);

}  // namespace sup::cli
