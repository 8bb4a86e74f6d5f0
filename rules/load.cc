#include "rules/load.h"

#include "common/base/hash.h"
#include "rules/check.h"
#include "rules/elements.h"
#include "rules/merge.h"
#include "rules/parse.h"

namespace sup::rules {
namespace {

// Never 0, which says that there are no rules.
std::uint64_t digest_of(std::span<const RulesFile> files) {
    if (files.empty()) {
        return 0;
    }
    Hasher hasher;
    for (const auto& file : files) {
        hasher.add(file.text);
    }
    return hasher.value() == 0 ? 1 : hasher.value();
}

}  // namespace

LoadOutcome load_rules(std::span<const RulesFile> files) {
    LoadedRules loaded;
    std::vector<std::string> errors;
    bool all_read = true;
    for (const auto& file : files) {
        const ParsedDocument parsed = parse_document(file.path, file.text);
        errors.insert(errors.end(), parsed.errors.begin(), parsed.errors.end());
        all_read = all_read && parsed.root;
        if (parsed.root) {
            merge_file(loaded.rules, read_elements(file.path, *parsed.root, loaded.warnings),
                       loaded.warnings);
        }
    }
    // With a file missing from the union, what refers to it would look wrong as well.
    if (all_read) {
        const auto suspect = check_rules(loaded.rules);
        loaded.warnings.insert(loaded.warnings.end(), suspect.begin(), suspect.end());
    }
    if (!errors.empty()) {
        return LoadFailure{std::move(errors), std::move(loaded.warnings)};
    }
    loaded.rules.digest = digest_of(files);
    return loaded;
}

}  // namespace sup::rules
