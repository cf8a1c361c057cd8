// Reports, boards and cohorts that people keep: named JSON documents in one SQLite file, durable
// once a call returns. Their contents mean nothing here; saved/documents.h checks them.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace starling::api {

using base::Result;

enum class SavedKind : uint8_t { kReport, kBoard, kCohort };

std::string_view kind_name(SavedKind kind);  // "report"

struct Draft {
  std::string name;  // unique in its kind, not empty
  std::string description;
  std::string document;   // JSON: the report, the list of cards, the cohort's definition
  std::string view = {};  // JSON: how a report is drawn; empty when nobody said
};

struct Saved {
  std::string id;  // opaque
  Draft draft;
  base::TimeMs created_at, updated_at;
};

// Thread-safe; several processes may share the file. Errors: kNotFound names the id, kConflict the
// name that is taken, kUnavailable (disk), kCorrupt (the file is no SQLite database).
class SavedThings {
 public:
  // Opens the file or makes it. Fails with kUnsupported when a newer version wrote it.
  static Result<std::unique_ptr<SavedThings>> open(const std::string& path);
  ~SavedThings();

  Result<std::vector<Saved>> list(SavedKind kind);  // by name
  Result<Saved> get(SavedKind kind, const std::string& id);
  Result<std::optional<Saved>> find(SavedKind kind, const std::string& name);
  Result<Saved> create(SavedKind kind, const Draft& draft, base::TimeMs now);
  Result<Saved> replace(SavedKind kind, const std::string& id, const Draft& draft,
                        base::TimeMs now);
  Result<void> remove(SavedKind kind, const std::string& id);

 private:
  struct Impl;
  explicit SavedThings(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace starling::api
