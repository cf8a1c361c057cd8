#include "report/shape_users.h"

#include "report/segment_json.h"

namespace starling::report {

std::string shape_users(const query::Query& query,
                        const std::vector<query::Users::ColumnOf>& columns,
                        const engine::UsersAnswer& answer, uint64_t events_scanned,
                        int64_t elapsed_ms) {
  base::JsonWriter out;
  begin_result(out, {"users", elapsed_ms, events_scanned}, query);
  out.key("size").unsigned_integer(answer.size);
  out.key("users").begin_list();
  for (const engine::UserRow& user : answer.users) {
    out.begin_object();
    out.key("id").text(user.id);
    for (size_t i = 0; i < columns.size(); ++i)
      out.key(columns[i].name).raw(event::to_json(user.columns[i]));
    out.end_object();
  }
  out.end_list();
  out.end_object();
  return out.take();
}

}  // namespace starling::report
