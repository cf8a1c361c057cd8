// What one test of a filter says of one value (reports.md §1, docs/semantics/insights.md), and the
// same as a range of stored integers where that is possible, so that hot loops compare numbers and
// nothing else.
#pragma once

#include <cstdint>
#include <optional>

#include "query/query.h"
#include "query/text_match.h"

namespace starling::engine::native {

class ValueTest {
 public:
  // REQUIRES: filter.kind is kTest and outlives this; the operator is not kIn (cohorts are sets of
  // users).
  ValueTest(const query::Filter& filter, const base::TimeZone& zone);

  // What is not set passes nothing.
  bool passes(const event::Value& value) const;
  bool passes_text(std::string_view text) const;  // a text that is set

 private:
  bool passes_number(const event::Value& value) const;
  bool passes_date(const event::Value& value) const;

  const query::Filter* filter_;
  const base::TimeZone* zone_;
  std::optional<query::TextTest> text_;
};

// A stored integer passes when low <= it <= high; empty when low > high.
struct IntegerRange {
  int64_t low = INT64_MIN, high = INT64_MAX;
  bool empty() const { return low > high; }
};

// The test on stored integers of a boolean, integer, decimal (digits), date or time column; nothing
// when it is no range.
std::optional<IntegerRange> integer_range(const query::Filter& filter,
                                          const event::PropertyType& type,
                                          const base::TimeZone& zone);

// A stored integer as the value it stands for.
event::Value value_of_integer(const event::PropertyType& type, int64_t stored);

}  // namespace starling::engine::native
