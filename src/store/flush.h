// Turns the waiting rows of one source into a part, and remembers every row of it in a run.
//
// A run holds, in the order of row keys, the best row of each key of this flush: the row's content,
// cursor and place in the part, or that the ledger knows the key, in which case it is in no part.
// When a write ends, the runs of a source are merged (resolve.h): of rows of one key in several
// flushes one stays.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "store/records.h"
#include "store/table_builder.h"

namespace starling::store {

struct SourceBuffer {
  std::string source;
  std::vector<std::unique_ptr<TableBuilder>> tables;  // one an event name
  uint64_t rows = 0;

  TableBuilder& table(const std::string& event);
};

struct FlushedRows {
  FileRef run;
  std::optional<FileRef> part;  // nothing when the ledger knows every row
  uint64_t part_rows = 0;
  uint64_t duplicates = 0;  // rows beaten within the flush
};

// REQUIRES: buffer.rows > 0. The files get the numbers number and number + 1.
Result<FlushedRows> flush(const Folder& folder, const SourceBuffer& buffer,
                          const std::vector<std::shared_ptr<const LedgerFile>>& ledgers,
                          uint64_t number);

// Writes the chosen rows of each table, sorted, as a part. `orders` has an entry a table; tables
// without rows are left out.
Result<FileRef> write_part(const Folder& folder, uint64_t number, const std::string& source,
                           const std::vector<std::unique_ptr<TableBuilder>>& tables,
                           const std::vector<std::vector<uint32_t>>& orders);

}  // namespace starling::store
