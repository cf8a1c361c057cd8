// Segments and numbers as the result documents write them (§8.6, §8.40), and what all results begin
// with.
#pragma once

#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "engine/answer.h"
#include "query/query.h"
#include "report/top.h"

namespace starling::report {

void write_number(base::JsonWriter& out, const engine::Number& number);
void write_numbers(base::JsonWriter& out, const std::vector<engine::Number>& numbers);
void write_coordinate(base::JsonWriter& out, const engine::Coordinate& coordinate);
void write_segment(base::JsonWriter& out, const engine::Segment& segment);
void write_segment_count(base::JsonWriter& out, const SegmentCount& count, bool overlap);

// What every result says besides its rows.
struct Head {
  std::string_view report;
  int64_t elapsed_ms = 0;
  uint64_t events_scanned = 0;
};

// Begins the result's object and writes the keys every report has.
void begin_result(base::JsonWriter& out, const Head& head, const query::Query& query);

}  // namespace starling::report
