#include "sql/script.h"

#include "sql/text.h"

namespace starling::sql {

// The bodies stay at the left: a model's own SQL may hold texts of several lines, which moving
// would change.
std::string with_queries(const std::vector<NamedQuery>& queries, const std::string& last) {
  std::string out;
  for (const NamedQuery& query : queries) {
    out += out.empty() ? "WITH RECURSIVE\n" : ",\n\n";
    if (!query.about.empty()) out += comment(query.about);
    out += query.name + (query.once ? " AS MATERIALIZED (\n" : " AS (\n") + query.body + "\n)";
  }
  return out + (out.empty() ? "" : "\n\n") + last + ";\n";
}

}  // namespace starling::sql
