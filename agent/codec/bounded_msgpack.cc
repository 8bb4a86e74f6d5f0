#include "agent/codec/bounded_msgpack.h"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "common/base/text.h"

namespace sup::codec {
namespace {

using nlohmann::json;

// Receives the values in the order of the bytes and builds the tree. Each function answers whether
// the reader should go on: the reader recurses once per level, so that the depth is bounded here,
// before its next call.
class Builder {
public:
    using number_integer_t = json::number_integer_t;
    using number_unsigned_t = json::number_unsigned_t;
    using number_float_t = json::number_float_t;
    using string_t = json::string_t;
    using binary_t = json::binary_t;

    bool null() { return add(json(nullptr)); }
    bool boolean(bool value) { return add(json(value)); }
    bool number_integer(number_integer_t value) { return add(json(value)); }
    bool number_unsigned(number_unsigned_t value) { return add(json(value)); }
    bool number_float(number_float_t value, const string_t&) { return add(json(value)); }
    bool string(string_t& value) { return add(json(std::move(value))); }
    bool binary(binary_t& value) { return add(json(std::move(value))); }
    bool start_array(std::size_t) { return open(json::array()); }
    bool end_array() { return close(); }
    bool start_object(std::size_t) { return open(json::object()); }
    bool end_object() { return close(); }
    bool key(string_t& name) {
        key_ = name;
        return true;
    }
    bool parse_error(std::size_t position, const std::string&, const json::exception&) {
        problem_ = concat("no valid MessagePack at byte ", position);
        return false;
    }

    json take() { return std::move(root_); }
    const std::string& problem() const { return problem_; }

private:
    bool add(json value) {
        if (++values_ > kMaxValues) {
            problem_ = concat("more than ", kMaxValues, " values");
            return false;
        }
        if (open_.empty()) {
            root_ = std::move(value);
            last_ = &root_;
        } else if (open_.back()->is_array()) {
            last_ = &open_.back()->emplace_back(std::move(value));
        } else {
            last_ = &(*open_.back())[key_];
            *last_ = std::move(value);
        }
        return true;
    }
    bool open(json container) {
        if (open_.size() >= kMaxDepth) {
            problem_ = concat("nested deeper than ", kMaxDepth, " levels");
            return false;
        }
        if (!add(std::move(container))) {
            return false;
        }
        open_.push_back(last_);
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    json root_;
    std::vector<json*> open_;  // a container does not move while one of its children is open
    json* last_ = nullptr;
    std::string key_;
    std::size_t values_ = 0;
    std::string problem_;
};

}  // namespace

Result<json> parse_msgpack(std::string_view bytes) {
    if (bytes.size() > kMaxMessageBytes) {
        return Error{concat(bytes.size(), " bytes are more than the ", kMaxMessageBytes,
                            " that a message may have")};
    }
    Builder builder;
    try {
        if (!json::sax_parse(bytes.begin(), bytes.end(), &builder, json::input_format_t::msgpack)) {
            return Error{builder.problem()};
        }
    } catch (const json::exception& problem) {
        return Error{concat("no valid MessagePack: ", problem.what())};
    }
    return builder.take();
}

}  // namespace sup::codec
