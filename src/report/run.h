// From a report document to its result document: parse, bind, count, combine, rank, shape.
#pragma once

#include <atomic>
#include <string>

#include "base/document.h"
#include "base/result.h"
#include "engine/backend.h"
#include "query/catalog.h"

namespace starling::report {

using base::Result;

// The result as JSON (reports.md §2 to §6). `elapsed_ms` is what the call took by the steady
// clock.
Result<std::string> run(const base::Node& document, const query::Catalog& catalog,
                        const engine::Backend& backend, base::TimeMs as_of,
                        const std::atomic<bool>* cancelled);

// What a question means and what its answer takes, for `starling query --explain`.
struct Explanation {
  std::string words;  // as a person would say it
  std::string bound;  // every name resolved, every default filled in (query/print.h)
  engine::Work work;  // stages are in order: bind, the engine's own, shape
  uint64_t events_scanned = 0;
};

// Answers the question and says how.
Result<Explanation> explain(const base::Node& document, const query::Catalog& catalog,
                            const engine::Backend& backend, base::TimeMs as_of,
                            const std::atomic<bool>* cancelled);

// A result as CSV (one row a series and interval) or as an aligned text table for a terminal.
Result<std::string> to_csv(const std::string& result_json);
Result<std::string> to_table(const std::string& result_json);

}  // namespace starling::report
