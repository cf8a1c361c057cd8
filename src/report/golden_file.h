// Goldens: reports about a handful of events, with the answers a person can check by eye
// (test/golden/README.md).
#pragma once

#include <string>
#include <vector>

#include "base/document.h"
#include "query/catalog.h"
#include "report/small_world.h"

namespace starling::report {

struct GoldenAsk {
  enum class Form { kTable, kJson, kCsv, kError } form = Form::kTable;
  int line = 0;
  std::string text;  // the lines from `ask` to `----`, as written
  base::Node report;
  std::string expected;  // the lines after `----`
};

struct GoldenFile {
  std::string head;  // everything before the first ask, as written
  SmallWorld world;
  query::Catalog catalog;  // without the schema, which the store says
  base::TimeMs as_of;
  std::vector<GoldenAsk> asks;
};

// Fails with kInvalid and the line.
base::Result<GoldenFile> parse_golden(const std::string& text);

// JSON in lines of at most 100 characters where that can be.
std::string pretty_json(const base::Node& node);

}  // namespace starling::report
