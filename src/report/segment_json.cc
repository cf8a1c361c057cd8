#include "report/segment_json.h"

namespace starling::report {
namespace {

using base::JsonWriter;

std::string_view special_name(engine::Special special) {
  switch (special.kind) {
    case engine::Special::Kind::kNotSet:
      return "not set";
    case engine::Special::Kind::kEmptyString:
      return "empty string";
    case engine::Special::Kind::kNonNumeric:
      return "non-numeric values";
    case engine::Special::Kind::kRemaining:
      return "remaining values";
    case engine::Special::Kind::kOther:
      return "other";
    case engine::Special::Kind::kDropOff:
      return "drop-off";
  }
  return "";
}

struct CoordinateWriter {
  JsonWriter& out;

  void operator()(const event::Value& value) const { out.raw(event::to_json(value)); }
  void operator()(engine::Special special) const {
    out.begin_object().key("special").text(special_name(special)).end_object();
  }
  void operator()(const engine::Bucket& bucket) const {
    out.begin_object().key("bucket").begin_list();
    for (const auto& end : {bucket.low, bucket.high}) end ? out.decimal(*end) : out.null();
    out.end_list().end_object();
  }
  void operator()(const engine::InCohort& cohort) const {
    out.begin_object().key("cohort").text(cohort.name).key("in").boolean(cohort.in).end_object();
  }
};

void write_optional_text(JsonWriter& out, std::string_view name, const std::string& value) {
  out.key(name);
  value.empty() ? out.null() : out.text(value);
}

}  // namespace

void write_number(JsonWriter& out, const engine::Number& number) {
  if (const auto* exact = std::get_if<base::Decimal>(&number)) {
    out.decimal(*exact);
  } else if (const auto* real = std::get_if<double>(&number)) {
    out.number(*real);
  } else {
    out.null();
  }
}

void write_numbers(JsonWriter& out, const std::vector<engine::Number>& numbers) {
  out.begin_list();
  for (const engine::Number& number : numbers) write_number(out, number);
  out.end_list();
}

void write_coordinate(JsonWriter& out, const engine::Coordinate& coordinate) {
  std::visit(CoordinateWriter{out}, coordinate.data);
}

void write_segment(JsonWriter& out, const engine::Segment& segment) {
  out.begin_list();
  for (const engine::Coordinate& coordinate : segment) write_coordinate(out, coordinate);
  out.end_list();
}

void write_segment_count(JsonWriter& out, const SegmentCount& count, bool overlap) {
  out.key("segments").begin_object();
  out.key("returned").unsigned_integer(count.returned.size());
  out.key("found").unsigned_integer(count.found.size());
  out.key("overlap").boolean(overlap);
  out.end_object();
}

void begin_result(JsonWriter& out, const Head& head, const query::Query& query) {
  out.begin_object();
  out.key("report").text(head.report);
  out.key("timezone").text(query.timezone_name);
  write_optional_text(out, "from", query.range.from_text);
  write_optional_text(out, "to", query.range.to_text);
  out.key("as_of").text(query.timezone.rfc3339(query.as_of));
  out.key("elapsed_ms").integer(head.elapsed_ms);
  out.key("events_scanned").unsigned_integer(head.events_scanned);
}

}  // namespace starling::report
