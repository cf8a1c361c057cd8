#include "model/fanout.h"

#include <fmt/format.h>

namespace starling::model {
namespace {

// Every range with the start of the next one of its key.
std::string ranges(const JoinKeys& join, const std::string& keys) {
  return fmt::format(
      "SELECT {0}, {1} AS range_from, {2} AS range_to, lead({1}) OVER (PARTITION BY {3} ORDER BY "
      "{1}, {2}) AS next_from FROM {4} AS t WHERE {1} IS NOT NULL AND ({2} IS NULL OR {1} < {2})",
      keys, join.valid_from, join.valid_to, fmt::join(join.columns, ", "), join.relation);
}

// Ranges sorted by their start overlap anywhere only if some range overlaps the next one.
std::string overlapping_ranges(const JoinKeys& join, const std::string& keys,
                               const std::string& names) {
  return fmt::format(
      "SELECT {0}, count(*) + 1 AS n FROM ({1}) AS r WHERE next_from IS NOT NULL AND (range_to IS "
      "NULL OR next_from < range_to) GROUP BY {0}",
      names, ranges(join, keys));
}

std::string ranges_with_gaps(const JoinKeys& join, const std::string& keys,
                             const std::string& names) {
  return fmt::format(
      "SELECT {0}, count(*) AS n FROM ({1}) AS r WHERE range_to < next_from GROUP BY {0}", names,
      ranges(join, keys));
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
  // Of the keys found, those that facts have.
  auto of_facts = [&](const std::string& found) {
    return fmt::format(
        "SELECT {}, repeated.n FROM ({}) AS repeated WHERE ({}) IN (SELECT {} {}) "
        "ORDER BY repeated.n DESC, 1 LIMIT 5",
        texts, found, names, fmt::join(join.facts, ", "), join.from_facts);
  };
  if (!as_of) return {join.what, of_facts(repeated_keys(join, keys)), ""};
  return {join.what + " (its validity ranges overlap)",
          of_facts(overlapping_ranges(join, keys, names)),
          of_facts(ranges_with_gaps(join, keys, names))};
}

Result<std::vector<std::string>> describe_gaps(
    const Select& select, const std::function<Result<KeyCounts>(const std::string& sql)>& rows_of) {
  std::vector<std::string> out;
  for (const Select::FanoutCheck& check : select.fanout_checks) {
    if (check.gaps_sql.empty()) continue;
    std::string keys;
    for (const auto& [key, count] : TRY(rows_of(check.gaps_sql)))
      keys += fmt::format("{}{} ({})", keys.empty() ? "" : ", ", key, count);
    if (keys.empty()) continue;
    out.push_back(
        fmt::format("\"{}\": {} leaves gaps between its validity ranges, where it finds no row: {}",
                    select.source, check.what.substr(0, check.what.find(" (")), keys));
  }
  return out;
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
