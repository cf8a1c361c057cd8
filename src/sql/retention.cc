// Retention: a row a segment, birth interval and bucket that has begun. Members are births; a
// series is a set of members with the returns that count in it.
#include <fmt/format.h>

#include <algorithm>

#include "sql/filter.h"
#include "sql/report.h"
#include "sql/split.h"
#include "sql/text.h"

namespace starling::sql {
namespace {

using base::Date;
using query::Breakdown;
using query::Query;
using query::Retention;
using Criterion = Retention::Criterion;

class RetentionWriter {
 public:
  RetentionWriter(Question& question, const Retention& retention)
      : question_(question), query_(question.query()), retention_(retention) {
    for (size_t i = 0; i < retention.breakdowns.size(); ++i) {
      bool born = retention.breakdowns[i].at == Breakdown::At::kBorn;
      (born ? at_born_ : at_returned_).push_back(i);
    }
  }

  std::string write() {
    question_.need_order();
    intervals_ = add_intervals(question_, false);
    write_births();
    write_returns();
    write_members();
    write_buckets();
    return write_cells();
  }

 private:
  bool values() const { return retention_.of != Retention::Of::kUsers; }

  std::vector<Breakdown> picked(const std::vector<size_t>& places) const {
    std::vector<Breakdown> out;
    for (size_t place : places) out.push_back(retention_.breakdowns[place]);
    return out;
  }

  // The coordinate of a breakdown, in the rows called `born` and `returned`.
  std::vector<std::string> coordinates(const std::string& born, const std::string& returned) const {
    std::vector<std::string> out;
    size_t b = 0, r = 0;
    for (const Breakdown& breakdown : retention_.breakdowns) {
      bool at_born = breakdown.at == Breakdown::At::kBorn;
      out.push_back(
          fmt::format("{}.coordinate_{}", at_born ? born : returned, at_born ? ++b : ++r));
    }
    return out;
  }

  void write_births() {
    SplitOptions options;
    options.prefix = "born";
    options.selector = &retention_.born;
    options.breakdowns = picked(at_born_);
    options.where = "\n  AND e.user_id IS NOT NULL";
    born_ = split(question_, options);
    births_ = question_.fresh("births");
    question_.add({births_, "the first in each interval makes a user a member of it",
                   fmt::format("SELECT m.event_id AS birth, m.user_id, m.time AS born_at, "
                               "i.\"interval\"\nFROM {} AS m\nJOIN {} AS i ON m.time >= i.starts "
                               "AND m.time < i.ends\nQUALIFY row_number() OVER (PARTITION BY "
                               "m.user_id, i.\"interval\" ORDER BY m.event_id) = 1",
                               born_.matches, intervals_),
                   true});
  }

  void write_returns() {
    SplitOptions options;
    options.prefix = "returned";
    options.selector = &retention_.returned;
    options.breakdowns = picked(at_returned_);
    if (values()) options.measured = retention_.property;
    options.where = "\n  AND e.user_id IS NOT NULL";
    returned_ = split(question_, options);
    bool birth_counts = retention_.count_birth || retention_.criterion == Criterion::kStreak;
    returns_ = question_.fresh("returns");
    question_.add({returns_, birth_counts ? "rows at or after the birth" : "rows after the birth",
                   fmt::format("SELECT b.birth, r.event_id AS returned, r.time\nFROM {} AS b\n"
                               "JOIN {} AS r ON r.user_id = b.user_id AND r.event_id {} b.birth",
                               births_, returned_.matches, birth_counts ? ">=" : ">"),
                   true});
  }

