// Insights: a row a segment and interval, a column a metric. Every operand is counted by itself,
// then they are put side by side, and formulas are arithmetic over columns.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "query/print.h"
#include "sql/filter.h"
#include "sql/report.h"
#include "sql/split.h"
#include "sql/text.h"

namespace starling::sql {
namespace {

using base::Date;
using base::TimeMs;
using query::Formula;
using query::Insights;
using query::Measure;
using query::Query;

struct Interval {
  std::string label;
  TimeMs from, to;
};

std::string intervals_body(const std::vector<Interval>& intervals) {
  std::string out = "SELECT * FROM (VALUES";
  for (size_t i = 0; i < intervals.size(); ++i) {
    out +=
        fmt::format("{}\n  ({}, {}, {}, {})", i == 0 ? "" : ",", text_literal(intervals[i].label),
                    i + 1, instant_literal(intervals[i].from), instant_literal(intervals[i].to));
  }
  return out + "\n) AS intervals(\"interval\", position, starts, ends)";
}

std::vector<Interval> intervals_of(const Query& query, bool overall) {
  std::vector<Interval> out;
  for (size_t i = 0; i < query.intervals.labels.size(); ++i) {
    out.push_back({query.intervals.labels[i],
                   std::max(query.intervals.boundaries[i], query.range.from),
                   std::min(query.intervals.boundaries[i + 1], query.range.to)});
  }
  if (overall) out.push_back({"overall", query.range.from, query.range.to});
  return out;
}

Date last_date_of_range(const Query& query) {
  if (auto date = Date::parse(query.range.to_text)) return *date;
  return query.timezone.to_local({query.range.to.value - 1}).date;
}

Date last_date_of_interval(const Query& query, size_t i) {
  if (*query.intervals.unit == base::CalendarUnit::kHour)
    return query.timezone.to_local(query.intervals.boundaries[i]).date;
  Date first = *Date::parse(query.intervals.labels[i]);
  return Date{base::add_units(first, *query.intervals.unit, 1).days - 1};
}

// Each interval as the N local days that end with its last day, cut where the range ends (§8.11).
std::vector<Interval> rolling_intervals(const Query& query, int days) {
  std::vector<Interval> out = intervals_of(query, true);
  Date last_of_range = last_date_of_range(query);
  for (size_t i = 0; i < out.size(); ++i) {
    bool overall = i + 1 == out.size();
    Date last = overall ? last_of_range : std::min(last_date_of_interval(query, i), last_of_range);
    out[i].from = query.timezone.day_start(Date{last.days - days + 1});
    out[i].to = std::min(query.timezone.day_start(Date{last.days + 1}), query.range.to);
  }
  return out;
}

// Over nothing these are 0, everything else is null (§8.14).
bool adds_up(const Measure& measure) {
  switch (measure.kind) {
    case Measure::Kind::kTotal:
    case Measure::Kind::kUsers:
    case Measure::Kind::kRollingUsers:
    case Measure::Kind::kSessions:
      return true;
    case Measure::Kind::kAggregate:
      return measure.aggregate == query::Aggregate::kSum ||
             measure.aggregate == query::Aggregate::kDistinct;
    case Measure::Kind::kPerUser:
    case Measure::Kind::kCohortSize:
      return false;
  }
  return false;
}

std::string number_of(const Measure& measure) {
  static const event::PropertyType kCount{event::Type::kInteger};
  switch (measure.kind) {
    case Measure::Kind::kTotal:
      return "count(*)";
    case Measure::Kind::kUsers:
    case Measure::Kind::kRollingUsers:
      return "count(DISTINCT t.user_id)";
    case Measure::Kind::kAggregate: {
      const event::PropertyType& type = value_type(*measure.property);
      return aggregate(measure.aggregate, measure.percentile, "t.value", type);
    }
    case Measure::Kind::kPerUser:
      return aggregate(measure.aggregate, measure.percentile, "t.value",
                       measure.property ? value_type(*measure.property) : kCount);
    case Measure::Kind::kSessions:
    case Measure::Kind::kCohortSize:
      break;
  }
  return "NULL";
}

void collect(const Formula& formula, std::set<int>& out) {
  if (formula.kind == Formula::Kind::kOperand) out.insert(formula.operand);
  for (const Formula& child : formula.children) collect(child, out);
}

std::string letter(int operand) {
  if (operand < 26) return std::string(1, static_cast<char>('a' + operand));
  return fmt::format("x{}", operand + 1);
}

// Writes the queries of one operand.
class OperandWriter {
 public:
  OperandWriter(Question& question, const Insights& insights, int operand)
      : question_(question),
        insights_(insights),
        operand_(insights.operands[static_cast<size_t>(operand)]),
        prefix_(letter(operand)) {}

