// Funnels in sequence with the first entry (docs/semantics/funnel.md). One recursive query moves
// every attempt on by one step at a time: it takes the first row in order that fits the next step,
// or ends, and where attempts follow one another the next one opens behind its end. What follows
// gives each attempt its segments and counts how far it came.
#include <fmt/format.h>

#include <algorithm>

#include "query/print.h"
#include "sql/filter.h"
#include "sql/report.h"
#include "sql/split.h"
#include "sql/text.h"

namespace starling::sql {
namespace {

using query::Breakdown;
using query::Filter;
using query::Funnel;
using query::Reference;

constexpr std::string_view kNotSetText = R"('{"special": "not set"}')";

class FunnelWriter {
 public:
  FunnelWriter(Question& question, const Funnel& funnel) : question_(question), funnel_(funnel) {}

  std::string write() {
    if (funnel_.any_order)
      question_.refuse("funnels with order: any cannot be said in SQL yet; order: sequence can");
    if (funnel_.optimized)
      question_.refuse("funnels with reentry: optimized cannot be said in SQL yet; first can");
    if (funnel_.count == Funnel::Count::kSessions)
      question_.refuse("sessions cannot be said in SQL yet; count: users and totals can");
    if (question_.refusal()) return "";
    question_.need_order();
    intervals_ = add_intervals(question_, true);
    write_rows();
    write_openings();
    write_attempts();
    write_taken();
    std::string passing = write_passing();
    write_counted(passing);
    return write_steps();
  }

 private:
  bool counts_users() const { return funnel_.count == Funnel::Count::kUsers; }
  // Whether an attempt is followed by another one of the same rows.
  bool repeats() const { return !counts_users() || !funnel_.breakdowns.empty(); }

  // The rows that are a step or an exclusion, those with all held values.
  void write_rows() {
    std::vector<std::string> steps, excludes, any, held;
    for (size_t k = 0; k < funnel_.steps.size(); ++k) {
      steps.push_back(flag(funnel_.steps[k].selector, fmt::format("step_{}", k + 1)));
    }
    std::vector<std::string> exclusions;
    for (size_t x = 0; x < funnel_.exclusions.size(); ++x)
      exclusions.push_back(
          flag(funnel_.exclusions[x].selector, fmt::format("exclusion_{}", x + 1)));
    for (size_t gap = 0; gap + 1 < funnel_.steps.size(); ++gap) {
      std::vector<std::string> here;
      for (size_t x = 0; x < funnel_.exclusions.size(); ++x) {
        const Funnel::Exclusion& exclusion = funnel_.exclusions[x];
        bool covers = static_cast<size_t>(exclusion.first_gap) <= gap &&
                      gap <= static_cast<size_t>(exclusion.last_gap);
        if (covers) here.push_back(exclusions[x]);
      }
      excludes.push_back(here.empty() ? "false" : joined(here, " OR "));
    }
    std::string where = "e.user_id IS NOT NULL";
    for (const Reference& reference : funnel_.hold) {
      std::string value = question_.value(reference, Scope{});
      held.push_back(json_text(value, value_type(reference)));
      where += fmt::format("\n  AND {} IS NOT NULL", value);
    }
    rows_ = question_.fresh("funnel_rows");
    std::string body = fmt::format(
        "SELECT * FROM (\nSELECT e.event_id, e.user_id, e.time, {} AS held,\n  [{}] AS steps,\n  "
        "[{}] AS excludes\nFROM {} AS e\nWHERE {}\n)\nWHERE list_bool_or(steps) OR "
        "list_bool_or(excludes)",
        segment_of(held), joined(steps, ",\n   "), joined(excludes, ",\n   "), question_.events(),
        where);
    question_.add({rows_,
                   "which steps each row fits, and in which gaps between steps it ends an "
                   "attempt",
                   body, true});
  }

  std::string flag(const query::Selector& selector, const std::string& prefix) {
    return fmt::format("coalesce({}, false)", selects(question_, selector, prefix));
  }

