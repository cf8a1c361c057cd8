#include "app/report_check.h"

#include <fmt/format.h>

#include <cmath>
#include <set>

#include "base/decimal.h"
#include "report/flat.h"

namespace starling::app {
namespace {

using base::Node;
using report::field;

// Results carry so many digits of what is no exact decimal.
constexpr size_t kDigits = 12;
constexpr double kTolerance = 1e-11;

std::optional<std::string> value_of(const Node& node) {
  if (node.is_null()) return std::nullopt;
  if (node.kind == Node::Kind::kBoolean) return node.boolean ? "1" : "0";
  return node.text;
}

// The segment's JSON, whichever way its numbers are written.
std::string segment_text(Node segment) {
  for (Node& coordinate : segment.items) {
    auto number = base::Decimal::parse(coordinate.text);
    if (coordinate.kind == Node::Kind::kNumber && number)
      coordinate = Node::of_number(number->normalized().text());
  }
  return base::to_json(segment);
}

void add_insights(const Node& result, ReportCells& out) {
  const Node& intervals = field(result, "intervals");
  for (const Node& series : field(result, "series").items) {
    std::string name = field(series, "metric").text + " " + segment_text(field(series, "segment"));
    for (size_t i = 0; i < intervals.items.size(); ++i)
      out[name + " " + intervals.items[i].text] = value_of(field(series, "values").items[i]);
    out[name + " overall"] = value_of(field(series, "overall"));
  }
}

void add_retention(const Node& result, ReportCells& out) {
  const Node& buckets = field(result, "buckets");
  for (const Node& series : field(result, "series").items) {
    for (const Node& cohort : field(series, "cohorts").items) {
      const Node& cells = field(cohort, "cells");
      for (size_t i = 0; i < cells.items.size(); ++i) {
        if (cells.items[i].is_null()) continue;
        std::string name = fmt::format("{} {} bucket {}", segment_text(field(series, "segment")),
                                       field(cohort, "born").text, buckets.items[i].text);
        out[name + " size"] = value_of(field(cohort, "size"));
        for (const char* of : {"users", "value", "complete"})
          out[name + " " + of] = value_of(field(cells.items[i], of));
      }
    }
  }
}

void add_steps(const std::string& name, const Node& steps, ReportCells& out) {
  for (size_t i = 0; i < steps.items.size(); ++i) {
    for (const char* of : {"count", "median_seconds", "avg_seconds"})
      out[fmt::format("{} step {} {}", name, i + 1, of)] = value_of(field(steps.items[i], of));
  }
}

void add_funnel(const Node& result, ReportCells& out) {
  for (const Node& series : field(result, "series").items) {
    std::string segment = segment_text(field(series, "segment"));
    add_steps(segment + " overall", field(series, "steps"), out);
    const Node* trend = series.find("trend");
    if (trend == nullptr) continue;
    for (const Node& interval : trend->items)
      add_steps(segment + " " + field(interval, "interval").text, field(interval, "steps"), out);
  }
}

std::optional<std::string> cell_of(const event::Column& column, size_t row) {
  event::Value value = column.value(row);
  std::string json = event::to_json(value);
  if (json == "null") return std::nullopt;
  if (json == "true" || json == "false") return json == "true" ? "1" : "0";
  if (json.front() != '"') return json;
  auto parsed = base::parse_json(json);
  return parsed ? parsed.value().text : json;
}

bool equal(const std::string& report, const std::string& warehouse) {
  auto a = base::Decimal::parse(report), b = base::Decimal::parse(warehouse);
  if (!a || !b) return report == warehouse;
  base::Decimal ours = a->normalized(), theirs = b->normalized();
  if (ours.digits == theirs.digits && ours.scale == theirs.scale) return true;
  std::string digits = theirs.text();
  size_t count = 0;
  for (char c : digits) count += c >= '0' && c <= '9' ? 1 : 0;
  double x = ours.to_double(), y = theirs.to_double();
  return count > kDigits && std::abs(x - y) <= kTolerance * std::abs(x);
}

bool is_nothing(const std::optional<std::string>& value) {
  auto number = value ? base::Decimal::parse(*value) : std::nullopt;
  return !value || (number && number->digits == 0);
}

}  // namespace

ReportCells cells_of_result(const Node& result) {
  ReportCells out;
  const std::string& kind = field(result, "report").text;
  if (kind == "insights") add_insights(result, out);
  if (kind == "retention") add_retention(result, out);
  if (kind == "funnel") add_funnel(result, out);
  return out;
}

void add_warehouse_cells(const Node& result, const std::vector<std::string>& columns,
                         const source::Rows& rows, ReportCells& into) {
  const std::string& kind = field(result, "report").text;
  // Columns that say of what a row is; the others are its numbers.
  const std::set<std::string> places = {"segment", "interval", "born", "bucket", "step", "event"};
  for (size_t row = 0; row < rows.size(); ++row) {
    std::map<std::string, std::string> of;
    for (size_t i = 0; i < columns.size(); ++i) {
      bool is_metric = kind == "insights" && i >= 2;
      if (!is_metric && places.contains(columns[i]))
        of[columns[i]] = cell_of(rows.columns[i], row).value_or("");
    }
    auto segment = base::parse_json(of["segment"]);
    std::string name = segment ? segment_text(segment.value()) : of["segment"];
    if (kind == "retention") name += " " + of["born"] + " bucket " + of["bucket"];
    if (kind == "funnel") name += " " + of["interval"] + " step " + of["step"];
    for (size_t i = 0; i < columns.size(); ++i) {
      bool is_place = kind == "insights" ? i < 2 : places.contains(columns[i]);
      if (is_place) continue;
      std::string cell = kind == "insights" ? columns[i] + " " + name + " " + of["interval"]
                                            : name + " " + columns[i];
      into[cell] = cell_of(rows.columns[i], row);
    }
  }
}

std::vector<CellDifference> differing_cells(const ReportCells& report,
                                            const ReportCells& warehouse) {
  std::vector<CellDifference> out;
  for (const auto& [cell, value] : report) {
    auto found = warehouse.find(cell);
    std::optional<std::string> theirs = found == warehouse.end() ? std::nullopt : found->second;
    bool same = value && theirs ? equal(*value, *theirs) : value.has_value() == theirs.has_value();
    if (!same) out.push_back({cell, value, theirs});
  }
  for (const auto& [cell, value] : warehouse) {
    if (!report.contains(cell) && !is_nothing(value)) out.push_back({cell, std::nullopt, value});
  }
  return out;
}

}  // namespace starling::app