  struct Names {
    std::string entries, numbers;
  };

  Names write(const std::string& shared_intervals) {
    const Measure& measure = operand_.measure;
    std::string intervals = shared_intervals;
    std::vector<Interval> own = intervals_of(question_.query(), true);
    if (measure.kind == Measure::Kind::kRollingUsers) {
      own = rolling_intervals(question_.query(), measure.rolling_days);
      intervals = question_.fresh(prefix_ + "_intervals");
      question_.add(
          {intervals,
           fmt::format("the {} days up to the end of each interval", measure.rolling_days),
           intervals_body(own), false});
    }
    std::string entries = write_entries(own);
    std::string counted = entries;
    if (measure.kind == Measure::Kind::kPerUser) counted = write_users(entries, intervals);
    return {entries, write_numbers(counted, intervals)};
  }

 private:
  // A row a match, or a match and value, under the row of all and under each of its segments.
  std::string write_entries(const std::vector<Interval>& intervals) {
    // A segment seen anywhere in the range has a row, also where a rolling window is shorter.
    TimeMs from = question_.query().range.from, to = question_.query().range.to;
    for (const Interval& interval : intervals) from = std::min(from, interval.from);
    SplitOptions options;
    options.prefix = prefix_;
    options.selector = &operand_.selector;
    options.breakdowns = insights_.breakdowns;
    options.measured = operand_.measure.property;
    options.where = fmt::format("\n  AND e.time >= {}\n  AND e.time < {}", instant_literal(from),
                                instant_literal(to));
    Split parts = split(question_, options);
    std::string value = options.measured ? ", value" : "";
    std::string body = fmt::format("SELECT '[]' AS segment, event_id, user_id, time{}\nFROM {}",
                                   value, parts.values);
    if (!parts.segments.empty()) {
      std::vector<std::string> coordinates;
      for (size_t i = 0; i < insights_.breakdowns.size(); ++i)
        coordinates.push_back(fmt::format("coordinate_{}", i + 1));
      body += fmt::format("\nUNION ALL\nSELECT {}, event_id, user_id, time{}\nFROM {}",
                          segment_of(coordinates), value, parts.segments);
    }
    std::string name = question_.fresh(prefix_ + "_entries");
    question_.add({name, "", body, true});
    return name;
  }

  std::string write_users(const std::string& entries, const std::string& intervals) {
    std::string inner = operand_.measure.property ? "coalesce(sum(t.value), 0)" : "count(*)";
    if (operand_.measure.property &&
        value_type(*operand_.measure.property).type == event::Type::kFloat)
      inner = "coalesce(fsum(t.value), 0)";
    std::string name = question_.fresh(prefix_ + "_users");
    question_.add(
        {name, "the inner number of each user with a match",
         fmt::format("SELECT t.segment, i.\"interval\", t.user_id, {} AS value\nFROM {} AS t\nJOIN "
                     "{} AS i ON t.time >= i.starts AND t.time < i.ends\nWHERE t.user_id IS NOT "
                     "NULL\nGROUP BY t.segment, i.\"interval\", t.user_id",
                     inner, entries, intervals),
         false});
    return name;
  }

  std::string write_numbers(const std::string& counted, const std::string& intervals) {
    std::string from = fmt::format("FROM {} AS t", counted);
    std::string interval = "t.\"interval\"";
    if (operand_.measure.kind != Measure::Kind::kPerUser) {
      interval = "i.\"interval\"";
      from += fmt::format("\nJOIN {} AS i ON t.time >= i.starts AND t.time < i.ends", intervals);
    }
    std::string name = question_.fresh(prefix_ + "_numbers");
    question_.add({name, "",
                   fmt::format("SELECT t.segment, {0}, {1} AS value\n{2}\nGROUP BY t.segment, {0}",
                               interval, number_of(operand_.measure), from),
                   false});
    return name;
  }

