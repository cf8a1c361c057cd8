// A report's result against the rows that its SELECT gives in the warehouse (docs/sql.md), cell by
// cell.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/document.h"
#include "source/source.h"

namespace starling::app {

// A number of the report by what it is of: `revenue ["gold"] 2025-01-01`.
using ReportCells = std::map<std::string, std::optional<std::string>>;

// REQUIRES: an insights, retention or funnel result.
ReportCells cells_of_result(const base::Node& result);

// Takes some rows of the SELECT of that result.
void add_warehouse_cells(const base::Node& result, const std::vector<std::string>& columns,
                         const source::Rows& rows, ReportCells& into);

struct CellDifference {
  std::string cell;
  std::optional<std::string> report, warehouse;
};

// Decimals are equal to the last digit, binary floats in their first eleven. What only the
// warehouse has differs unless it is nothing or 0.
std::vector<CellDifference> differing_cells(const ReportCells& report,
                                            const ReportCells& warehouse);

}  // namespace starling::app
