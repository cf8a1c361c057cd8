// A bound question: every name resolved, every default filled in, every date turned into instants.
// What parse and bind make of a report document (reports.md) and what every engine answers. Plain
// data; print.h shows it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"
#include "event/schema.h"
#include "query/segment.h"

namespace starling::query {

struct PropertyFormula;  // property_formula.h

enum class TimePart : uint8_t { kDayOfWeek, kHourOfDay, kDay, kWeek, kMonth };

// A property reference (reports.md §1). Exactly one of the kinds; the fields it uses stand beside
// it.
struct Reference {
  enum class Kind : uint8_t {
    kEventProperty,  // property
    kMember,         // property (the list of objects) and member
    kUserProperty,   // property
    kLookup,         // lookup and column, reached from what `via` says
    kCohort,         // cohort
    kTime,           // time_part
    kEventName,
    kFormula,  // a custom property: formula, and property is its name
  };
  enum class Via : uint8_t { kEventProperty, kMember, kUserProperty };

  Kind kind = Kind::kEventProperty;
  std::string property;
  std::string member;
  std::string lookup, column;
  Via via = Via::kEventProperty;  // kLookup
  int cohort = -1;                // index into Query::cohorts
  TimePart time_part = TimePart::kDay;
  std::shared_ptr<const PropertyFormula> formula;
  event::PropertyType
      type;              // of the value; kCohort: boolean, kEventName: text, kTime: text or integer
  bool element = false;  // `property` is a list: the reference looks at one element at a time
  // kUserProperty, kLookup: what has history on the way is read as it was at the event's time;
  // else, and where there is no event, as of the report's as_of (docs/semantics/history.md).
  // kFormula: so is something that the formula reads.
  bool at_event = false;

  // Nothing of the event is read, but perhaps its time (at_event): a user property, a lookup column
  // behind one, a cohort, a formula over such.
  bool of_user() const;

  // The list of objects or list whose elements the reference looks at, or "" when it gives one
  // value an event.
  const std::string& list() const;
};

// A condition on one event (or on one user, in cohorts and in `report: users`).
struct Filter {
  enum class Kind : uint8_t { kAll, kAny, kNot, kAnyElement, kAllElements, kTest };
  enum class Operator : uint8_t {
    kIs,
    kContains,
    kStartsWith,
    kEndsWith,
    kMatches,  // text
    kEqual,
    kLess,
    kLessOrEqual,
    kGreater,
    kGreaterOrEqual,
    kBetween,  // number
    kOn,
    kBefore,
    kSince,
    kDateBetween,
    kInLast,  // date: operands are dates, both ends inclusive
    kIsSet,
    kIn,  // any type; cohort
  };

  Kind kind = Kind::kAll;
  std::vector<Filter> children;  // kAll, kAny: any number; kNot, kAnyElement, kAllElements: one
  std::string
      list;  // kAnyElement, kAllElements: whose elements; children test members of one element
  bool keep_all_items =
      false;  // kAnyElement with `items: all`: does not narrow element-level measures

  // kTest. Negative operators are bound as kNot around the positive one (reports.md §1: exact
  // negation). A test on a member or list stands inside a kAnyElement or kAllElements; bind puts
  // bare ones into kAnyElement.
  Reference reference;
  Operator op = Operator::kIsSet;
  std::vector<event::Value>
      operands;  // kIs: any of; kBetween, kDateBetween: low and high; kInLast: bound to two dates
};

enum class FirstTime : uint8_t { kNo, kEver, kMatching };

struct Selector {
  bool any_event = false;           // event: "*"
  std::vector<std::string> events;  // when not any_event; sorted, unique
  // What a custom event asks of its events, besides their names. It is part of what the event is:
  // it comes before first_time and narrows no list.
  std::optional<Filter> definition;
  FirstTime first_time = FirstTime::kNo;
  std::optional<Filter> where;         // the selector's own filters
  std::optional<Filter> report_where;  // the report's `where`; applies after first_time (§8.15)
};

struct Breakdown {
  Reference reference;
  std::vector<base::Decimal> bounds;  // buckets: ascending lower bounds; plus both open ends
  std::optional<base::Decimal> bucket_size;
  struct Group {
    std::string name;
    std::vector<event::Value> values;
  };
  std::vector<Group> groups;
  enum class At : uint8_t { kBorn, kReturned } at = At::kBorn;  // retention only
};

enum class Aggregate : uint8_t { kSum, kAverage, kMinimum, kMaximum, kPercentile, kDistinct };

struct Measure {
  enum class Kind : uint8_t {
    kTotal,
    kUsers,
    kRollingUsers,
    kSessions,
    kAggregate,
    kPerUser,
    kCohortSize,  // how many are in a cohort; the operand's selector says nothing
  };

