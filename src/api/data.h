// What the API asks of everything below it: the data, as they are at the start of a request. The
// program's wiring answers (app/wire.h), tests do with what they need.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "engine/backend.h"
#include "query/catalog.h"
#include "sync/record.h"

namespace starling::api {

using base::Result;

// The rows of one event name, of all sources together.
struct EventExtent {
  std::string event;
  uint64_t rows = 0;
  base::TimeMs first, last;  // REQUIRES of users: rows > 0
};

// One unchanging view of the data; lives as long as somebody holds it.
struct View {
  std::shared_ptr<const engine::Backend> backend;
  query::Catalog catalog;            // with the model's cohorts; the saved ones are not in it
  uint64_t version = 0;              // grows with every change of the data
  std::vector<EventExtent> extents;  // events that have rows, by name
  base::TimeMs newest{INT64_MIN};    // time of an event, or start of a version
  std::string selects;               // the warehouse's SELECTs (model/selects.h); "" = not known
};

// Thread-safe. Errors: kCorrupt and kUnavailable when data cannot be read.
class Data {
 public:
  virtual ~Data() = default;

  // The newest view; a sync that has ended, in this process or another, is seen.
  virtual Result<std::shared_ptr<const View>> view() const = 0;
  // Every source there is a record of.
  virtual Result<std::vector<sync::SourceRecord>> sources() const = 0;
  virtual Result<std::vector<sync::KeptAside>> kept_aside(const std::string& source) const = 0;
  // The last runs of a source, the newest first.
  virtual Result<std::vector<sync::RunRecord>> runs(const std::string& source) const = 0;
};

}  // namespace starling::api
