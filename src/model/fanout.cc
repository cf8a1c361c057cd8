#include "model/fanout.h"

#include <fmt/format.h>

namespace starling::model {
namespace {

// Ranges sorted by their start overlap anywhere only if some range overlaps the next one.
std::string overlapping_ranges(const JoinKeys& join, const std::string& keys,
                               const std::string& names) {
  return fmt::format(
      "SELECT {0}, count(*) + 1 AS n FROM (SELECT {1}, {2} AS range_from, {3} AS range_to, "
      "lead({2}) OVER (PARTITION BY {4} ORDER BY {2}, {3}) AS next_from FROM {5} AS t "
      "WHERE {2} IS NOT NULL AND ({3} IS NULL OR {2} < {3})) AS r "
      "WHERE next_from IS NOT NULL AND (range_to IS NULL OR next_from < range_to) GROUP BY {0}",
      names, keys, join.valid_from, join.valid_to, fmt::join(join.columns, ", "), join.relation);
}

std::string repeated_keys(const JoinKeys& join, const std::string& keys) {
  return fmt::format("SELECT {}, count(*) AS n FROM {} AS t GROUP BY {} HAVING count(*) > 1", keys,
                     join.relation, fmt::join(join.columns, ", "));
}

}  // namespace

Select::FanoutCheck fanout_check(const JoinKeys& join, const Dialect& dialect) {
  std::string keys, names, texts;
  for (size_t i = 0; i < join.columns.size(); ++i) {
    std::string separator = i > 0 ? ", " : "";
    keys += fmt::format("{}{} AS k_{}", separator, join.columns[i], i + 1);
    names += fmt::format("{}k_{}", separator, i + 1);
    texts += (i > 0 ? " || ', ' || " : "") + dialect.as_text(fmt::format("repeated.k_{}", i + 1));
  }
  bool as_of = !join.valid_from.empty();
  std::string found = as_of ? overlapping_ranges(join, keys, names) : repeated_keys(join, keys);
  return {as_of ? join.what + " (its validity ranges overlap)" : join.what,
          fmt::format("SELECT {}, repeated.n FROM ({}) AS repeated WHERE ({}) IN (SELECT {} {}) "
                      "ORDER BY repeated.n DESC, 1 LIMIT 5",
                      texts, found, names, fmt::join(join.facts, ", "), join.from_facts)};
}

Result<void> check_fanout(const Select& select,
                          const std::function<Result<KeyCounts>(const std::string& sql)>& rows_of) {
  for (const Select::FanoutCheck& check : select.fanout_checks) {
    std::string keys;
    for (const auto& [key, count] : TRY(rows_of(check.sql))) {
      keys += fmt::format("{}{} ({} rows)", keys.empty() ? "" : ", ", key, count);
    }
    if (keys.empty()) continue;
    return base::Error{base::Error::Code::kInvalid,
                       fmt::format("\"{}\": {} would multiply the facts: these keys match more "
                                   "than one row: {}; join on a unique key, or say "
                                   "which row is valid with as_of",
                                   select.source, check.what, keys)};
  }
  return {};
}

}  // namespace starling::model
