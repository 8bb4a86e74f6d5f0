#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>

#include "common/base/check.h"

namespace sup {

// What went wrong in the world outside (a file, a peer, a text), as a sentence that says what was
// wrong, where, and what was expected.
struct Error {
    std::string message;
    bool operator==(const Error&) const = default;
};

// A value, or the Error that prevented it: our small twin of std::expected.
template <typename T>
class [[nodiscard]] Result {
public:
    Result(T value) : content_(std::in_place_index<0>, std::move(value)) {}      // NOLINT
    Result(Error error) : content_(std::in_place_index<1>, std::move(error)) {}  // NOLINT

    bool has_value() const { return content_.index() == 0; }
    explicit operator bool() const { return has_value(); }

    T& value() {
        SUP_CHECK(has_value(), "the value of a failed Result was asked for");
        return *std::get_if<0>(&content_);
    }
    const T& value() const {
        SUP_CHECK(has_value(), "the value of a failed Result was asked for");
        return *std::get_if<0>(&content_);
    }
    const Error& error() const {
        SUP_CHECK(!has_value(), "the error of a good Result was asked for");
        return *std::get_if<1>(&content_);
    }

    T& operator*() { return value(); }
    const T& operator*() const { return value(); }
    T* operator->() { return &value(); }
    const T* operator->() const { return &value(); }

private:
    std::variant<T, Error> content_;
};

template <>
class [[nodiscard]] Result<void> {
public:
    Result() = default;
    Result(Error error) : error_(std::move(error)) {}  // NOLINT

    bool has_value() const { return !error_.has_value(); }
    explicit operator bool() const { return has_value(); }
    const Error& error() const {
        SUP_CHECK(error_.has_value(), "the error of a good Result was asked for");
        return *error_;
    }

private:
    std::optional<Error> error_;
};

using Status = Result<void>;

}  // namespace sup
