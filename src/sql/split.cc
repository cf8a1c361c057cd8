#include "sql/split.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"
#include "sql/filter.h"
#include "sql/text.h"

namespace starling::sql {
namespace {

using base::Decimal;
using event::Type;
using query::Breakdown;
using query::Reference;

constexpr std::string_view kNotSet = R"('{"special": "not set"}')";

std::string bucket_literal(const std::optional<Decimal>& low, const std::optional<Decimal>& high) {
  return fmt::format("'{{\"bucket\": [{}, {}]}}'", low ? low->text() : "null",
                     high ? high->text() : "null");
}

std::string among_bounds(const Breakdown& breakdown, const std::string& value,
                         const event::PropertyType& type) {
  std::string out;
  std::optional<Decimal> low;
  for (const Decimal& bound : breakdown.bounds) {
    out += fmt::format(" WHEN {} < {} THEN {}", value, value_literal({bound}, type),
                       bucket_literal(low, bound));
    low = bound;
  }
  return out + fmt::format(" ELSE {}", bucket_literal(low, std::nullopt));
}

// In whole numbers of the last digit, so that no binary float comes between: floor(v / s) * s.
std::string by_size(Question& question, const Breakdown& breakdown, const std::string& value,
                    const event::PropertyType& type) {
  if (type.type == Type::kFloat) {
    question.refuse(
        "bucket_size over a binary float cannot be said in SQL yet; buckets: [...] can");
    return "";
  }
  Decimal size = breakdown.bucket_size->normalized();
  uint8_t scale = std::max(size.scale, type.scale);
  auto digits = base::rescale(size.digits, size.scale, scale);
  if (!digits || scale > 9) {
    question.refuse("a bucket_size this fine cannot be said in SQL yet; buckets: [...] can");
    return "";
  }
  Decimal unit{1, scale};
  std::string s = Decimal{*digits, 0}.text();
  std::string n = scale == 0 ? fmt::format("CAST({} AS BIGINT)", value)
                             : fmt::format("CAST({} * {} AS BIGINT)", value,
                                           Decimal{base::power_of_ten(scale), 0}.text());
  std::string low = fmt::format("({0} - (({0} % {1}) + {1}) % {1})", n, s);
  auto text = [&](const std::string& whole) {
    if (scale == 0) return fmt::format("CAST({} AS VARCHAR)", whole);
    return fmt::format("rtrim(rtrim(CAST({} * {} AS VARCHAR), '0'), '.')", whole, unit.text());
  };
  return fmt::format(" ELSE '{{\"bucket\": [' || {} || ', ' || {} || ']}}'", text(low),
                     text("(" + low + " + " + s + ")"));
}

std::string among_groups(const Breakdown& breakdown, const std::string& value,
                         const event::PropertyType& type) {
  std::string out;
  for (const Breakdown::Group& group : breakdown.groups) {
    std::vector<std::string> literals;
    for (const event::Value& member : group.values) literals.push_back(value_literal(member, type));
    if (literals.empty()) continue;
    out += fmt::format(" WHEN {} IN ({}) THEN {}", value, joined(literals, ", "),
                       text_literal(base::json_quoted(group.name)));
  }
  return out + " ELSE '{\"special\": \"remaining values\"}'";
}

// How one breakdown of a split gets its coordinate.
struct Way {
  std::optional<ListId> list;
  bool same_element = false;  // as the measured value
  std::string column;         // coordinate_1 …
};

}  // namespace

std::string coordinate(Question& question, const Breakdown& breakdown, const std::string& value) {
  if (breakdown.reference.kind == Reference::Kind::kCohort) {
    const query::Cohort& cohort =
        question.query().cohorts[static_cast<size_t>(breakdown.reference.cohort)];
    auto text = [&](bool in) {
      return text_literal(
          fmt::format("{{\"cohort\": {}, \"in\": {}}}", base::json_quoted(cohort.name), in));
    };
    return fmt::format("CASE WHEN {} THEN {} ELSE {} END", value, text(true), text(false));
  }
  const event::PropertyType& type = value_type(breakdown.reference);
  std::string out = fmt::format("CASE WHEN {} IS NULL THEN {}", value, kNotSet);
  if (!breakdown.bounds.empty() || breakdown.bucket_size) {
    if (!type.is_number()) {
      out += " ELSE '{\"special\": \"non-numeric values\"}'";
    } else if (breakdown.bucket_size) {
      out += by_size(question, breakdown, value, type);
    } else {
      out += among_bounds(breakdown, value, type);
    }
  } else if (!breakdown.groups.empty()) {
    out += among_groups(breakdown, value, type);
  } else {
    if (type.type == Type::kText)
      out += fmt::format(" WHEN {} = '' THEN '{{\"special\": \"empty string\"}}'", value);
    out += fmt::format(" ELSE {}", json_text(value, type));
  }
  return out + " END";
}

std::string segment_of(const std::vector<std::string>& coordinates) {
  if (coordinates.empty()) return "'[]'";
  return "'[' || " + joined(coordinates, " || ', ' || ") + " || ']'";
}

std::string kept_elements(Question& question, const query::Selector& selector, const ListId& list,
                          const std::string& prefix) {
  std::string elements = question.elements(list);
  std::string keep = keeps(question, selector, list);
  if (keep.empty() && !list.of_user) return elements;
  std::string name = question.fresh(prefix + "_" + elements);
  std::string key = list.of_user ? "user_id" : "event_id";
  std::string columns = list.of_user ? "e.event_id, x.* EXCLUDE (user_id)" : "x.*";
  question.add(
      {name, "the elements that the filters leave",
       fmt::format("SELECT {0}\nFROM {1} AS x\nJOIN {2} AS e ON e.{3} = x.{3}{4}", columns,
                   elements, question.events(), key, keep.empty() ? "" : "\nWHERE " + keep),
       false});
  return name;
}

Split split(Question& question, const SplitOptions& options) {
  const std::string& prefix = options.prefix;
  Split out;
  std::string where = selects(question, *options.selector, prefix) + options.where;
  std::optional<ListId> measured_list =
      options.measured ? question.list_of(*options.measured) : std::nullopt;

  std::vector<Way> ways;
  bool aligned = false;
  std::string matches = "SELECT e.event_id, e.user_id, e.time";
  for (size_t i = 0; i < options.breakdowns.size(); ++i) {
    const Breakdown& breakdown = options.breakdowns[i];
    Way way{question.list_of(breakdown.reference), false, fmt::format("coordinate_{}", i + 1)};
    way.same_element = way.list && way.list == measured_list;
    aligned = aligned || way.same_element;
    if (!way.list) {
      std::string value = question.value(breakdown.reference, Scope{});
      matches += fmt::format(",\n  {} AS {}", coordinate(question, breakdown, value), way.column);
    }
    ways.push_back(way);
  }
  if (options.measured && !measured_list)
    matches += fmt::format(",\n  {} AS value", question.value(*options.measured, Scope{}));
  out.matches = question.fresh(prefix + "_matches");
  question.add({out.matches, "",
                fmt::format("{}\nFROM {} AS e\nWHERE {}", matches, question.events(), where),
                true});

  std::string measured_elements, measured_value = "m.value";
  if (!options.measured) measured_value = "NULL";
  if (measured_list) {
    measured_elements = kept_elements(question, *options.selector, *measured_list, prefix);
    measured_value = question.value(*options.measured, Scope{"m", false, measured_list, "x"});
  }
  std::string heads = "SELECT m.event_id, m.user_id, m.time";
  out.values = out.matches;
  if (measured_list) {
    out.values = question.fresh(prefix + "_values");
    question.add({out.values, "",
                  fmt::format("{}, {} AS value\nFROM {} AS m\nLEFT JOIN {} AS x ON x.event_id = "
                              "m.event_id",
                              heads, measured_value, out.matches, measured_elements),
                  false});
  }
  if (options.breakdowns.empty()) return out;

  std::string columns, from = fmt::format("\nFROM {} AS m", out.matches);
  if (measured_list) {
    from += fmt::format("\n{}JOIN {} AS x ON x.event_id = m.event_id", aligned ? "" : "LEFT ",
                        measured_elements);
  }
  for (size_t i = 0; i < ways.size(); ++i) {
    const Way& way = ways[i];
    const Breakdown& breakdown = options.breakdowns[i];
    std::string sql = "m." + way.column;
    if (way.same_element) {
      std::string value = question.value(breakdown.reference, Scope{"m", false, way.list, "x"});
      sql = coordinate(question, breakdown, value);
    } else if (way.list) {
      std::string elements = kept_elements(question, *options.selector, *way.list, prefix);
      std::string value = question.value(breakdown.reference, Scope{"m", false, way.list, "x"});
      std::string name = question.fresh(fmt::format("{}_{}", prefix, way.column));
      question.add(
          {name, "an event is once in each segment of its elements",
           fmt::format("SELECT DISTINCT m.event_id, {} AS {}\nFROM {} AS m\nLEFT JOIN {} "
                       "AS x ON x.event_id = m.event_id",
                       coordinate(question, breakdown, value), way.column, out.matches, elements),
           false});
      from += fmt::format("\nJOIN {0} AS {1} ON {1}.event_id = m.event_id", name,
                          fmt::format("b{}", i + 1));
      sql = fmt::format("b{}.{}", i + 1, way.column);
    }
    columns += fmt::format(",\n  {} AS {}", sql, way.column);
  }
  out.segments = question.fresh(prefix + "_segments");
  question.add({out.segments, "",
                fmt::format("{}{},\n  {} AS value{}", heads, columns, measured_value, from),
                false});
  return out;
}

std::string aggregate(query::Aggregate aggregate, double percentile, const std::string& value,
                      const event::PropertyType& type) {
  bool is_float = type.type == Type::kFloat;
  switch (aggregate) {
    case query::Aggregate::kSum:
      return fmt::format("coalesce({}({}), 0)", is_float ? "fsum" : "sum", value);
    case query::Aggregate::kAverage:
      return fmt::format("{}({})", is_float ? "favg" : "avg", value);
    case query::Aggregate::kMinimum:
      return fmt::format("min({})", value);
    case query::Aggregate::kMaximum:
      return fmt::format("max({})", value);
    case query::Aggregate::kPercentile:
      return fmt::format("quantile_cont(CAST({} AS DOUBLE), {})", value, percentile);
    case query::Aggregate::kDistinct:
      return fmt::format("count(DISTINCT {})", value);
  }
  return "NULL";
}

}  // namespace starling::sql