  bool is_open_to(const Reference& held) const {
    return std::ranges::any_of(funnel_.breakdowns, [&](const Breakdown& breakdown) {
      return query::print(held) == query::print(breakdown.reference);
    });
  }

  // Where attempts may open: a user's rows, one group a tuple of held values. When users are
  // counted, only the group with the user's first opening counts, unless a breakdown asks for the
  // held value itself.
  void write_openings() {
    std::string body = fmt::format(
        "SELECT o.\"interval\", r.user_id, r.held, min(r.event_id) AS opening, arg_min(r.time, "
        "r.event_id) AS opened_at\nFROM {} AS r\nJOIN {} AS o ON r.time >= o.starts AND r.time < "
        "o.ends\nWHERE r.steps[1]\nGROUP BY o.\"interval\", r.user_id, r.held",
        rows_, intervals_);
    bool every_group = !counts_users() || std::ranges::any_of(funnel_.hold, [&](const auto& held) {
      return is_open_to(held);
    });
    if (!every_group) {
      body +=
          "\nQUALIFY row_number() OVER (PARTITION BY o.\"interval\", r.user_id ORDER BY "
          "min(r.event_id)) = 1";
    }
    openings_ = question_.fresh("openings");
    question_.add({openings_, "the first opening of each user", body, true});
  }

  // State: rows and times taken so far, rows used by attempts before, and whether it has ended;
  // with which row it ended (none: with its window).
  void write_attempts() {
    std::string window = duration_literal(funnel_.window_ms);
    std::string grace = duration_literal(funnel_.grace_ms);
    std::string late_enough =
        funnel_.grace_ms == 0 ? "r.time > a.times[-1]" : "r.time >= a.times[-1] - " + grace;
    attempts_ = question_.fresh("attempts");
    std::string start = fmt::format(
        "SELECT \"interval\", user_id, held, opening, opened_at, [opening] AS taken, [opened_at] "
        "AS "
        "times,\n  CAST([] AS BIGINT[]) AS used, false AS ended, CAST(NULL AS BIGINT) AS "
        "ended_with\nFROM {}",
        openings_);
    std::string next = fmt::format(
        "SELECT a.*, min(r.event_id) AS next, arg_min(r.time, r.event_id) AS next_at\n    FROM {0} "
        "AS a\n    LEFT JOIN {1} AS r ON r.user_id = a.user_id AND r.held = a.held AND "
        "r.steps[len(a.taken) + 1] AND {2}\n      AND NOT list_contains(a.taken, r.event_id) AND "
        "NOT list_contains(a.used, r.event_id)\n    WHERE NOT a.ended\n    GROUP BY ALL",
        attempts_, rows_, late_enough);
    std::string reached = fmt::format(
        "SELECT n.* REPLACE (CASE WHEN next_at <= opened_at + {0} THEN next END AS next,\n      "
        "CASE "
        "WHEN next_at <= opened_at + {0} THEN next_at END AS next_at)\n  FROM (\n    {1}\n  ) AS n",
        window, next);
    std::string excluded = "CAST(NULL AS BIGINT) AS excluded_by FROM (\n  " + reached + "\n) AS n";
    if (!funnel_.exclusions.empty()) {
      excluded = fmt::format(
          "min(x.event_id) AS excluded_by FROM (\n  {}\n) AS n\nLEFT JOIN {} AS x ON x.user_id = "
          "n.user_id AND x.held = n.held AND x.excludes[len(n.taken)] AND x.time > n.times[-1] + "
          "{}\n  AND CASE WHEN n.next IS NULL THEN x.time <= n.opened_at + {} ELSE x.time < "
          "n.next_at - {} END\nGROUP BY ALL",
          reached, rows_, grace, window, grace);
    }
    // The column of the list grows only where a row is taken.
    std::string moved = fmt::format(
        "SELECT \"interval\", user_id, held, opening, opened_at,\n  CASE WHEN goes_on THEN "
        "list_append(taken, next) ELSE taken END,\n  CASE WHEN goes_on THEN list_append(times, "
        "greatest(times[-1], next_at)) ELSE times END,\n  used,\n  NOT goes_on OR len(taken) + 1 = "
        "{0},\n  CASE WHEN goes_on THEN CASE WHEN len(taken) + 1 = {0} THEN "
        "list_max(list_append(taken, next)) END ELSE excluded_by END\nFROM (\nSELECT *, "
        "excluded_by "
        "IS NULL AND next IS NOT NULL AS goes_on FROM (\nSELECT n.*, {1}\n)\n)",
        funnel_.steps.size(), excluded);
    std::string body = start + "\nUNION ALL\n";
    if (!repeats()) {
      body += moved;
    } else {
      std::string reopened = fmt::format(
          "SELECT a.\"interval\", a.user_id, a.held, min(r.event_id), arg_min(r.time, "
          "r.event_id),\n  [min(r.event_id)], [arg_min(r.time, r.event_id)], list_concat(a.used, "
          "a.taken), false, CAST(NULL AS BIGINT)\nFROM {0} AS a\nJOIN {1} AS o ON o.\"interval\" = "
          "a.\"interval\"\nJOIN {2} AS r ON r.user_id = a.user_id AND r.held = a.held AND "
          "r.steps[1] AND r.time >= o.starts AND r.time < o.ends\n  AND NOT list_contains(a.taken, "
          "r.event_id) AND NOT list_contains(a.used, r.event_id)\n  AND CASE WHEN a.ended_with IS "
          "NULL THEN r.time > a.opened_at + {3} ELSE r.event_id > a.ended_with END\nWHERE a.ended\n"
          "GROUP BY a.\"interval\", a.user_id, a.held, a.opening, a.used, a.taken",
          attempts_, intervals_, rows_, window);
      body += "(\n" + moved + "\nUNION ALL\n" + reopened + "\n)";
    }
    question_.add({attempts_, "every attempt, step by step", body, false});
  }

