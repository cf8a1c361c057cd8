// The store: a folder of immutable, checksummed files and one manifest that says which of them
// count (docs/formats/store.md). One process writes at a time; any number reads.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "event/sink.h"
#include "store/snapshot.h"

namespace starling::store {

class Store : public event::EventSink {
 public:
  struct Options {
    bool create = false;                 // make the folder when it is not there
    uint32_t part_rows_max = 2'000'000;  // rows buffered before a part is written
    // Called with a path and how many bytes, before any change of the disk; an error stands for a
    // disk that refuses. Tests stop a write at every step with it.
    std::function<Result<void>(std::string_view path, uint64_t bytes)> before_write = nullptr;
  };

  // Opens or creates the folder. Fails with kNotFound (no store there and not `create`), kCorrupt
  // (the manifest or a file it names is damaged: the message names the file), kUnavailable (disk).
  static Result<std::unique_ptr<Store>> open(const std::string& folder, Options options);

  // The newest published view; looks at the manifest again, so commits of other processes are seen.
  virtual Result<std::shared_ptr<const Snapshot>> snapshot() const = 0;

  // Rewrites many small parts as few large ones and removes files no manifest names. Answers do not
  // change.
  virtual Result<void> compact() = 0;

  // Every file's header, sections and checksums as text, for people (`starling dump`).
  virtual Result<std::string> dump(bool with_rows) const = 0;

  // Reads every byte of every file and compares checksums; the error names the damaged file.
  virtual Result<void> verify() const = 0;
};

}  // namespace starling::store
