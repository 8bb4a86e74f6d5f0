#pragma once

#include "agent/codec/wire_layout.h"
#include "common/model/remote_calls.h"

// The tables of calls from one instance to the interface of another. See message_layout.h.
namespace sup::codec {

constexpr bool is_known(RemoteProgress value) {
    switch (value) {
        case RemoteProgress::Taken:
        case RemoteProgress::Done:
        case RemoteProgress::Lost:
            return true;
    }
    return false;
}
template <>
inline constexpr auto kLayoutOf<RemoteCall> = layout("RemoteCall", Field{"id", &RemoteCall::id},
                                                     Field{"body", &RemoteCall::body},
                                                     Field{"authorization",
                                                           &RemoteCall::authorization});
template <>
inline constexpr auto kLayoutOf<RemoteResponse> = layout(
    "RemoteResponse", Field{"status", &RemoteResponse::status},
    Field{"content_type", &RemoteResponse::content_type}, Field{"body", &RemoteResponse::body});
template <>
inline constexpr auto kLayoutOf<RemoteAnswer> = layout("RemoteAnswer",
                                                       Field{"id", &RemoteAnswer::id},
                                                       Field{"progress", &RemoteAnswer::progress},
                                                       Field{"response", &RemoteAnswer::response});
}  // namespace sup::codec