  void write_taken() {
    taken_ = question_.fresh("taken");
    question_.add({taken_, "the rows of each attempt",
                   fmt::format("SELECT \"interval\", opening, unnest(taken) AS event_id, "
                               "unnest(range(1, len(taken) + 1)) AS step\nFROM {}\nWHERE ended",
                               attempts_),
                   true});
  }

  // An aggregate over an attempt's rows: what the row says that the attribution picks among those
  // where `is_set`.
  std::string attributed(const std::string& sql, const std::string& is_set) const {
    switch (funnel_.attribute) {
      case Funnel::Attribute::kFirst:
        return fmt::format("arg_min({}, t.step) FILTER (WHERE {})", sql, is_set);
      case Funnel::Attribute::kLast:
        return fmt::format("arg_max({}, t.step) FILTER (WHERE {})", sql, is_set);
      case Funnel::Attribute::kStep:
        return fmt::format("arg_min({}, t.step) FILTER (WHERE t.step = {} AND {})", sql,
                           funnel_.attribute_step + 1, is_set);
    }
    return "";
  }

  // The report's where on attributed values (§8.25): each test, and each quantifier as a whole, by
  // the row that is picked for it.
  std::string judged(const Filter& filter) {
    std::vector<std::string> parts;
    switch (filter.kind) {
      case Filter::Kind::kAll:
      case Filter::Kind::kAny:
        for (const Filter& child : filter.children) parts.push_back(judged(child));
        if (parts.empty()) return filter.kind == Filter::Kind::kAll ? "true" : "false";
        return "(" + joined(parts, filter.kind == Filter::Kind::kAll ? " AND " : " OR ") + ")";
      case Filter::Kind::kNot:
        return "NOT (" + judged(filter.children[0]) + ")";
      case Filter::Kind::kAnyElement:
      case Filter::Kind::kAllElements:
      case Filter::Kind::kTest:
        break;
    }
    std::string is_set = "true";
    if (auto list = question_.list_within(filter)) {
      std::string key = list->of_user ? "user_id" : "event_id";
      is_set = fmt::format("EXISTS (SELECT 1 FROM {} AS x WHERE x.{} = e.{})",
                           question_.elements(*list), key, key);
    } else if (filter.reference.kind != Reference::Kind::kCohort) {
      is_set = question_.value(filter.reference, Scope{}) + " IS NOT NULL";
    }
    size_t number = tests_.size() + 1;
    tests_.push_back(fmt::format("{} AS passes_{}, {} AS is_set_{}",
                                 condition(question_, filter, Scope{}, true), number, is_set,
                                 number));
    return fmt::format("coalesce({}, false)", attributed(fmt::format("t.passes_{}", number),
                                                         fmt::format("t.is_set_{}", number)));
  }

