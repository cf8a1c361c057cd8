// Results as aligned text for a terminal.
#include <fmt/format.h>

#include <algorithm>

#include "base/decimal.h"
#include "report/flat.h"
#include "report/run.h"

namespace starling::report {
namespace {

using base::Node;

size_t width(std::string_view text) {
  return static_cast<size_t>(
      std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

bool is_numeric(const std::string& text) {
  std::string_view number = text;
  if (number.ends_with("*")) number.remove_suffix(1);
  if (number.ends_with("%")) number.remove_suffix(1);
  return number.empty() || number == "-" || base::Decimal::parse(number).has_value();
}

// The first row is the heading. A column whose cells are all numbers is set to the right.
std::string aligned(const std::vector<Cells>& rows) {
  size_t columns = rows.empty() ? 0 : rows[0].size();
  std::vector<size_t> widths(columns, 0);
  std::vector<bool> right(columns, true);
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t c = 0; c < columns; ++c) {
      widths[c] = std::max(widths[c], width(rows[r][c]));
      if (r > 0 && !is_numeric(rows[r][c])) right[c] = false;
    }
  }
  std::string out;
  for (const Cells& row : rows) {
    std::string line;
    for (size_t c = 0; c < columns; ++c) {
      std::string padding(widths[c] - width(row[c]), ' ');
      if (c > 0) line += "  ";
      line += right[c] ? padding + row[c] : row[c] + padding;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out += line + "\n";
  }
  return out;
}

std::string shown(const Node& number) { return number.is_null() ? "-" : cell_text(number); }

// A series' numbers, or those of the range it is compared with.
struct Line {
  std::string metric;
  const Node& series;
  const Node& numbers;  // has "values" and "overall"; the range before may have fewer intervals

  std::string value(size_t interval) const {
    const Node& values = field(numbers, "values");
    return interval < values.items.size() ? shown(values.items[interval]) : "-";
  }

  std::string label() const {
    std::string label = metric;
    for (const Node& coordinate : field(series, "segment").items)
      label += " / " + coordinate_text(coordinate);
    return label;
  }
};

std::vector<Line> lines_of(const Node& result) {
  std::vector<Line> lines;
  for (const Node& series : field(result, "series").items) {
    const std::string& metric = field(series, "metric").text;
    lines.push_back({metric, series, series});
    if (const Node* before = series.find("compare"))
      lines.push_back({metric + " (before)", series, *before});
  }
  return lines;
}

std::string compare_note(const Node& result) {
  const Node* compare = result.find("compare");
  if (compare == nullptr) return "";
  return "before: " + field(*compare, "from").text + " to " + field(*compare, "to").text + "\n";
}

// A line an interval and a column a series, or the other way round where there are more series than
// intervals.
std::string insights_table(const Node& result) {
  const Node& intervals = field(result, "intervals");
  std::vector<Line> lines = lines_of(result);
  std::vector<Cells> rows;
  if (lines.size() > intervals.items.size()) {
    size_t breakdowns = breakdown_count(result);
    Cells heading = {"metric"};
    for (size_t i = 0; i < breakdowns; ++i) heading.push_back(i == 0 ? "segment" : "");
    heading.push_back("overall");
    for (const Node& interval : intervals.items) heading.push_back(cell_text(interval));
    rows.push_back(heading);
    for (const Line& line : lines) {
      Cells row = {line.metric};
      for (std::string& cell : segment_cells(line.series, breakdowns))
        row.push_back(std::move(cell));
      row.push_back(shown(field(line.numbers, "overall")));
      for (size_t i = 0; i < intervals.items.size(); ++i) row.push_back(line.value(i));
      rows.push_back(row);
    }
    return aligned(rows);
  }
  Cells heading = {field(result, "unit").text}, overall = {"overall"};
  for (const Line& line : lines) {
    heading.push_back(line.label());
    overall.push_back(shown(field(line.numbers, "overall")));
  }
  rows.push_back(heading);
  for (size_t i = 0; i < intervals.items.size(); ++i) {
    Cells row = {cell_text(intervals.items[i])};
    for (const Line& line : lines) row.push_back(line.value(i));
    rows.push_back(row);
  }
  rows.push_back(overall);
  return aligned(rows);
}

// 0.4567 -> "45.7%"
std::string percent_text(const Node& rate) {
  if (rate.is_null()) return "-";
  std::optional<base::Decimal> number = base::Decimal::parse(rate.text);
  if (!number) return rate.text;
  auto tenths = static_cast<int64_t>(number->to_double() * 1000 + 0.5);
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%";
}

// "Brooklyn / tea"; "" for the row over all segments.
std::string segment_title(const Node& series) {
  std::string title;
  for (const Node& coordinate : field(series, "segment").items)
    title += (title.empty() ? "" : " / ") + coordinate_text(coordinate);
  return title;
}

// 125 -> "2m 5s"; "-" for null.
std::string seconds_text(const Node& seconds) {
  if (seconds.is_null()) return "-";
  std::optional<base::Decimal> number = base::Decimal::parse(seconds.text);
  if (!number) return seconds.text;
  auto whole = static_cast<int64_t>(number->to_double() + 0.5);
  if (whole < 60) return fmt::format("{:.3g}s", number->to_double());
  if (whole < 3600) return fmt::format("{}m {}s", whole / 60, whole % 60);
  if (whole < 86400) return fmt::format("{}h {}m", whole / 3600, whole / 60 % 60);
  return fmt::format("{}d {}h", whole / 86400, whole / 3600 % 24);
}

std::string funnel_steps_table(const Node& names, const Node& steps) {
  std::vector<Cells> rows = {
      {"step", "event", "count", "from previous", "from first", "median time", "average time"}};
  for (size_t k = 0; k < steps.items.size(); ++k) {
    const Node& step = steps.items[k];
    rows.push_back(
        {std::to_string(k + 1), events_text(names.items[k]), cell_text(field(step, "count")),
         percent_text(field(step, "from_previous")), percent_text(field(step, "from_first")),
         seconds_text(field(step, "median_seconds")), seconds_text(field(step, "avg_seconds"))});
  }
  return aligned(rows);
}

// One line an interval: how many reached each step, and the conversion.
std::string funnel_trend_table(const Node& result, const Node& trend) {
  std::vector<Cells> rows = {{field(result, "unit").text}};
  for (const Node& name : field(result, "steps").items) rows[0].push_back(events_text(name));
  rows[0].push_back("conversion");
  for (const Node& interval : trend.items) {
    Cells row = {field(interval, "interval").text};
    for (const Node& step : field(interval, "steps").items)
      row.push_back(cell_text(field(step, "count")));
    row.push_back(percent_text(field(interval, "conversion")));
    rows.push_back(row);
  }
  return aligned(rows);
}

std::string funnel_table(const Node& result) {
  std::string out;
  for (const Node& series : field(result, "series").items) {
    std::string title = segment_title(series);
    if (!out.empty()) out += "\n";
    if (!title.empty()) out += title + "\n";
    out += funnel_steps_table(field(result, "steps"), field(series, "steps"));
    if (const Node* trend = series.find("trend")) out += "\n" + funnel_trend_table(result, *trend);
  }
  return out;
}

// A line a node, the steps before the anchor first.
std::string flow_table(const Node& result) {
  std::vector<Cells> rows = {{"anchor", "step", "event", "count"}};
  for (const Node& node : field(result, "nodes").items) {
    rows.push_back({cell_text(field(node, "anchor")), cell_text(field(node, "step")),
                    coordinate_text(field(node, "event")), cell_text(field(node, "count"))});
  }
  return cell_text(field(result, "entries")) + " entries\n" + aligned(rows);
}

std::string retention_table(const Node& result) {
  const Node& buckets = field(result, "buckets");
  std::string out;
  bool open = false;
  for (const Node& series : field(result, "series").items) {
    std::string title = segment_title(series);
    if (!out.empty()) out += "\n";
    if (!title.empty()) out += title + "\n";
    std::vector<Cells> rows = {{"born", "size"}};
    for (const Node& bucket : buckets.items) rows[0].push_back(cell_text(bucket));
    for (const Node& cohort : field(series, "cohorts").items) {
      Cells row = {cell_text(field(cohort, "born")), cell_text(field(cohort, "size"))};
      for (const Node& cell : field(cohort, "cells").items) {
        if (cell.is_null()) {
          row.push_back("");
          continue;
        }
        bool complete = field(cell, "complete").boolean;
        open = open || !complete;
        const Node& value = field(cell, "value");
        row.push_back((value.is_null() ? percent_text(field(cell, "rate")) : cell_text(value)) +
                      (complete ? "" : "*"));
      }
      rows.push_back(row);
    }
    Cells average = {"average", ""};
    for (const Node& bucket : field(series, "average").items) {
      const Node& value = field(bucket, "value");
      average.push_back(value.is_null() ? percent_text(field(bucket, "rate")) : cell_text(value));
    }
    rows.push_back(average);
    out += aligned(rows);
  }
  if (open) out += "* not complete yet; left out of the average\n";
  return out;
}

std::string users_table(const Node& result) {
  const Node& users = field(result, "users");
  std::vector<Cells> rows = {{"id"}};
  for (const Node& user : users.items) {
    Cells heading, row;
    for (const auto& [name, value] : user.fields) {
      heading.push_back(name);
      row.push_back(cell_text(value));
    }
    rows[0] = heading;
    rows.push_back(row);
  }
  return aligned(rows) + std::to_string(users.items.size()) + " of " +
         cell_text(field(result, "size")) + " users\n";
}

std::string segments_note(const Node& result) {
  const Node& segments = field(result, "segments");
  std::string out;
  std::string found = cell_text(field(segments, "found")),
              returned = cell_text(field(segments, "returned"));
  if (found != returned) out += returned + " of " + found + " segments shown; see limit\n";
  if (field(segments, "overlap").boolean) out += "segments overlap: one event can be in several\n";
  return out;
}

}  // namespace

Result<std::string> to_table(const std::string& result_json) {
  Node result = TRY(parse_result(result_json));
  const std::string& report = field(result, "report").text;
  if (report == "insights") {
    return insights_table(result) + compare_note(result) + segments_note(result);
  }
  if (report == "funnel") return funnel_table(result) + segments_note(result);
  if (report == "flow") return flow_table(result);
  if (report == "retention") return retention_table(result) + segments_note(result);
  if (report == "users") return users_table(result);
  return base::Error{base::Error::Code::kUnsupported,
                     "there is no table form of a " + report + " result"};
}

}  // namespace starling::report
