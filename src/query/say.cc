#include "query/say.h"

#include <fmt/format.h>

#include <algorithm>

#include "query/print.h"
#include "query/property_formula.h"

namespace starling::query {
namespace {

// "a, b and c"
std::string listed(const std::vector<std::string>& items, std::string_view last = "and") {
  std::string out;
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? fmt::format(" {} ", last) : ", ";
    out += items[i];
  }
  return out;
}

std::string property_text(const Reference& reference) {
  std::string when = reference.at_event ? " at that time" : "";
  switch (reference.kind) {
    case Reference::Kind::kEventProperty:
      return reference.property;
    case Reference::Kind::kMember:
      return reference.property + "." + reference.member;
    case Reference::Kind::kUserProperty:
      return "the user's " + reference.property + when;
    case Reference::Kind::kLookup:
      return reference.column + " of " +
             (reference.member.empty() ? reference.property : reference.member) + when;
    case Reference::Kind::kCohort:
      return "cohort";
    case Reference::Kind::kTime: {
      constexpr std::string_view kParts[] = {"day of the week", "hour of the day", "day", "week",
                                             "month"};
      return std::string(kParts[static_cast<int>(reference.time_part)]);
    }
    case Reference::Kind::kEventName:
      return "event";
    case Reference::Kind::kFormula:
      return reference.property + " (" + reference.formula->text + ")" + when;
  }
  return "";
}

std::string events_text(const Selector& selector) {
  std::string out = selector.any_event ? "any event" : listed(selector.events, "or");
  if (selector.first_time != FirstTime::kNo) out += " for the first time";
  if (selector.where) out += " where " + print(*selector.where);
  return out;
}

std::string aggregate_text(const Measure& measure) {
  switch (measure.aggregate) {
    case Aggregate::kSum:
      return "the sum of ";
    case Aggregate::kAverage:
      return "the average ";
    case Aggregate::kMinimum:
      return "the smallest ";
    case Aggregate::kMaximum:
      return "the largest ";
    case Aggregate::kDistinct:
      return "the number of different ";
    case Aggregate::kPercentile:
      break;
  }
  if (measure.percentile == 0.5) return "the median ";
  return fmt::format("the {}th percentile of ", static_cast<int>(measure.percentile * 100 + 0.5));
}

std::string operand_text(const Query& query, const Operand& operand) {
  std::string events = events_text(operand.selector);
  const Measure& measure = operand.measure;
  switch (measure.kind) {
    case Measure::Kind::kTotal:
      return "how often users did " + events;
    case Measure::Kind::kUsers:
      return "how many users did " + events;
    case Measure::Kind::kRollingUsers:
      return fmt::format("how many users did {} in the {} days up to then", events,
                         measure.rolling_days);
    case Measure::Kind::kSessions:
      return "how many sessions have " + events;
    case Measure::Kind::kAggregate:
      return aggregate_text(measure) + property_text(*measure.property) + " over " + events;
    case Measure::Kind::kPerUser:
      return aggregate_text(measure) +
             (measure.property ? "sum of " + property_text(*measure.property) : "count") +
             " a user of " + events;
    case Measure::Kind::kCohortSize: {
      auto known = std::find_if(measure.cohorts.begin(), measure.cohorts.end(),
                                [](int cohort) { return cohort >= 0; });
      std::string name =
          known == measure.cohorts.end() ? "" : query.cohorts[static_cast<size_t>(*known)].name;
      return "how many users are in the cohort " + name;
    }
  }
  return "";
}

std::string split_text(const Query& query, const std::vector<Breakdown>& breakdowns) {
  std::vector<std::string> names;
  for (const Breakdown& breakdown : breakdowns) names.push_back(property_text(breakdown.reference));
  if (names.empty()) return "";
  return fmt::format(", by {} (at most {} segments)", listed(names), query.limit);
}

std::string where_text(const std::optional<Filter>& where) {
  return where ? ", where " + print(*where) : "";
}

std::string held_text(const std::vector<Reference>& hold) {
  std::vector<std::string> names;
  for (const Reference& held : hold) names.push_back(property_text(held));
  return names.empty() ? "" : " with the same " + listed(names);
}

std::string length_text(int64_t ms) {
  auto of = [&](int64_t unit, std::string_view name) {
    return fmt::format("{} {}{}", ms / unit, name, ms == unit ? "" : "s");
  };
  if (ms % base::kDayMs == 0) return of(base::kDayMs, "day");
  if (ms % base::kHourMs == 0) return of(base::kHourMs, "hour");
  if (ms % base::kMinuteMs == 0) return of(base::kMinuteMs, "minute");
  return of(1000, "second");
}

std::string range_text(const Query& query) {
  std::string unit;
  if (query.intervals.unit) unit = fmt::format(", each {}", base::unit_name(*query.intervals.unit));
  return fmt::format("{} from {} to {} ({})", unit, query.range.from_text, query.range.to_text,
                     query.timezone_name);
}

std::string counted(int count) {
  constexpr std::string_view kWho[] = {"Users", "Attempts", "Sessions"};
  return std::string(kWho[count]);
}

struct Speaker {
  const Query& query;