  std::string write_passing() {
    std::string passing = question_.fresh("passing");
    std::string body = fmt::format(
        "SELECT a.\"interval\", a.user_id, a.opening, a.times\nFROM {} AS a\nWHERE a.ended",
        attempts_);
    if (funnel_.where) {
      std::string tests = judged(*funnel_.where);
      body = fmt::format(
          "SELECT a.\"interval\", a.user_id, a.opening, a.times\nFROM {} AS a\nJOIN (\n  SELECT "
          "t.\"interval\", t.opening\n  FROM (\n    SELECT t.*,\n      {}\n    FROM {} AS t\n    "
          "JOIN "
          "{} AS e ON e.event_id = t.event_id\n  ) AS t\n  GROUP BY t.\"interval\", t.opening\n  "
          "HAVING {}\n) AS j ON j.\"interval\" = a.\"interval\" AND j.opening = a.opening\nWHERE "
          "a.ended",
          attempts_, joined(tests_, ",\n      "), taken_, question_.events(), tests);
    }
    question_.add({passing, "the attempts that pass the report's filters", body, true});
    return passing;
  }

  // The coordinates of each attempt on a breakdown.
  std::string write_coordinates(const Breakdown& breakdown, size_t number) {
    std::string name = question_.fresh(fmt::format("coordinate_{}", number));
    std::optional<ListId> list = question_.list_of(breakdown.reference);
    if (!list) {
      std::string value = question_.value(breakdown.reference, Scope{});
      std::string picked = attributed("t.coordinate", "t.is_set");
      question_.add({name, "",
                     fmt::format("SELECT t.\"interval\", t.opening, coalesce({}, {}) AS "
                                 "coordinate\nFROM (\n  SELECT t.*, {} AS coordinate, {} IS NOT "
                                 "NULL AS is_set\n  FROM {} AS t\n  JOIN {} AS e ON e.event_id = "
                                 "t.event_id\n) AS t\nGROUP BY t.\"interval\", t.opening",
                                 picked, kNotSetText, coordinate(question_, breakdown, value),
                                 value, taken_, question_.events()),
                     false});
      return name;
    }
    std::string value = question_.value(breakdown.reference, Scope{"e", false, list, "x"});
    std::string keep;
    for (size_t k = 0; k < funnel_.steps.size(); ++k) {
      std::string own = keeps(question_, funnel_.steps[k].selector, *list);
      keep += fmt::format(" WHEN {} THEN {}", k + 1, own.empty() ? "true" : own);
    }
    std::string each = question_.fresh(name + "_of_rows");
    question_.add(
        {each, "the coordinates of each row taken",
         fmt::format("SELECT DISTINCT t.\"interval\", t.opening, t.step, {} AS coordinate\nFROM {} "
                     "AS t\nJOIN {} AS e ON e.event_id = t.event_id\nJOIN {} AS x ON x.{} = e.{}\n"
                     "WHERE CASE t.step{} END",
                     coordinate(question_, breakdown, value), taken_, question_.events(),
                     question_.elements(*list), list->of_user ? "user_id" : "event_id",
                     list->of_user ? "user_id" : "event_id", keep),
         false});
    std::string picked = attributed("t.step", fmt::format("t.coordinate <> {}", kNotSetText));
    question_.add(
        {name, "those of the row that says it",
         fmt::format("SELECT a.\"interval\", a.opening, coalesce(t.coordinate, {0}) AS coordinate\n"
                     "FROM (SELECT DISTINCT \"interval\", opening FROM {1}) AS a\nLEFT JOIN (\n  "
                     "SELECT t.\"interval\", t.opening, {2} AS step\n  FROM {3} AS t\n  GROUP BY "
                     "t.\"interval\", t.opening\n) AS p ON p.\"interval\" = a.\"interval\" AND "
                     "p.opening = a.opening\nLEFT JOIN {3} AS t ON t.\"interval\" = p.\"interval\" "
                     "AND t.opening = p.opening AND t.step = p.step",
                     kNotSetText, taken_, picked, each),
         false});
    return name;
  }

