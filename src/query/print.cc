#include "query/print.h"

#include <fmt/format.h>

#include "base/json_writer.h"
#include "query/property_formula.h"

namespace starling::query {
namespace {

using base::json_quoted;
using Op = Filter::Operator;

std::string instant(base::TimeMs time) {
  if (time.value == INT64_MIN) return "ever";
  if (time.value == INT64_MAX) return "now";
  return base::utc_text(time);
}

std::string window_text(const Window& window) {
  bool all_history = window.from.value == INT64_MIN && window.to.value == INT64_MAX;
  return all_history ? "" : fmt::format(" in [{}, {})", instant(window.from), instant(window.to));
}

std::string_view operator_text(Op op) {
  switch (op) {
    case Op::kIs:
      return "is";
    case Op::kContains:
      return "contains";
    case Op::kStartsWith:
      return "starts with";
    case Op::kEndsWith:
      return "ends with";
    case Op::kMatches:
      return "matches";
    case Op::kEqual:
      return "=";
    case Op::kLess:
      return "<";
    case Op::kLessOrEqual:
      return "<=";
    case Op::kGreater:
      return ">";
    case Op::kGreaterOrEqual:
      return ">=";
    case Op::kBetween:
      return "between";
    case Op::kOn:
      return "on";
    case Op::kBefore:
      return "before";
    case Op::kSince:
      return "since";
    case Op::kDateBetween:
      return "between dates";
    case Op::kInLast:
      return "in last";
    case Op::kIsSet:
      return "is set";
    case Op::kIn:
      return "in";
  }
  return "";
}

std::string values_text(const std::vector<event::Value>& values) {
  std::string out;
  for (const event::Value& value : values) out += (out.empty() ? "" : ", ") + event::to_json(value);
  return values.size() == 1 ? out : "[" + out + "]";
}

std::string joined(const std::vector<Filter>& children, std::string_view word) {
  std::string out;
  for (const Filter& child : children)
    out += (out.empty() ? "" : fmt::format(" {} ", word)) + print(child);
  return children.size() == 1 ? out : "(" + out + ")";
}

std::string_view aggregate_text(const Measure& measure) {
  switch (measure.aggregate) {
    case Aggregate::kSum:
      return "sum";
    case Aggregate::kAverage:
      return "avg";
    case Aggregate::kMinimum:
      return "min";
    case Aggregate::kMaximum:
      return "max";
    case Aggregate::kDistinct:
      return "distinct";
    case Aggregate::kPercentile:
      break;
  }
  if (measure.percentile == 0.25) return "p25";
  if (measure.percentile == 0.5) return "median";
  if (measure.percentile == 0.75) return "p75";
  return measure.percentile == 0.9 ? "p90" : "p99";
}

std::string_view comparison_text(CohortCondition::Comparison comparison) {
  using Comparison = CohortCondition::Comparison;
  switch (comparison) {
    case Comparison::kAtLeast:
      return "at least";
    case Comparison::kAtMost:
      return "at most";
    case Comparison::kExactly:
      return "exactly";
    case Comparison::kMoreThan:
      return "more than";
    case Comparison::kLessThan:
      return "less than";
  }
  return "";
}

std::string print(const Cohort& cohort);

std::string print(const CohortCondition& condition) {
  std::string no = condition.negated ? "not " : "";
  switch (condition.kind) {
    case CohortCondition::Kind::kDid:
      return no + fmt::format("did {}, {} {} {}{}", print(condition.selector), print(condition.of),
                              comparison_text(condition.comparison), condition.number.text(),
                              window_text(condition.window));
    case CohortCondition::Kind::kFirstDid:
      return no + "first did " + print(condition.selector) + window_text(condition.window);
    case CohortCondition::Kind::kUser:
      return no + (condition.user ? print(*condition.user) : "");
    case CohortCondition::Kind::kCohort:
      return no + fmt::format("in cohort {}", condition.cohort);
    case CohortCondition::Kind::kNested:
      return no + "(" + print(*condition.nested) + ")";
  }
  return "";
}

std::string print(const Cohort& cohort) {
  std::string out;
  for (const CohortCondition& condition : cohort.conditions) {
    out += (out.empty() ? "" : cohort.all ? " and " : " or ") + print(condition);
  }
  return out;
}

std::string print(const Breakdown& breakdown) {
  std::string out = print(breakdown.reference);
  if (!breakdown.bounds.empty()) {
    out += " in buckets from";
    for (const base::Decimal& bound : breakdown.bounds) out += " " + bound.text();
  }
  if (breakdown.bucket_size) out += " in buckets of " + breakdown.bucket_size->text();
  for (const Breakdown::Group& group : breakdown.groups) {
    out += fmt::format(", group {}: {}", json_quoted(group.name), values_text(group.values));
  }
  return out + (breakdown.at == Breakdown::At::kReturned ? " at returned" : "");
}

std::string lines(const std::vector<Breakdown>& breakdowns) {
  std::string out;
  for (const Breakdown& breakdown : breakdowns) out += "breakdown " + print(breakdown) + "\n";
  return out;
}

std::string print(const Metric& metric) {
  std::string out = fmt::format("metric {} = ", json_quoted(metric.label));
  if (auto* operand = std::get_if<int>(&metric.value)) {
    out += fmt::format("#{}", *operand);
  } else {
    out += print(std::get<Formula>(metric.value));
  }
  if (metric.rolling > 0) out += fmt::format(", rolling {}", metric.rolling);
  return out + (metric.cumulative ? ", cumulative" : "");
}

std::string range_lines(const Query& query) {
  const Range& range = query.range;
  std::string out = fmt::format("range {} to {}: [{}, {})\n", range.from_text, range.to_text,
                                base::utc_text(range.from), base::utc_text(range.to));
  const Intervals& intervals = query.intervals;
  if (intervals.unit) {
    out += fmt::format("{} intervals of one {}", intervals.labels.size(),
                       base::unit_name(*intervals.unit));
    if (!intervals.labels.empty())
      out += fmt::format(": {} to {}", intervals.labels.front(), intervals.labels.back());
    out += "\n";
  }
  return out + fmt::format("limit {}\n", query.limit);
}

std::string print(const Insights& insights) {
  std::string out;
  for (size_t i = 0; i < insights.operands.size(); ++i) {
    out += fmt::format("#{} {} of {}\n", i, print(insights.operands[i].measure),
                       print(insights.operands[i].selector));
  }
  for (const Metric& metric : insights.metrics) out += print(metric) + "\n";
  return out + lines(insights.breakdowns);
}

std::string print(const Retention& retention) {
  constexpr std::string_view kCriteria[] = {"on", "on or after", "on or before", "streak"};
  std::string out =
      fmt::format("born {}\nreturned {}\n", print(retention.born), print(retention.returned));
  out += fmt::format("{}, {}", retention.calendar ? "calendar" : "rolling",
                     kCriteria[static_cast<int>(retention.criterion)]);
  if (retention.of == Retention::Of::kUsers) out += ", users";
  if (retention.of == Retention::Of::kSum) out += ", sum " + print(*retention.property);
  if (retention.of == Retention::Of::kAverage) out += ", avg " + print(*retention.property);
  if (retention.count_birth) out += ", birth counts";
  if (retention.returned_is_born) out += ", returned is born";
  out += "\nbuckets from";
  for (int64_t start : retention.bucket_starts) out += fmt::format(" {}", start);
  return out + "\n" + lines(retention.breakdowns);
}

std::string print(const Users& users) {
  std::string out =
      users.cohort ? fmt::format("of cohort {}\n", *users.cohort) : "of all known users\n";
  if (users.where) out += "where " + print(*users.where) + "\n";
  for (const Users::ColumnOf& column : users.columns) {
    out += fmt::format("column {} = {}\n", json_quoted(column.name), print(column.reference));
  }
  for (const Users::Sort& sort : users.sort) {
    out += fmt::format("sort by {}{}\n", print(sort.reference),
                       sort.descending ? ", greatest first" : "");
  }
  return out + fmt::format("limit {} offset {}\n", users.limit, users.offset);
}

constexpr std::string_view kCounts[] = {"users", "totals", "sessions"};

std::string seconds_text(int64_t ms) { return base::Decimal{ms, 3}.normalized().text() + " s"; }

std::string hold_lines(const std::vector<Reference>& hold) {
  std::string out;
  for (const Reference& held : hold) out += "hold " + print(held) + "\n";
  return out;
}

std::string print(const Funnel& funnel) {
  std::string out;
  for (const Funnel::Step& step : funnel.steps) out += "step " + print(step.selector) + "\n";
  for (const Funnel::Exclusion& exclusion : funnel.exclusions) {
    out += fmt::format("exclude {} in gaps {} to {}\n", print(exclusion.selector),
                       exclusion.first_gap + 1, exclusion.last_gap + 1);
  }
  out += fmt::format("within {}, {}, {}, {}, grace {}\n", seconds_text(funnel.window_ms),
                     kCounts[static_cast<int>(funnel.count)],
                     funnel.optimized ? "best entry" : "first entry",
                     funnel.any_order ? "any order" : "in order", seconds_text(funnel.grace_ms));
  out += hold_lines(funnel.hold);
  if (funnel.attribute == Funnel::Attribute::kLast) out += "attribute last\n";
  if (funnel.attribute == Funnel::Attribute::kStep)
    out += fmt::format("attribute step {}\n", funnel.attribute_step + 1);
  if (funnel.where) out += "attempts where " + print(*funnel.where) + "\n";
  return out + lines(funnel.breakdowns);
}

std::string print(const Flow& flow) {
  std::string out;
  for (const Selector& anchor : flow.anchors) out += "anchor " + print(anchor) + "\n";
  out += fmt::format("{} after, {} before, {} rows, {}{}\n", flow.after, flow.before, flow.rows,
                     kCounts[static_cast<int>(flow.count)],
                     flow.collapse_repeats ? ", repeats collapsed" : "");
  if (flow.anchors.size() > 1) out += "within " + seconds_text(flow.window_ms) + "\n";
  for (const std::string& event : flow.hide) out += "hide " + event + "\n";
  out += hold_lines(flow.hold);
  if (flow.where) out += "events where " + print(*flow.where) + "\n";
  return out;
}

std::string print(const Who& who) {
  std::string out = "who";
  for (int operand : who.operands) out += fmt::format(" #{}", operand);
  out += fmt::format(", step {}, {} coordinates", who.step + 1, who.segment.size());
  if (who.interval) out += fmt::format(", interval {}", *who.interval);
  if (who.bucket) out += fmt::format(", bucket {}", *who.bucket);
  if (who.dropped) out += ", dropped";
  const Who::Node& node = who.node;
  out += fmt::format(", node {}/{}{}{}", node.anchor + 1, node.step, node.other ? " other" : "",
                     node.drop_off ? " drop-off" : "");
  for (const std::string& event : node.events) out += " " + event;
  return out + "\n" + print(who.list);
}

std::string_view name_of(const decltype(Query::report)& report) {
  constexpr std::string_view kNames[] = {"insights", "funnel", "retention", "flow", "users"};
  return kNames[report.index()];
}

}  // namespace

std::string print(const Reference& reference) {
  std::string when = reference.at_event ? " @ event" : "";
  switch (reference.kind) {
    case Reference::Kind::kEventProperty:
      return reference.property;
    case Reference::Kind::kMember:
      return reference.property + "[]." + reference.member;
    case Reference::Kind::kUserProperty:
      return "user." + reference.property + when;
    case Reference::Kind::kLookup: {
      std::string through = reference.via == Reference::Via::kUserProperty ? "user." : "";
      through += reference.property + (reference.element ? "[]" : "");
      if (!reference.member.empty()) through += "." + reference.member;
      return fmt::format("{}({}).{}{}", reference.lookup, through, reference.column, when);
    }
    case Reference::Kind::kCohort:
      return fmt::format("cohort {}", reference.cohort);
    case Reference::Kind::kTime: {
      constexpr std::string_view kParts[] = {"day_of_week", "hour_of_day", "day", "week", "month"};
      return fmt::format("time.{}", kParts[static_cast<int>(reference.time_part)]);
    }
    case Reference::Kind::kEventName:
      return "event name";
    case Reference::Kind::kFormula:
      return fmt::format("{}{} ({}){}", reference.of_user() ? "user." : "", reference.property,
                         reference.formula->text, when);
  }
  return "";
}

std::string print(const Filter& filter) {
  switch (filter.kind) {
    case Filter::Kind::kAll:
      return joined(filter.children, "and");
    case Filter::Kind::kAny:
      return joined(filter.children, "or");
    case Filter::Kind::kNot:
      return "not " + print(filter.children[0]);
    case Filter::Kind::kAnyElement:
      return fmt::format("any of {}{}: {}", filter.list,
                         filter.keep_all_items ? " (all items)" : "", print(filter.children[0]));
    case Filter::Kind::kAllElements:
      return fmt::format("all of {}: {}", filter.list, print(filter.children[0]));
    case Filter::Kind::kTest:
      break;
  }
  std::string out = print(filter.reference);
  if (filter.op == Op::kIn) return out;
  out += fmt::format(" {}", operator_text(filter.op));
  return filter.operands.empty() ? out : out + " " + values_text(filter.operands);
}

std::string print(const Selector& selector) {
  std::string out;
  for (const std::string& name : selector.events) out += (out.empty() ? "" : " | ") + name;
  if (selector.any_event) out = "any event";
  if (selector.definition) out += " such that " + print(*selector.definition);
  if (selector.first_time == FirstTime::kEver) out += ", first time ever";
  if (selector.where) out += " where " + print(*selector.where);
  if (selector.first_time == FirstTime::kMatching) out += ", first time of these";
  if (selector.report_where) out += ", report where " + print(*selector.report_where);
  return out;
}

std::string print(const Measure& measure) {
  std::string property = measure.property ? " " + print(*measure.property) : "";
  switch (measure.kind) {
    case Measure::Kind::kTotal:
      return "total";
    case Measure::Kind::kUsers:
      return "users";
    case Measure::Kind::kRollingUsers:
      return fmt::format("users in {} days", measure.rolling_days);
    case Measure::Kind::kSessions:
      return "sessions";
    case Measure::Kind::kAggregate:
      return std::string(aggregate_text(measure)) + property;
    case Measure::Kind::kPerUser:
      return fmt::format("{} per user of {}", aggregate_text(measure),
                         measure.property ? "sum" + property : "total");
    case Measure::Kind::kCohortSize:
      return "cohort size";
  }
  return "";
}

std::string print(const Formula& formula) {
  auto binary = [&](std::string_view sign) {
    return fmt::format("({} {} {})", print(formula.children[0]), sign, print(formula.children[1]));
  };
  switch (formula.kind) {
    case Formula::Kind::kOperand:
      return fmt::format("#{}", formula.operand);
    case Formula::Kind::kConstant:
      return formula.constant.text();
    case Formula::Kind::kAdd:
      return binary("+");
    case Formula::Kind::kSubtract:
      return binary("-");
    case Formula::Kind::kMultiply:
      return binary("*");
    case Formula::Kind::kDivide:
      return binary("/");
    case Formula::Kind::kNegate:
      return "-" + print(formula.children[0]);
  }
  return "";
}

std::string print(const Query& query) {
  bool has_range = !std::holds_alternative<Users>(query.report);
  std::string out = fmt::format("{}, {}, weeks from day {}, as of {}\n", name_of(query.report),
                                query.timezone_name, query.week_start, base::utc_text(query.as_of));
  if (has_range) out += range_lines(query);
  for (size_t i = 0; i < query.cohorts.size(); ++i) {
    out += fmt::format("cohort {} {}: {}\n", i, json_quoted(query.cohorts[i].name),
                       print(query.cohorts[i]));
  }
  out += std::visit([](const auto& report) { return print(report); }, query.report);
  return query.who ? out + print(*query.who) : out;
}

}  // namespace starling::query
