#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "common/model/process_record.h"

namespace sup::core {

// What users allow of the programs of our supervisord (B-200, B-201).
struct Permits {
    std::set<std::string> disabled;
    // Programs of which fewer processes are wanted than supervisord has.
    std::map<std::string, std::int32_t> limits;
    // Programs whose number in supervisord is our doing: their limits outlive its runs. That of
    // another program ends with the run, as it would in supervisord itself.
    std::set<std::string> lasting;

    bool is_disabled(const std::string& program) const { return disabled.contains(program); }
    // Its index is beyond what is wanted.
    bool is_surplus(const ProcessRecord& record) const {
        const auto limit = limits.find(record.program);
        return limit != limits.end() && record.index >= limit->second;
    }
    // Another run of supervisord begins.
    void begin_run() {
        std::erase_if(limits, [&](const auto& limit) { return !lasting.contains(limit.first); });
    }
};

// Where a process stands that is beyond the number wanted. Shown: it is not. Lingering: it runs,
// and is left to end by itself. Leaving: it is to stop now. Hidden: it is down, and does not exist
// for anybody but supervisord; should it run all the same, it is stopped. Lingering and Leaving
// become Hidden when the process is down, whatever the way (D-34); more processes wanted make all
// of them Shown (E-193).
enum class Standing { Shown, Lingering, Leaving, Hidden };

}  // namespace sup::core