  // Which attempts count in which segment: when users are counted, each user's first.
  void write_counted(const std::string& passing) {
    // The row over all segments: the one attempt of the user's first opening.
    std::string all =
        fmt::format("SELECT '[]' AS segment, a.\"interval\", a.times\nFROM {} AS a", passing);
    if (counts_users() && repeats()) {
      all += fmt::format(
          "\nJOIN (SELECT \"interval\", min(opening) AS opening FROM {} GROUP BY \"interval\", "
          "user_id) AS f\n  ON f.\"interval\" = a.\"interval\" AND f.opening = a.opening",
          openings_);
    }
    if (!funnel_.breakdowns.empty()) {
      std::vector<std::string> coordinates;
      std::string joins;
      for (size_t i = 0; i < funnel_.breakdowns.size(); ++i) {
        std::string name = write_coordinates(funnel_.breakdowns[i], i + 1);
        joins += fmt::format(
            "\nJOIN {0} AS b{1} ON b{1}.\"interval\" = a.\"interval\" AND "
            "b{1}.opening = a.opening",
            name, i + 1);
        coordinates.push_back(fmt::format("b{}.coordinate", i + 1));
      }
      std::string segment = segment_of(coordinates);
      std::string own = fmt::format("SELECT {} AS segment, a.\"interval\", a.times\nFROM {} AS a{}",
                                    segment, passing, joins);
      if (counts_users()) {
        own += fmt::format(
            "\nQUALIFY row_number() OVER (PARTITION BY {}, a.\"interval\", a.user_id ORDER BY "
            "a.opening) = 1",
            segment);
      }
      all += "\nUNION ALL\n(" + own + ")";
    }
    counted_ = question_.fresh("counted");
    question_.add({counted_, "the attempts that count, in each of their segments", all, true});
  }

  std::string write_steps() {
    std::string steps = question_.fresh("steps");
    std::string body = "SELECT * FROM (VALUES";
    for (size_t k = 0; k < funnel_.steps.size(); ++k) {
      body += fmt::format("{}\n  ({}, {})", k == 0 ? "" : ",", k + 1,
                          text_literal(joined(funnel_.steps[k].events, ", ")));
    }
    question_.add({steps, "", body + "\n) AS steps(step, event)", false});
    std::string took =
        "(epoch_ms(c.times[k.step]) - epoch_ms(c.times[k.step - 1])) / CAST(1000 AS DOUBLE)";
    return fmt::format(
        "SELECT s.segment, i.\"interval\", k.step, k.event, count(c.times) AS count,\n"
        "  CASE WHEN k.step > 1 THEN quantile_cont({0}, 0.5) END AS median_seconds,\n"
        "  CASE WHEN k.step > 1 THEN avg({0}) END AS avg_seconds\n"
        "FROM (SELECT '[]' AS segment UNION SELECT segment FROM {1}) AS s\n"
        "CROSS JOIN {2} AS i\nCROSS JOIN {3} AS k\n"
        "LEFT JOIN {1} AS c ON c.segment = s.segment AND c.\"interval\" = i.\"interval\" AND "
        "len(c.times) >= k.step\n"
        "GROUP BY s.segment, i.\"interval\", i.position, k.step, k.event\n"
        "ORDER BY s.segment <> '[]', s.segment, i.position, k.step",
        took, counted_, intervals_, steps);
  }

  Question& question_;
  const Funnel& funnel_;
  std::string intervals_, rows_, openings_, attempts_, taken_, counted_;
  std::vector<std::string> tests_;  // of the report's where, on a row taken
};

}  // namespace

std::string funnel(Question& question, const Funnel& funnel) {
  return FunnelWriter(question, funnel).write();
}

}  // namespace starling::sql
