#include "rules/check.h"

#include <set>

#include "common/base/text.h"
#include "rules/document.h"
#include "rules/effective.h"
#include "rules/identifiers.h"
#include "rules/pattern.h"

namespace sup::rules {
namespace {

template <typename Element>
std::string label(std::string_view kind, const Element& element) {
    return element.pattern ? concat(kind, " pattern '", shorten(element.pattern->text()), "'")
                           : concat(kind, " '", shorten(element.name), "'");
}

void check_aliases(const RuleSet& rules, std::vector<std::string>& warnings) {
    std::set<std::string> before;
    for (const auto& alias : rules.aliases) {
        before.insert(alias.name);
        for (const auto& item : alias.items) {
            if (before.contains(item)) {
                warnings.push_back(concat(alias.where, ": alias '", shorten(alias.name),
                                          "': it is not expanded: '", shorten(item),
                                          "', an alias declared after it was expected"));
            }
        }
    }
}

class ProgramCheck {
public:
    ProgramCheck(const RuleSet& rules, std::vector<std::string>& warnings)
        : rules_(rules), warnings_(warnings) {
        for (const auto& model : rules.models) {
            names_.push_back(model.name);
        }
        known_.insert(names_.begin(), names_.end());
    }

    //
    void check_reference(const ProgramElement& program, std::string_view subject) {
        if (program.reference.empty() || known_.contains(program.reference)) {
            return;
        }
        const auto meant = nearest(program.reference, names_);
        warnings_.push_back(concat(program.where, ": ", subject, ", reference: there is no model '",
                                   shorten(program.reference), "'",
                                   meant ? concat(" ('", *meant, "'?)") : ""));
    }

    void check_application(const ApplicationElement& application) {
        const std::string owner = label("application", application);
        if (application.identifiers &&
            parse_identifiers(*application.identifiers, rules_.aliases).at) {
            warnings_.push_back(concat(application.where, ": ", owner,
                                       ", identifiers: '@' was not expected for an application, it "
                                       "is taken as '#' that does not roll over"));
        }
        for (const auto& program : application.programs) {
            const std::string subject = concat(owner, ", ", label("program", program));
            check_reference(program, subject);
            const SelectedBy by = program.pattern ? SelectedBy::Pattern : SelectedBy::Name;
            std::vector<std::string> remarks;
            effective_rules(rules_, application, {&program, by}, remarks);
            for (const auto& remark : remarks) {
                warnings_.push_back(concat(program.where, ": ", subject, ": ", remark));
            }
        }
    }

private:
    const RuleSet& rules_;
    std::vector<std::string>& warnings_;
    std::vector<std::string> names_;
    std::set<std::string> known_;
};

}  // namespace

std::vector<std::string> check_rules(const RuleSet& rules) {
    std::vector<std::string> warnings;
    check_aliases(rules, warnings);
    ProgramCheck programs(rules, warnings);
    for (const auto& model : rules.models) {
        programs.check_reference(model, label("model", model));
    }
    for (const auto& application : rules.applications) {
        programs.check_application(application);
    }
    return warnings;
}

}  // namespace sup::rules