  Kind kind = Kind::kTotal;
  int rolling_days = 0;                   // kRollingUsers
  Aggregate aggregate = Aggregate::kSum;  // kAggregate; kPerUser: the outer one
  double percentile = 0.5;                // kPercentile: 0.25, 0.5, 0.75, 0.9, 0.99
  std::optional<Reference>
      property;  // kAggregate; kPerUser of {sum: P}; absent for kPerUser of total
  // kCohortSize: indexes into Query::cohorts, one an interval as of its end, then one as of the
  // range's end; -1 = null, for what begins at or after as_of.
  std::vector<int> cohorts;
};

// A number that is counted; formulas refer to operands.
struct Operand {
  Selector selector;
  Measure measure;
};

// A formula as a tree over operand indexes and constants.
struct Formula {
  enum class Kind : uint8_t { kOperand, kConstant, kAdd, kSubtract, kMultiply, kDivide, kNegate };
  Kind kind = Kind::kOperand;
  int operand = 0;
  base::Decimal constant;
  std::vector<Formula> children;
};

struct Metric {
  std::string label;
  std::variant<int, Formula> value;  // index into Insights::operands, or a formula over them
  int rolling = 0;                   // mean of the last N intervals; 0 = off
  bool cumulative = false;
};

// Calendar intervals of the range in the report's zone. boundaries has one more entry than labels;
// interval i is [boundaries[i], boundaries[i + 1]) clipped to [from, to). Without a unit both are
// empty.
struct Intervals {
  std::optional<base::CalendarUnit> unit;
  std::vector<std::string> labels;  // "2024-09-01", hours RFC 3339 (§8.4)
  std::vector<base::TimeMs> boundaries;
};

struct Range {
  base::TimeMs from, to;           // to is exclusive; not cut at as_of
  std::string from_text, to_text;  // as the result says them
};

struct CohortCondition;

struct Cohort {
  std::string name;    // "" for a definition in place
  base::TimeMs as_of;  // events from here on are not seen, nor users known by them alone
  bool all = true;     // all of the conditions, or any
  std::vector<CohortCondition> conditions;
};

// Windows are instants: [from, to) cut at as_of; absent = all history.
struct Window {
  base::TimeMs from{INT64_MIN}, to{INT64_MAX};
};

struct CohortCondition {
  enum class Kind : uint8_t { kDid, kFirstDid, kUser, kCohort, kNested };
  enum class Comparison : uint8_t { kAtLeast, kAtMost, kExactly, kMoreThan, kLessThan };

  Kind kind = Kind::kDid;
  bool negated = false;  // did_not (bound as: not at least 1), cohort `not in`
  Selector selector;     // kDid, kFirstDid
  Window window;
  Measure of;  // kDid: kTotal, or kAggregate with sum, average, distinct
  Comparison comparison = Comparison::kAtLeast;
  base::Decimal number{1, 0};
  std::optional<Filter> user;            // kUser
  int cohort = -1;                       // kCohort: index into Query::cohorts
  std::shared_ptr<const Cohort> nested;  // kNested
};

struct Insights {
  std::vector<Operand> operands;  // letters first (shown or not), then `with`
  std::vector<Metric> metrics;    // shown rows, in order
  std::vector<Breakdown> breakdowns;
};

struct Retention {
  Selector born, returned;
  base::CalendarUnit unit = base::CalendarUnit::kDay;  // day, week, month
  std::vector<int64_t>
      bucket_starts;  // in units; bucket i is [starts[i], starts[i + 1]); the last entry only ends
  bool calendar = false;
  enum class Criterion : uint8_t {
    kOn,
    kOnOrAfter,
    kOnOrBefore,
    kStreak
  } criterion = Criterion::kOnOrAfter;
  enum class Of : uint8_t { kUsers, kSum, kAverage } of = Of::kUsers;
  std::optional<Reference> property;
  bool count_birth = false;
  bool returned_is_born = false;  // both selectors are the same text
  std::vector<Breakdown> breakdowns;
};

// An attempt takes one row a step (docs/semantics/funnel.md).
struct Funnel {
  struct Step {
    Selector selector;
    std::vector<std::string> events;  // as the document names them; "*" for any
  };
  // Ends an attempt that has matched first_gap + 1 .. last_gap + 1 steps: gap g lies between steps
  // g and g + 1, from 0.
  struct Exclusion {
    Selector selector;
    int first_gap = 0, last_gap = 0;
  };
  enum class Count : uint8_t { kUsers, kTotals, kSessions };
  enum class Attribute : uint8_t { kFirst, kLast, kStep };