  // Members of each series, and the returns that count in it.
  void write_members() {
    std::string value = values() ? ", v.value" : "";
    std::string whole =
        values() ? fmt::format("\nJOIN {} AS v ON v.event_id = x.returned", returned_.values) : "";
    std::string members = fmt::format(
        "SELECT '[]' AS segment, b.birth, b.born_at, b.\"interval\"\nFROM {} AS b", births_);
    std::string returns =
        fmt::format("SELECT '[]' AS segment, x.birth, x.returned, x.time{}\nFROM {} AS x{}", value,
                    returns_, whole);
    std::string born_segments =
        at_born_.empty() ? ""
                         : fmt::format(
                               "\nJOIN (SELECT DISTINCT * EXCLUDE (user_id, time, value) "
                               "FROM {}) AS b ON b.event_id = x.birth",
                               born_.segments);
    if (!retention_.breakdowns.empty() && at_returned_.empty()) {
      std::string segment = segment_of(coordinates("b", ""));
      members += fmt::format(
          "\nUNION ALL\nSELECT {}, x.birth, x.born_at, x.\"interval\"\nFROM {} "
          "AS x{}",
          segment, births_, born_segments);
      returns += fmt::format(
          "\nUNION ALL\nSELECT {}, x.birth, x.returned, x.time{}\nFROM {} AS "
          "x{}{}",
          segment, value, returns_, whole, born_segments);
    }
    if (!at_returned_.empty()) {
      std::string segment = segment_of(coordinates("b", "r"));
      std::string found = question_.fresh("returns_in_segments");
      question_.add(
          {found, "the returns in each segment",
           fmt::format("SELECT {} AS segment, {} AS born_part, x.birth, x.returned, "
                       "x.time, r.value\nFROM {} AS x\nJOIN {} AS r ON r.event_id = "
                       "x.returned{}",
                       segment, born_part("b"), returns_, returned_.segments, born_segments),
           true});
      members += fmt::format(
          "\nUNION ALL\nSELECT s.segment, x.birth, x.born_at, x.\"interval\"\n"
          "FROM {} AS x{}\nJOIN (SELECT DISTINCT segment, born_part FROM {}) AS "
          "s ON s.born_part = {}",
          births_, born_segments, found, born_part("b"));
      returns += fmt::format("\nUNION ALL\nSELECT segment, birth, returned, time{}\nFROM {}",
                             values() ? ", value" : "", found);
    }
    members_ = question_.fresh("members");
    question_.add({members_, "the members of each segment's cohorts", members, true});
    counted_ = question_.fresh("counted");
    question_.add({counted_, "the returns that count in each segment", returns, true});
  }

  // The coordinates at birth alone, as one text.
  std::string born_part(const std::string& born) const {
    std::vector<std::string> parts;
    for (size_t i = 0; i < at_born_.size(); ++i)
      parts.push_back(fmt::format("{}.coordinate_{}", born, i + 1));
    return segment_of(parts);
  }

  int64_t calendar_start(size_t interval, int64_t units) const {
    Date first = *Date::parse(query_.intervals.labels[interval]);
    return query_.timezone.day_start(base::add_units(first, retention_.unit, units)).value;
  }
  int64_t elapsed(int64_t units) const {
    int64_t days = retention_.unit == base::CalendarUnit::kDay    ? 1
                   : retention_.unit == base::CalendarUnit::kWeek ? 7
                                                                  : 30;
    return units * days * base::kDayMs;
  }

  // A bucket of each birth interval: calendar ones start and end at instants, rolling ones so long
  // after the birth.
  void write_buckets() {
    buckets_ = question_.fresh("buckets");
    std::string body = "SELECT * FROM (VALUES";
    std::string comma;
    for (size_t i = 0; i < query_.intervals.labels.size(); ++i) {
      for (size_t k = 0; k + 1 < retention_.bucket_starts.size(); ++k) {
        int64_t start = retention_.bucket_starts[k], end = retention_.bucket_starts[k + 1];
        int64_t over =
            retention_.calendar ? calendar_start(i, end) : calendar_start(i, 1) + elapsed(end);
        std::string from = retention_.calendar ? instant_literal({calendar_start(i, start)})
                                               : duration_literal(elapsed(start));
        std::string to = retention_.calendar ? instant_literal({calendar_start(i, end)})
                                             : duration_literal(elapsed(end));
        body += fmt::format("{}\n  ({}, {}, {}, {}, {})", comma,
                            text_literal(query_.intervals.labels[i]), start, from, to,
                            query_.as_of.value >= over);
        comma = ",";
      }
    }
    body += "\n) AS buckets(\"interval\", bucket, starts, ends, complete)";
    question_.add({buckets_,
                   retention_.calendar ? "from one instant to another"
                                       : "from so long after the birth on, until so long after it",
                   body, false});
  }

