// Turns the waiting rows of one source into a part, and remembers every row of it in a run.
//
// A run holds, in the order of row keys, the best row or removal of each key of this flush, and
// what becomes of it. When a write ends, the runs of a source are merged (resolve.h): of rows of
// one key in several flushes one stays.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/records.h"
#include "store/table_builder.h"

namespace starling::store {

struct SourceBuffer {
  struct Removals {
    std::vector<base::Hash128> row_keys;
    std::vector<int64_t> cursors;
  };

  std::string source;
  bool replaces = false;                              // event::EventBatch::replaces
  bool fills = false;                                 // rows are event::FilledRows
  std::vector<std::unique_ptr<TableBuilder>> tables;  // one an event name
  Removals removals;
  uint64_t rows = 0;  // and removals

  TableBuilder& table(const std::string& event);  // added if need be
};

struct FlushedRows {
  FileRef run;
  std::optional<FileRef> part;      // of the stored rows, or of fills for known ones
  std::vector<uint64_t> part_rows;  // by table of the part
  uint64_t duplicates = 0;          // rows beaten within the flush
};

// REQUIRES: buffer.rows > 0. The files get the numbers from `number` to number + kFlushFiles - 1.
// Ledgers stand in their order in the manifest.
constexpr uint64_t kFlushFiles = 2;
Result<FlushedRows> flush(const Folder& folder, const SourceBuffer& buffer,
                          const std::vector<std::shared_ptr<const LedgerFile>>& ledgers,
                          uint64_t number);

// Writes the chosen rows of each table, sorted, as a part. `orders` has an entry a table; tables
// without rows are left out.
Result<FileRef> write_part(const Folder& folder, uint64_t number, const std::string& source,
                           const std::vector<std::unique_ptr<TableBuilder>>& tables,
                           const std::vector<std::vector<uint32_t>>& orders);

}  // namespace starling::store