  std::vector<Step> steps;  // 2 to 100; their selectors have no report_where
  int64_t window_ms = 7 * base::kDayMs;
  Count count = Count::kUsers;
  bool optimized = false;
  bool any_order = false;
  int64_t grace_ms = 2000;
  std::vector<Exclusion> exclusions;
  std::vector<Reference> hold;  // of events or users; none looks into a list
  Attribute attribute = Attribute::kFirst;
  int attribute_step = 0;  // kStep, from 0
  std::vector<Breakdown> breakdowns;
  std::optional<Filter> where;  // the report's: on an attempt's attributed values (§8.25)
};

// What users do right after and right before (docs/semantics/flow.md).
struct Flow {
  enum class Count : uint8_t { kUsers, kTotals, kSessions };

  std::vector<Selector> anchors;  // at least one, in order; the report's where is theirs, too
  int after = 3, before = 0;
  uint64_t rows = 5;
  Count count = Count::kUsers;
  int64_t window_ms = 30 * base::kDayMs;  // from the first anchor to the last
  bool collapse_repeats = false;
  std::vector<std::string> hide;  // sorted; never hides an anchor's own row
  std::vector<Reference> hold;    // as in funnels
  std::optional<Filter> where;    // the report's: on every event of the flow
};

struct Users {
  std::optional<int> cohort;    // index into Query::cohorts
  std::optional<Filter> where;  // on user properties and cohorts
  struct Sort {
    Reference reference;
    bool descending = false;
  };
  struct ColumnOf {
    std::string name;  // the key in the result
    Reference reference;
  };
  std::vector<ColumnOf> columns;
  std::vector<Sort> sort;
  uint64_t limit = 100, offset = 0;
};

// Which cell of a report is asked "who is this?" (§8.36). The answer lists its users, counted by
// the same rules as its number.
struct Who {
  struct Node {
    int anchor = 0, step = 0;
    bool drop_off = false;
    bool other = false;               // any event but `events`; else any of them
    std::vector<std::string> events;  // sorted
  };

  std::vector<int> operands;       // insights: whoever is behind any of them
  Segment segment;                 // empty: all
  std::optional<size_t> interval;  // insights and funnels: absent = the whole range; retention: set
  size_t step = 0;                 // funnel, from 0
  bool dropped =
      false;  // funnel: reached the step before but not this one; retention: not retained
  std::optional<size_t> bucket;  // retention; absent: everyone born in the interval
  Node node;                     // flow
  Users list;  // columns, sort, limit and offset of the list; its cohort and where are absent
};

struct Query {
  std::string timezone_name;
  base::TimeZone timezone = base::TimeZone::utc();
  int week_start = 0;
  base::TimeMs as_of;
  Range range;          // insights; bounds first steps, births, anchors
  Intervals intervals;  // insights, funnel (trend); retention: birth intervals
  uint64_t limit = 12;
  std::vector<Cohort>
      cohorts;  // every cohort the question needs; each comes after those it refers to
  int64_t session_timeout_ms = 30 * base::kMinuteMs;  // a longer pause ends a session
  std::variant<Insights, Funnel, Retention, Flow, Users> report;
  std::optional<Who> who;  // then the answer is a list of users; never with Users
};

}  // namespace starling::query
