// Which segments an event falls in, and with which of its values (docs/semantics/insights.md,
// "Breakdowns"), as SQL. A coordinate is JSON text, as results write it: "Brooklyn" in quotes,
// {"special": "not set"}, {"bucket": [0, 100]}.
#pragma once

#include <string>
#include <vector>

#include "sql/question.h"

namespace starling::sql {

// The coordinate of a value on a breakdown; {"special": "not set"} where it is NULL.
std::string coordinate(Question& question, const query::Breakdown& breakdown,
                       const std::string& value);

// The JSON list of coordinates: '[' || … || ']'.
std::string segment_of(const std::vector<std::string>& coordinates);

// The name of a query of the elements that a selector's filters leave, each with the event_id of
// its event.
std::string kept_elements(Question& question, const query::Selector& selector, const ListId& list,
                          const std::string& prefix);

// What is asked of every event that a selector selects.
struct SplitOptions {
  std::string prefix;  // of the names of the queries
  const query::Selector* selector = nullptr;
  std::string where;  // more conditions on row `e`, each beginning with AND
  std::vector<query::Breakdown> breakdowns;
  std::optional<query::Reference> measured;
};

// Queries over the events that match. `matches` has event_id, user_id, time and, where the measured
// property is no list, value. `values` has a row a match and value (one with NULL where there is
// none), for the row over all segments; `segments` has a row a segment, coordinate_1 …
// and value. Both have event_id, user_id and time.
struct Split {
  std::string matches, values, segments;  // names; segments is "" without breakdowns
};
Split split(Question& question, const SplitOptions& options);

// An aggregate over values that may be NULL; over none, sum and distinct are 0, others NULL.
std::string aggregate(query::Aggregate aggregate, double percentile, const std::string& value,
                      const event::PropertyType& type);

}  // namespace starling::sql
