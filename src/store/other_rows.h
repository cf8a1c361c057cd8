// Stored rows that a write may have to take away because it was not given them
// (event::Write::remove_others): walked in the order of their keys beside the keys that were given.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "base/hash.h"
#include "event/batch.h"
#include "store/live_table.h"
#include "store/records.h"

namespace starling::store {

class OtherRows {
 public:
  using Take = std::function<Result<void>(const base::Hash128& key)>;

  // None at all.
  OtherRows() = default;
  // Those of `parts`, all of one source, whose time lies in one of the spans. `ledgers` in their
  // order in the manifest. Takes 16 bytes a row in the spans, none when a span holds every time.
  OtherRows(const std::vector<std::shared_ptr<const LivePart>>& parts,
            const std::vector<std::shared_ptr<const LedgerFile>>& ledgers,
            const std::vector<event::TimeSpan>& spans);

  // Hands over the keys before `given`, which is passed over. REQUIRES: `given` ascends.
  Result<void> pass(const base::Hash128& given, const Take& take);
  // Hands over all that are left.
  Result<void> pass_all(const Take& take);

 private:
  struct Range {
    base::Hash128 first, last;
  };

  Range range(size_t index) const;
  size_t ranges() const { return everything_ ? 1 : prefixes_.size(); }
  Result<const LedgerEntry*> seek(const base::Hash128& from);

  std::vector<RecordCursor<LedgerEntry>> cursors_;
  bool everything_ = false;
  // What keys of rows in the spans begin with, ascending: order key and event mark.
  std::vector<base::Hash128> prefixes_;
  size_t at_ = 0;       // the range that is walked
  base::Hash128 from_;  // keys before it are done
};

}  // namespace starling::store
