#include "agent/listener/short_slice.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace sup::listener {
namespace {

// As the kernel wants it: the C library has no name for it yet.
struct SchedulingAttributes {
    std::uint32_t size = sizeof(SchedulingAttributes);
    std::uint32_t policy = SCHED_OTHER;
    std::uint64_t flags = 0;
    std::int32_t nice = 0;
    std::uint32_t priority = 0;
    std::uint64_t runtime_ns = 0;  // of SCHED_OTHER: the slice
    std::uint64_t deadline_ns = 0;
    std::uint64_t period_ns = 0;
};

constexpr std::uint64_t kShortestSlice = 100'000;  // that the kernel grants

}  // namespace

void take_short_slices() {
    if (sched_getscheduler(0) != SCHED_OTHER) {
        return;  // somebody has decided already
    }
    SchedulingAttributes wanted;
    wanted.nice = getpriority(PRIO_PROCESS, 0);
    wanted.runtime_ns = kShortestSlice;
    // A refusal costs some promptness and nothing else.
    static_cast<void>(syscall(SYS_sched_setattr, 0, &wanted, 0));
}

}  // namespace sup::listener