  std::string in_window() const {
    switch (retention_.criterion) {
      case Criterion::kOn:
      case Criterion::kStreak:
        return "c.time >= w.starts AND c.time < w.ends";
      case Criterion::kOnOrAfter:
        return "c.time >= w.starts";
      case Criterion::kOnOrBefore:
        return "c.time < w.ends";
    }
    return "";
  }

  std::string write_cells() {
    std::string birth = retention_.calendar ? "" : "m.born_at + ";
    std::string windows = question_.fresh("windows");
    question_.add(
        {windows, "where each bucket lies for each member",
         fmt::format("SELECT m.segment, m.birth, m.\"interval\", k.bucket, k.complete,\n"
                     "  {0}k.starts AS starts, {0}k.ends AS ends\nFROM {1} AS m\nJOIN {2} "
                     "AS k ON k.\"interval\" = m.\"interval\"",
                     birth, members_, buckets_),
         false});
    std::string returned = question_.fresh("retained");
    std::string value = values() ? ", " + summed("c.value") + " AS value" : "";
    question_.add({returned, "",
                   fmt::format("SELECT w.segment, w.birth, w.\"interval\", w.bucket, w.complete, "
                               "w.starts,\n  count(c.returned) > 0 AS retained{}\nFROM {} AS w\n"
                               "LEFT JOIN {} AS c ON c.segment = w.segment AND c.birth = w.birth "
                               "AND {}\nGROUP BY w.segment, w.birth, w.\"interval\", w.bucket, "
                               "w.complete, w.starts",
                               value, windows, counted_, in_window()),
                   false});
    std::string cells = returned;
    if (retention_.criterion == Criterion::kStreak) {
      cells = question_.fresh("streaks");
      question_.add({cells, "in this bucket and in all before it",
                     fmt::format("SELECT * REPLACE (bool_and(retained) OVER (PARTITION BY segment, "
                                 "birth ORDER BY bucket) AS retained)\nFROM {}",
                                 returned),
                     false});
    }
    std::string last = fmt::format(
        "SELECT segment, \"interval\" AS born, count(*) AS size, bucket,\n  count(*) FILTER (WHERE "
        "retained) AS users, {} AS value, bool_and(complete) AS complete\nFROM {}\nGROUP BY "
        "segment, \"interval\", bucket\nHAVING min(starts) < {}\nORDER BY segment <> '[]', "
        "segment, born, bucket",
        final_value(), cells, instant_literal(query_.as_of));
    return last;
  }

  bool is_float() const {
    return values() && value_type(*retention_.property).type == event::Type::kFloat;
  }
  std::string summed(const std::string& sql) const {
    return fmt::format("{}({})", is_float() ? "fsum" : "sum", sql);
  }
  std::string final_value() const {
    switch (retention_.of) {
      case Retention::Of::kUsers:
        return "NULL";
      case Retention::Of::kSum:
        return fmt::format("coalesce({}, 0)", summed("value"));
      case Retention::Of::kAverage:
        return fmt::format("coalesce(CAST({} AS DOUBLE), 0) / count(*)", summed("value"));
    }
    return "NULL";
  }

  Question& question_;
  const Query& query_;
  const Retention& retention_;
  std::vector<size_t> at_born_, at_returned_;  // places among the breakdowns
  Split born_, returned_;
  std::string intervals_, births_, returns_, members_, counted_, buckets_;
};

}  // namespace

std::string retention(Question& question, const Retention& retention) {
  return RetentionWriter(question, retention).write();
}

}  // namespace starling::sql
