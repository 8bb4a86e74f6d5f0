#include "cli/prediction.h"

namespace sup::cli {

void print_prediction(Session& session, const Value& prediction) {
    Table table(
        {{"Application"}, {"Process"}, {"State", 12}, {"Supervisor"}, {"Reason", Column::kFree}});
    for (const auto& item : prediction.list()) {
        table.add({item["application_name"].text(), item["process_name"].text(),
                   item["state"].text(), item["running_identifiers"].text(),
                   item["forced_reason"].text()});
    }
    session.print(table);
}

}  // namespace sup::cli
