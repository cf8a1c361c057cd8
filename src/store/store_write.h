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
  Result<void> replace_users(event::UserBatch users) override;
  Result<void> merge_users(event::UserBatch users) override;
  Result<void> replace_lookup(event::Lookup lookup, event::LookupTable table) override;
  Result<void> remove_lookup(const std::string& name) override;
  Result<void> remove_source(const std::string& source) override;
  Result<void> set_document(const std::string& name, std::string text) override;
  Result<event::WriteCounts> count() override;
  Result<event::WriteCounts> commit() override;

 private:
  struct Source {
    std::unique_ptr<SourceBuffer> buffer;
    std::vector<FlushedRows> flushed;
    std::vector<std::shared_ptr<const LedgerFile>> ledgers;
  };

  Result<void> guarded(Result<void> result);
  Result<void> append_rows(event::EventBatch& batch);
  Result<void> add_profiles(const event::UserBatch& users);
  Result<Source*> source(const std::string& name);
  void count_schema();

  Result<void> start_flush(const std::string& source);
  Result<void> finish_flush();

  Result<event::WriteCounts> end_rows();
  Result<void> write_everything();
  Result<event::WriteCounts> end_source(const std::string& name, Source& source);
  Result<void> end_users();

  std::shared_ptr<const Folder> folder_;
  std::unique_ptr<base::FileLock> lock_;
  std::shared_ptr<const View> base_;
  uint32_t part_rows_max_;

  Manifest manifest_;  // the next one
  UserNumbers users_;
  SchemaBuilder schema_;
  std::map<std::string, Source> sources_;
  std::set<std::string> removed_sources_;
  std::unique_ptr<ProfileBuilder> profiles_;  // when profiles change
  uint64_t waiting_rows_ = 0;

  std::future<Result<FlushedRows>> flushing_;  // at most one at a time
  std::string flushing_source_;

  std::optional<event::WriteCounts> counts_;  // once all rows are in their parts
  std::optional<Error> failed_;
  bool publishing_ = false;  // from here on the manifest may be in place
};

}  // namespace starling::store