  std::string operator()(const Insights& insights) const {
    std::vector<std::string> parts;
    for (const Metric& metric : insights.metrics) {
      if (const int* operand = std::get_if<int>(&metric.value)) {
        parts.push_back(operand_text(query, insights.operands[static_cast<size_t>(*operand)]));
      } else {
        parts.push_back(metric.label);
      }
    }
    std::string where;  // the report's, which every operand that counts events has
    for (const Operand& operand : insights.operands) {
      if (where.empty()) where = where_text(operand.selector.report_where);
    }
    return listed(parts) + where + split_text(query, insights.breakdowns) + range_text(query);
  }
  std::string operator()(const Funnel& funnel) const {
    std::vector<std::string> steps;
    for (const Funnel::Step& step : funnel.steps) steps.push_back(events_text(step.selector));
    std::string order = funnel.any_order ? ", in any order" : "";
    return counted(static_cast<int>(funnel.count)) + " that did " + listed(steps, "then") + order +
           held_text(funnel.hold) + ", within " + length_text(funnel.window_ms) +
           " of the first step" + where_text(funnel.where) + split_text(query, funnel.breakdowns) +
           range_text(query);
  }
  std::string operator()(const Retention& retention) const {
    constexpr std::string_view kWhen[] = {"in", "in or after", "up to the end of",
                                          "without a gap up to"};
    std::string what = retention.of == Retention::Of::kUsers ? "how many"
                       : retention.of == Retention::Of::kSum
                           ? "the sum of " + property_text(*retention.property) + " of those who"
                           : "the average " + property_text(*retention.property) + " of those who";
    return fmt::format("{} came back to {} {} each {} {} after {}{}{}{}", what,
                       events_text(retention.returned),
                       kWhen[static_cast<int>(retention.criterion)],
                       retention.calendar ? "calendar" : "whole", base::unit_name(retention.unit),
                       events_text(retention.born), where_text(retention.born.report_where),
                       split_text(query, retention.breakdowns), range_text(query));
  }
  std::string operator()(const Flow& flow) const {
    std::vector<std::string> anchors;
    for (const Selector& anchor : flow.anchors) anchors.push_back(events_text(anchor));
    return fmt::format("{} that did {}: the {} events after and the {} before{}{}{}",
                       counted(static_cast<int>(flow.count)), listed(anchors, "then"), flow.after,
                       flow.before, held_text(flow.hold), where_text(flow.where),
                       range_text(query));
  }
  std::string operator()(const Users& users) const {
    std::string who = "All known users";
    if (users.cohort) {
      const std::string& name = query.cohorts[static_cast<size_t>(*users.cohort)].name;
      who = name.empty() ? "The users that meet the conditions" : "The users in the cohort " + name;
    }
    return who + where_text(users.where);
  }
};

}  // namespace

std::string say(const Query& query) {
  std::string out = std::visit(Speaker{query}, query.report);
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 32);
  if (query.who) out = "The users behind one number of: " + out;
  return out + ".";
}

}  // namespace starling::query
