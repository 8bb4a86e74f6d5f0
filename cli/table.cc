#include "cli/table.h"

#include <algorithm>

#include "common/base/check.h"

namespace sup::cli {
namespace {

// The widths of the columns when the names fill `rows` lines downwards.
std::vector<std::size_t> column_widths(const std::vector<std::string>& names, std::size_t rows) {
    std::vector<std::size_t> widths;
    for (std::size_t at = 0; at < names.size(); ++at) {
        widths.resize(at / rows + 1);
        widths.back() = std::max(widths.back(), shown_length(names[at]));
    }
    return widths;
}

std::size_t total_width(const std::vector<std::size_t>& widths) {
    std::size_t total = 0;
    for (const auto width : widths) {
        total += width + 2;
    }
    return total - 2;
}

}  // namespace

std::size_t shown_length(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(
        text.begin(), text.end(), [](char byte) { return (byte & '\xc0') != '\x80'; }));
}

std::string padded(std::string_view text, std::size_t width) {
    std::string result(text);
    const auto length = shown_length(text);
    result.append(width > length ? width - length : 0, ' ');
    return result;
}

Table::Table(std::vector<Column> columns) : columns_(std::move(columns)) {
    for (const auto& column : columns_) {
        longest_.push_back(shown_length(column.title));
    }
}

void Table::add(Row row) {
    measure(row);
    rows_.push_back(std::move(row));
}

void Table::measure(const Row& row) {
    SUP_CHECK(row.size() == columns_.size(), "a row has one cell per column");
    for (std::size_t i = 0; i < row.size(); ++i) {
        longest_[i] = std::max(longest_[i], shown_length(row[i]));
    }
}

std::vector<std::string> Table::lines() const {
    Row titles;
    for (const auto& column : columns_) {
        titles.emplace_back(column.title);
    }
    std::vector<std::string> lines{line(titles)};
    for (const auto& row : rows_) {
        lines.push_back(line(row));
    }
    return lines;
}

std::string Table::line(const Row& row) const {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i) {
        const auto width = columns_[i].width;
        if (width == Column::kFree) {
            line += row[i];
        } else {
            line += padded(row[i], width == Column::kAuto ? longest_[i] + 2 : width);
        }
    }
    return line;
}

std::vector<std::string> in_columns(const std::vector<std::string>& names) {
    if (names.empty()) {
        return {};
    }
    constexpr std::size_t kLineWidth = 79;
    std::size_t rows = 1;
    auto widths = column_widths(names, rows);
    while (total_width(widths) > kLineWidth && rows < names.size()) {
        widths = column_widths(names, ++rows);
    }
    std::vector<std::string> lines(rows);
    for (std::size_t at = 0; at < names.size(); ++at) {
        auto& line = lines[at % rows];
        line += line.empty() ? "" : "  ";
        // One name per line is how the names that fit nowhere else are shown: nothing to align.
        line += widths.size() == 1 ? names[at] : padded(names[at], widths[at / rows]);
    }
    return lines;
}

}  // namespace sup::cli
