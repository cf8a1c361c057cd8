// A running write: collects rows, flushes them as parts in the background, and publishes everything
// at once.
#pragma once

#include <future>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/file.h"
#include "event/sink.h"
#include "store/find_rows.h"
#include "store/flush.h"
#include "store/publish.h"
#include "store/schema_builder.h"
#include "store/user_numbers.h"

namespace starling::store {

// After an error every later call gives the same error, and nothing is published. One thread.
class StoreWrite : public event::Write {
 public:
  // `base` is the newest view, and `lock` is held until the end.
  StoreWrite(std::shared_ptr<const Folder> folder, std::unique_ptr<base::FileLock> lock,
             std::shared_ptr<const View> base, uint32_t part_rows_max);
  ~StoreWrite() override;

  Result<void> append(event::EventBatch batch) override;
  Result<void> remove_rows(event::RemovedRows rows) override;
  Result<void> remove_others(const std::string& source,
                             std::vector<event::TimeSpan> spans) override;
  Result<void> fill(event::FilledRows rows) override;
  Result<void> replace_users(event::UserBatch users) override;
  Result<void> merge_users(event::UserBatch users) override;
  Result<void> replace_lookup(event::Lookup lookup, event::LookupTable table) override;
  Result<void> remove_lookup(const std::string& name) override;
  Result<void> remove_source(const std::string& source) override;
  Result<void> set_document(const std::string& name, std::string text) override;
  Result<event::WriteCounts> count() override;
  Result<event::WriteCounts> commit() override;

 private:
  // What is collected of a source: rows and removals, or properties for its stored rows.
  struct Source {
    std::string name;
    bool fills = false;
    std::unique_ptr<SourceBuffer> buffer;
    std::vector<FlushedRows> flushed;
    std::vector<std::shared_ptr<const LedgerFile>> ledgers;
    std::vector<event::TimeSpan> others;  // where rows go that are not given

    uint64_t waiting() const { return buffer == nullptr ? 0 : buffer->rows; }
  };

  Result<void> guarded(Result<void> result);
  Result<void> append_rows(event::EventBatch& batch);
  Result<void> append_removals(const event::RemovedRows& rows);
  Result<void> append_fills(event::FilledRows& rows);
  Result<void> add_profiles(const event::UserBatch& users);
  // With a buffer to collect in.
  Result<Source*> source(const std::string& name, bool fills);
  Result<void> added(Source& source, uint64_t rows);
  void count_schema();

  Result<void> start_flush(Source& source);
  Result<void> finish_flush();

  Result<event::WriteCounts> end_rows();
  Result<void> write_everything();
  Result<event::WriteCounts> end_source(const Source& source);
  // The parts that the source had before this write and still has.
  std::vector<std::shared_ptr<const LivePart>> parts_of(const std::string& source) const;
  PartEntry& entry_of(const LivePart& part);
  Result<void> drop_rows(const std::string& source, const std::vector<base::Hash128>& keys);
  Result<void> fill_rows(const std::string& source, const std::vector<PartEntry>& given);
  Result<void> end_users();

  std::shared_ptr<const Folder> folder_;
  std::unique_ptr<base::FileLock> lock_;
  std::shared_ptr<const View> base_;
  uint32_t part_rows_max_;

  Manifest manifest_;  // the next one
  UserNumbers users_;
  SchemaBuilder schema_;
  std::map<std::pair<std::string, bool>, Source> sources_;  // by name, and whether it is of fills
  std::set<std::string> removed_sources_;
  std::unique_ptr<ProfileBuilder> profiles_;  // when profiles change
  uint64_t waiting_rows_ = 0;

  std::future<Result<FlushedRows>> flushing_;  // at most one at a time
  Source* flushing_source_ = nullptr;

  std::optional<event::WriteCounts> counts_;  // once all rows are in their parts
  std::optional<Error> failed_;
  bool publishing_ = false;  // from here on the manifest may be in place
};

}  // namespace starling::store
