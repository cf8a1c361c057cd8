// The report documents behind the pickers, and their results as rows. Every number a picker shows
// comes from a report, so that it cannot differ from what the user then asks.
#pragma once

#include <string>
#include <vector>

#include "api/ask.h"

namespace starling::api {

base::Node object(std::vector<std::pair<std::string, base::Node>> fields);

// `event` of a selector: one name, several, or "*" for none given.
base::Node event_selector(const std::vector<std::string>& events);

// The first local date of the data, as `from` of a report over all history; nothing when there are
// no events.
std::optional<std::string> first_date(const Asking& asking);

// An insights report of `metrics` (each {name, …}) over all history; `breakdown` may be nothing.
base::Node insights_document(std::string from, std::vector<base::Node> metrics,
                             std::optional<base::Node> breakdown, uint64_t limit);

// One row of an insights result without a unit: metric, segment's one coordinate (null in the all
// row), overall.
struct ResultRow {
  std::string metric;
  bool all = false;
  base::Node segment;
  base::Node overall;
};
std::vector<ResultRow> result_rows(const base::Node& result);

double to_double(const base::Node& number);  // 0 when it is no number

}  // namespace starling::api
