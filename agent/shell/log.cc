#include "agent/shell/log.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/dist_sink.h>
#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <sys/stat.h>
#include <syslog.h>

#include <atomic>
#include <cstdlib>
#include <exception>
#include <utility>
#include <vector>

#include "agent/shell/worker.h"
#include "common/base/text.h"

namespace sup::shell {
namespace {

using Level = spdlog::level::level_enum;

// About 200 KiB in all.
constexpr std::size_t kQueuedLines = 512;
constexpr std::string_view kAtFile = "%Y-%m-%d %H:%M:%S,%e %v";
// journald has the date and wants the severity in front, as syslog numbers it.
constexpr std::string_view kAtJournal = "%v";

Level level_of(LogLevel level) {
    switch (level) {
        case LogLevel::Blather:
        case LogLevel::Trace:
            return Level::trace;
        case LogLevel::Debug:
            return Level::debug;
        case LogLevel::Info:
            return Level::info;
        case LogLevel::Warn:
            return Level::warn;
        case LogLevel::Error:
            return Level::err;
        case LogLevel::Critical:
            return Level::critical;
    }
    return Level::info;
}

struct Grade {
    Level level;
    std::string_view word;
    std::string_view severity;  // of syslog, as journald reads it
};

Grade grade_of(core::NoteLevel level) {
    switch (level) {
        case core::NoteLevel::Debug:
            return {Level::debug, "DEBUG", "<7>"};
        case core::NoteLevel::Info:
            return {Level::info, "INFO", "<6>"};
        case core::NoteLevel::Warning:
            return {Level::warn, "WARN", "<4>"};
        case core::NoteLevel::Error:
            return {Level::err, "ERROR", "<3>"};
    }
    return {Level::info, "INFO", "<6>"};
}

// systemd says which file the journal reads; it is ours unless standard error was redirected since.
bool is_stderr_journal() {
    const char* journal = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (journal == nullptr || fstat(STDERR_FILENO, &status) != 0) {
        return false;
    }
    return concat(status.st_dev, ":", status.st_ino) == journal;
}

void append_on_one_line(std::string& line, std::string_view text) {
    for (const char letter : text) {
        const bool is_control = static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f;
        line.push_back(is_control ? ' ' : letter);
    }
}

spdlog::sink_ptr make_file_sink(const LogSettings& settings) {
    if (settings.max_bytes <= 0) {
        return std::make_shared<spdlog::sinks::basic_file_sink_mt>(settings.file);
    }
    return std::make_shared<spdlog::sinks::rotating_file_sink_mt>(
        settings.file, static_cast<std::size_t>(settings.max_bytes),
        static_cast<std::size_t>(settings.backups < 0 ? 0 : settings.backups));
}

}  // namespace

struct Log::Parts {
    LogSettings settings;
    std::string kind;  // settings.file in upper case
    bool is_journal = false;
    std::string complaint;  // why the file could not be opened, empty if it could
    std::atomic<bool> is_broken{false};
    std::atomic<std::size_t> reported_overruns{0};
    std::shared_ptr<spdlog::sinks::dist_sink_mt> sinks =
        std::make_shared<spdlog::sinks::dist_sink_mt>();
    std::shared_ptr<spdlog::details::thread_pool> pool;
    std::shared_ptr<spdlog::async_logger> logger;

    spdlog::sink_ptr make_sink();
    void install_sink();
    void on_failure(const std::string& what);
    void maybe_report_overruns();
};

spdlog::sink_ptr Log::Parts::make_sink() {
    complaint.clear();
    if (kind == "AUTO" || kind.empty()) {
        return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }
    if (kind == "SYSLOG") {
        return std::make_shared<spdlog::sinks::syslog_sink_mt>("supvisors-agent", LOG_PID,
                                                               LOG_DAEMON, true);
    }
    try {
        return make_file_sink(settings);
    } catch (const std::exception& error) {
        complaint = concat("logfile: ", error.what(), "; the log goes to standard error");
        return std::make_shared<spdlog::sinks::stderr_sink_mt>();
    }
}

void Log::Parts::install_sink() {
    if (kind == "NONE" || kind == "OFF") {
        return;
    }
    auto sink = make_sink();
    sink->set_pattern(kind == "SYSLOG" || is_journal ? std::string(kAtJournal)
                                                     : std::string(kAtFile));
    sinks->set_sinks({std::move(sink)});
    is_broken = false;
}

// Said once on standard error; lines are lost until the file can be written again.
void Log::Parts::on_failure(const std::string& what) {
    if (!is_broken.exchange(true)) {
        const std::string line = concat("supvisors-agent: log: ", what, "\n");
        [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    }
}

void Log::Parts::maybe_report_overruns() {
    const std::size_t overruns = pool->overrun_counter();
    const std::size_t reported = reported_overruns.exchange(overruns);
    if (overruns > reported) {
        logger->log(Level::warn,
                    spdlog::string_view_t(concat(
                        is_journal ? "<4>" : "WARN ", "log: ", overruns - reported,
                        " lines were dropped, they came faster than they could be written")));
    }
}

Log::Log(LogSettings settings) : parts_(std::make_unique<Parts>()) {
    parts_->settings = std::move(settings);
    parts_->kind = to_upper(parts_->settings.file);
    parts_->is_journal = parts_->kind == "AUTO" && is_stderr_journal();
    parts_->install_sink();
    {
        const SignalsBlocked quiet;
        parts_->pool = std::make_shared<spdlog::details::thread_pool>(kQueuedLines, 1);
    }
    parts_->logger = std::make_shared<spdlog::async_logger>(
        "agent", parts_->sinks, parts_->pool, spdlog::async_overflow_policy::overrun_oldest);
    parts_->logger->set_level(level_of(parts_->settings.level));
    parts_->logger->flush_on(Level::trace);
    parts_->logger->set_error_handler(
        [parts = parts_.get()](const std::string& what) { parts->on_failure(what); });
    if (!parts_->complaint.empty()) {
        error("log", parts_->complaint);
    }
}

Log::~Log() {
    parts_->pool.reset();  // joins the thread once the queue is empty
}

void Log::write(core::NoteLevel level, std::string_view category, std::string_view text) {
    const Grade grade = grade_of(level);
    if (!parts_->logger->should_log(grade.level)) {
        return;
    }
    std::string line;
    if (parts_->is_journal) {
        line.append(grade.severity);
    } else {
        line.append(grade.word).push_back(' ');
    }
    if (!parts_->settings.prefix.empty()) {
        append_on_one_line(line, parts_->settings.prefix);
        line.push_back(' ');
    }
    append_on_one_line(line, category);
    line.append(": ");
    append_on_one_line(line, text);
    parts_->logger->log(grade.level, spdlog::string_view_t(line));
    parts_->maybe_report_overruns();
}

void Log::debug(std::string_view category, std::string_view text) {
    write(core::NoteLevel::Debug, category, text);
}
void Log::info(std::string_view category, std::string_view text) {
    write(core::NoteLevel::Info, category, text);
}
void Log::warning(std::string_view category, std::string_view text) {
    write(core::NoteLevel::Warning, category, text);
}
void Log::error(std::string_view category, std::string_view text) {
    write(core::NoteLevel::Error, category, text);
}

void Log::set_level(LogLevel level) {
    parts_->logger->set_level(level_of(level));
}

void Log::reopen() {
    parts_->install_sink();
    if (!parts_->complaint.empty()) {
        error("log", parts_->complaint);
    }
}

}  // namespace sup::shell
