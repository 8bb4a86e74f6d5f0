#include "common/config/document.h"

#include "common/base/text.h"
#include "common/config/conversions.h"
#include "common/config/glob.h"
#include "common/config/key_values.h"
#include "common/config/paths.h"
#include "common/config/python_text.h"
#include "common/config/section_reader.h"

namespace sup::config {
namespace {

constexpr std::string_view kDaemon = "supervisord";

std::optional<Document> read_main_file(const std::string& path, const HostFacts& host,
                                       const FileAccess& files, Problems& problems) {
    Document document;
    document.path = absolute_path(path, {host.working_directory, ""});
    document.here = path_directory(document.path);
    document.hostname = host.hostname;
    for (const auto& [name, value] : host.environment) {
        document.environment.emplace(concat("ENV_", name), value);
    }
    const auto content = files.read(document.path);
    if (!content) {
        problems.error({document.path, 0},
                       concat("cannot read the configuration file: ", content.error().message));
        return std::nullopt;
    }
    document.ini.read(document.path, *content, problems);
    return document;
}

void include_file(Document& document, const std::string& file, const FileAccess& files,
                  Problems& problems) {
    const auto content = files.read(file);
    if (content) {
        document.ini.read(file, *content, problems);
    } else {
        problems.warn({file, 0}, concat("the included file is skipped, as supervisord does: ",
                                        content.error().message));
    }
    document.ini.fix_here(path_directory(file));
}

void read_includes(Document& document, const FileAccess& files, Problems& problems) {
    const auto* include = document.ini.find_section("include");
    if (include == nullptr) {
        return;
    }
    document.ini.fix_here(document.here);
    const auto* option = document.ini.find("include", "files");
    if (option == nullptr) {
        problems.error(include->place, "[include] has no option 'files'");
        return;
    }
    // From here on the sections may move: what is needed of them is copied.
    const Place place = option->place;
    SectionReader reader(document, *include, problems);
    reader.define("host_node_name", document.hostname);
    for (const auto& word : python_words(reader.text("files").value_or(""))) {
        const auto pattern = join_path(document.here, word);
        const auto found = find_files(pattern, files);
        if (found.empty()) {
            problems.warn(place, concat("[include] files: no file matches '", pattern, "'"));
        }
        for (const auto& file : found) {
            include_file(document, file, files, problems);
        }
    }
    if (const auto* last = document.ini.find("include", "files");
        last->place.file != document.path) {
        problems.warn(last->place, "an [include] in an included file is ignored by supervisord");
    }
}

void add_environment(Document& document, SectionReader& reader) {
    auto value = reader.text("environment");
    if (!value) {
        return;
    }
    // supervisord expands this one twice, the second time with the name of the host.
    reader.define("host_node_name", document.hostname);
    value = reader.expanded("environment", *value);
    if (!value) {
        return;
    }
    const auto pairs = parse_key_values(*value);
    if (!pairs) {
        reader.fail("environment", pairs.error().message);
        return;
    }
    for (const auto& [key, text] : *pairs) {
        document.environment.insert_or_assign(concat("ENV_", key), text);
    }
}

}  // namespace

std::optional<Document> read_document(const std::string& path, const HostFacts& host,
                                      const FileAccess& files, Problems& problems) {
    auto document = read_main_file(path, host, files, problems);
    if (document) {
        read_includes(*document, files, problems);
    }
    return document;
}

std::string read_daemon_section(Document& document, Problems& problems) {
    const auto* section = document.ini.find_section(kDaemon);
    if (section == nullptr) {
        problems.error({document.path, 0}, "there is no [supervisord] section");
        return "supervisor";
    }
    SectionReader reader(document, *section, problems);
    reader.check("minfds", to_integer);
    reader.check("minprocs", to_integer);
    reader.text("directory");
    reader.text("user");
    reader.check("umask", to_octal);
    reader.text("logfile");
    reader.check("logfile_maxbytes", to_byte_size);
    reader.check("logfile_backups", to_integer);
    reader.check("loglevel", to_log_level);
    reader.text("pidfile");
    const auto identifier = reader.text("identifier").value_or("supervisor");
    reader.check("nodaemon", to_boolean);
    reader.check("silent", to_boolean);
    reader.text("childlogdir");
    reader.check("nocleanup", to_boolean);
    reader.check("strip_ansi", to_boolean);
    add_environment(document, reader);
    return identifier;
}

}  // namespace sup::config
