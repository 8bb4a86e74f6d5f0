#pragma once

#include "agent/codec/wire_layout.h"
#include "common/model/requests.h"

// The tables of the requests that one agent forwards to another. See message_layout.h.
namespace sup::codec {

template <>
inline constexpr auto kLayoutOf<StartApplication> = layout(
    "StartApplication", Field{"strategy", &StartApplication::strategy},
    Field{"application", &StartApplication::application}, Field{"wait", &StartApplication::wait});
template <>
inline constexpr auto kLayoutOf<StopApplication> = layout("StopApplication",
                                                          Field{"application",
                                                                &StopApplication::application},
                                                          Field{"wait", &StopApplication::wait});
template <>
inline constexpr auto kLayoutOf<RestartApplication> =
    layout("RestartApplication", Field{"strategy", &RestartApplication::strategy},
           Field{"application", &RestartApplication::application},
           Field{"wait", &RestartApplication::wait});
template <>
inline constexpr auto kLayoutOf<StartProcess> =
    layout("StartProcess", Field{"strategy", &StartProcess::strategy},
           Field{"process", &StartProcess::process}, Field{"extra_args", &StartProcess::extra_args},
           Field{"wait", &StartProcess::wait});
template <>
inline constexpr auto kLayoutOf<StartAnyProcess> = layout(
    "StartAnyProcess", Field{"strategy", &StartAnyProcess::strategy},
    Field{"regex", &StartAnyProcess::regex}, Field{"extra_args", &StartAnyProcess::extra_args},
    Field{"wait", &StartAnyProcess::wait});
template <>
inline constexpr auto kLayoutOf<StartArgs> = layout("StartArgs",
                                                    Field{"process", &StartArgs::process},
                                                    Field{"extra_args", &StartArgs::extra_args},
                                                    Field{"wait", &StartArgs::wait});
template <>
inline constexpr auto kLayoutOf<StopProcess> = layout("StopProcess",
                                                      Field{"process", &StopProcess::process},
                                                      Field{"wait", &StopProcess::wait});
template <>
inline constexpr auto kLayoutOf<RestartProcess> =
    layout("RestartProcess", Field{"strategy", &RestartProcess::strategy},
           Field{"process", &RestartProcess::process},
           Field{"extra_args", &RestartProcess::extra_args}, Field{"wait", &RestartProcess::wait});
template <>
inline constexpr auto kLayoutOf<RestartSequence> = layout("RestartSequence",
                                                          Field{"wait", &RestartSequence::wait});
template <>
inline constexpr auto kLayoutOf<Conciliate> = layout("Conciliate",
                                                     Field{"strategy", &Conciliate::strategy});
template <>
inline constexpr auto kLayoutOf<RestartFederation> = layout("RestartFederation");
template <>
inline constexpr auto kLayoutOf<ShutdownFederation> = layout("ShutdownFederation");
template <>
inline constexpr auto kLayoutOf<EndSync> = layout("EndSync", Field{"master", &EndSync::master});

}  // namespace sup::codec