  Question& question_;
  const Insights& insights_;
  const query::Operand& operand_;
  std::string prefix_;
};

// Binary floats from here on: a ratio has no last digit.
std::string formula_sql(const Formula& formula, const Insights& insights) {
  auto child = [&](size_t i) { return formula_sql(formula.children[i], insights); };
  switch (formula.kind) {
    case Formula::Kind::kOperand:
      return fmt::format("CAST(numbers.{} AS DOUBLE)", letter(formula.operand));
    case Formula::Kind::kConstant:
      return fmt::format("CAST('{}' AS DOUBLE)", formula.constant.text());
    case Formula::Kind::kAdd:
      return fmt::format("({} + {})", child(0), child(1));
    case Formula::Kind::kSubtract:
      return fmt::format("({} - {})", child(0), child(1));
    case Formula::Kind::kMultiply:
      return fmt::format("({} * {})", child(0), child(1));
    case Formula::Kind::kDivide:
      return fmt::format("({} / nullif({}, 0))", child(0), child(1));
    case Formula::Kind::kNegate:
      return fmt::format("(-{})", child(0));
  }
  return "NULL";
}

std::string metric_sql(const query::Metric& metric, const Insights& insights) {
  std::string sql;
  if (const int* operand = std::get_if<int>(&metric.value)) {
    sql = "numbers." + letter(*operand);
  } else {
    sql = formula_sql(std::get<Formula>(metric.value), insights);
  }
  if (!metric.cumulative) return sql;
  return fmt::format(
      "CASE WHEN numbers.\"interval\" = 'overall' THEN {0} ELSE sum({0}) OVER (PARTITION BY "
      "numbers.segment, numbers.\"interval\" = 'overall' ORDER BY numbers.position) END",
      sql);
}

std::set<int> shown_operands(const Insights& insights) {
  std::set<int> out;
  for (const query::Metric& metric : insights.metrics) {
    if (const int* operand = std::get_if<int>(&metric.value)) {
      out.insert(*operand);
    } else {
      collect(std::get<Formula>(metric.value), out);
    }
  }
  return out;
}

void refuse_what_cannot_be_said(Question& question, const Insights& insights,
                                const std::set<int>& operands) {
  for (int operand : operands) {
    Measure::Kind kind = insights.operands[static_cast<size_t>(operand)].measure.kind;
    if (kind == Measure::Kind::kSessions)
      question.refuse("sessions cannot be said in SQL yet; totals, users and values can");
    if (kind == Measure::Kind::kCohortSize) {
      question.refuse(
          "the size of a cohort over time cannot be said in SQL yet; a cohort as filter or "
          "breakdown can");
    }
  }
  for (const query::Metric& metric : insights.metrics) {
    if (metric.rolling > 0) {
      question.refuse(
          "a rolling mean looks at intervals before the range and cannot be said in "
          "SQL yet; the metric without rolling can");
    }
  }
}

}  // namespace

std::string add_intervals(Question& question, bool overall) {
  std::string name = question.fresh("intervals");
  question.add(
      {name, "half-open, in UTC", intervals_body(intervals_of(question.query(), overall)), false});
  return name;
}

std::string insights(Question& question, const Insights& insights) {
  std::set<int> operands = shown_operands(insights);
  refuse_what_cannot_be_said(question, insights, operands);
  std::string intervals = add_intervals(question, true);
  std::string segments = "SELECT '[]' AS segment", columns, joins;
  for (int operand : operands) {
    auto names = OperandWriter(question, insights, operand).write(intervals);
    segments += fmt::format("\nUNION\nSELECT segment FROM {}", names.entries);
    const Measure& measure = insights.operands[static_cast<size_t>(operand)].measure;
    std::string value = letter(operand) + "_.value";
    columns += fmt::format(",\n  {} AS {}", adds_up(measure) ? "coalesce(" + value + ", 0)" : value,
                           letter(operand));
    joins += fmt::format(
        "\nLEFT JOIN {0} AS {1}_ ON {1}_.segment = s.segment AND {1}_.\"interval\" = "
        "i.\"interval\"",
        names.numbers, letter(operand));
  }
  std::string all_segments = question.fresh("segments");
  question.add({all_segments, "the row over all segments is []", segments, false});
  std::string numbers = question.fresh("numbers");
  question.add({numbers, "",
                fmt::format("SELECT s.segment, i.\"interval\", i.position{}\nFROM {} AS s\nCROSS "
                            "JOIN {} AS i{}",
                            columns, all_segments, intervals, joins),
                false});
  std::string out = "SELECT\n  numbers.segment,\n  numbers.\"interval\"";
  for (const query::Metric& metric : insights.metrics)
    out += fmt::format(",\n  {} AS {}", metric_sql(metric, insights), quoted_name(metric.label));
  return out + fmt::format(
                   "\nFROM {} AS numbers\nORDER BY numbers.segment <> '[]', "
                   "numbers.segment, numbers.position",
                   numbers);
}

}  // namespace starling::sql
