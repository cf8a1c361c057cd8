#include "store/store_write.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/resolve.h"

namespace starling::store {

StoreWrite::StoreWrite(std::shared_ptr<const Folder> folder, std::unique_ptr<base::FileLock> lock,
                       std::shared_ptr<const View> base, uint32_t part_rows_max)
    : folder_(std::move(folder)),
      lock_(std::move(lock)),
      base_(std::move(base)),
      part_rows_max_(std::max<uint32_t>(part_rows_max, 1)),
      manifest_(base_->manifest()),
      users_(base_->users(), base_->user_count()) {
  ++manifest_.version;
  count_schema();
}

StoreWrite::~StoreWrite() {
  if (flushing_.valid()) (void)finish_flush();
  if (!publishing_) remove_leftovers(*folder_, base_->manifest());
}

Result<void> StoreWrite::guarded(Result<void> result) {
  if (!result) failed_ = result.error();
  return result;
}

// The types that properties have in the store, without the sources that this write removed.
void StoreWrite::count_schema() {
  schema_ = {};
  for (const EventTable* table : base_->tables()) {
    if (removed_sources_.contains(table->source())) continue;
    const auto* stored = static_cast<const PartTable*>(table);
    for (const auto& [name, column] : stored->columns().all()) {
      // The view has checked that the stored types go together.
      (void)schema_.add(table->event(), name, column->type());
    }
  }
}

Result<StoreWrite::Source*> StoreWrite::source(const std::string& name) {
  auto found = sources_.find(name);
  if (found != sources_.end()) return &found->second;
  Source source;
  for (const LedgerRef& ledger : manifest_.ledgers) {
    if (ledger.source == name)
      source.ledgers.push_back(TRY(LedgerFile::open(*folder_, ledger.file)));
  }
  return &sources_.emplace(name, std::move(source)).first->second;
}

Result<void> StoreWrite::append(event::EventBatch batch) {
  if (failed_) return *failed_;
  return guarded(append_rows(batch));
}

Result<void> StoreWrite::append_rows(event::EventBatch& batch) {
  for (const event::NamedColumn& given : batch.properties) {
    TRY(schema_.add(batch.event, given.name, given.column.type));
  }
  if (batch.size() == 0) return {};
  Source* source = TRY(this->source(batch.source));
  if (source->buffer == nullptr) {
    source->buffer = std::make_unique<SourceBuffer>();
    source->buffer->source = batch.source;
  }
  std::vector<uint32_t> users = TRY(users_.number(batch.users));
  TRY(source->buffer->table(batch.event).append(batch, users));
  source->buffer->rows += batch.size();
  waiting_rows_ += batch.size();
  if (waiting_rows_ < part_rows_max_) return {};
  auto largest =
      std::max_element(sources_.begin(), sources_.end(), [](const auto& a, const auto& b) {
        auto rows = [](const Source& s) { return s.buffer == nullptr ? 0 : s.buffer->rows; };
        return rows(a.second) < rows(b.second);
      });
  return start_flush(largest->first);
}

// Hands the source's rows to a thread, so that the next ones are collected while these are sorted
// and written.
Result<void> StoreWrite::start_flush(const std::string& name) {
  TRY(finish_flush());
  Source& source = sources_.at(name);
  std::shared_ptr<const SourceBuffer> buffer = std::move(source.buffer);
  waiting_rows_ -= buffer->rows;
  uint64_t number = manifest_.next_number;
  manifest_.next_number += 2;
  flushing_source_ = name;
  flushing_ = std::async(std::launch::async,
                         [folder = folder_, buffer, ledgers = source.ledgers, number]() mutable {
                           auto flushed = flush(*folder, *buffer, ledgers, number);
                           buffer.reset();
                           return flushed;
                         });
  return {};
}

Result<void> StoreWrite::finish_flush() {
  if (!flushing_.valid()) return {};
  FlushedRows flushed = TRY(flushing_.get());
  sources_.at(flushing_source_).flushed.push_back(flushed);
  return {};
}

Result<void> StoreWrite::replace_users(event::UserBatch users) {
  if (failed_) return *failed_;
  profiles_ = std::make_unique<ProfileBuilder>();
  return guarded(add_profiles(users));
}

Result<void> StoreWrite::merge_users(event::UserBatch users) {
  if (failed_) return *failed_;
  if (profiles_ == nullptr) {
    profiles_ = std::make_unique<ProfileBuilder>();
    // A history is not merged into: a standard sync of users starts anew behind one.
    bool plain = base_->profiles() != nullptr && !base_->profiles()->history();
    if (plain) TRY(guarded(profiles_->add(*base_->profiles())));
  }
  return guarded(add_profiles(users));
}

Result<void> StoreWrite::add_profiles(const event::UserBatch& users) {
  std::vector<uint32_t> numbers = TRY(users_.number(users.users));
  return profiles_->add(users, numbers);
}

Result<void> StoreWrite::replace_lookup(event::Lookup lookup, event::LookupTable table) {
  if (failed_) return *failed_;
  auto written = LookupFile::write(*folder_, manifest_.next_number++, lookup, table);
  if (!written) return guarded(std::move(written).error());
  manifest_.lookups[lookup.name] = written.value();
  return {};
}

Result<void> StoreWrite::remove_lookup(const std::string& name) {
  if (failed_) return *failed_;
  manifest_.lookups.erase(name);
  return {};
}

Result<void> StoreWrite::remove_source(const std::string& name) {
  if (failed_) return *failed_;
  TRY(guarded(finish_flush()));
  std::erase_if(manifest_.parts, [&](const PartEntry& part) { return part.source == name; });
  std::erase_if(manifest_.ledgers, [&](const LedgerRef& ledger) { return ledger.source == name; });
  auto found = sources_.find(name);
  if (found != sources_.end()) {
    if (found->second.buffer != nullptr) waiting_rows_ -= found->second.buffer->rows;
    sources_.erase(found);
  }
  removed_sources_.insert(name);
  count_schema();
  return {};
}

Result<void> StoreWrite::set_document(const std::string& name, std::string text) {
  if (failed_) return *failed_;
  if (text.empty()) {
    manifest_.documents.erase(name);
  } else {
    manifest_.documents[name] = std::move(text);
  }
  return {};
}

Result<event::WriteCounts> StoreWrite::count() {
  if (failed_) return *failed_;
  if (counts_) return *counts_;
  auto counts = end_rows();
  if (!counts) {
    failed_ = counts.error();
  } else {
    counts_ = counts.value();
  }
  return counts;
}

Result<event::WriteCounts> StoreWrite::commit() {
  event::WriteCounts counts = TRY(count());
  TRY(guarded(write_everything()));
  lock_.reset();
  return counts;
}

Result<event::WriteCounts> StoreWrite::end_rows() {
  event::WriteCounts counts;
  for (auto& [name, source] : sources_) {
    if (source.buffer != nullptr) TRY(start_flush(name));
  }
  TRY(finish_flush());
  for (auto& [name, source] : sources_) {
    event::WriteCounts of_source = TRY(end_source(name, source));
    counts.stored += of_source.stored;
    counts.known += of_source.known;
    counts.changed += of_source.changed;
    counts.duplicates += of_source.duplicates;
  }
  return counts;
}

Result<void> StoreWrite::write_everything() {
  TRY(end_users());
  publishing_ = true;
  TRY(publish(*folder_, manifest_));
  remove_leftovers(*folder_, manifest_);
  return {};
}

Result<event::WriteCounts> StoreWrite::end_source(const std::string& name, Source& source) {
  if (source.flushed.empty()) return event::WriteCounts{};
  ResolvedRows resolved =
      TRY(resolve(*folder_, name, std::move(source.flushed), manifest_.next_number));
  for (const FlushedRows& rows : resolved.parts) {
    if (!rows.part) continue;
    manifest_.parts.push_back({*rows.part, name, rows.part_rows});
  }
  if (resolved.ledger) {
    manifest_.ledgers.push_back({*resolved.ledger, name, resolved.counts.stored});
  }
  return resolved.counts;
}

Result<void> StoreWrite::end_users() {
  if (users_.has_new()) {
    FileRef file = TRY(users_.write(*folder_, manifest_.next_number++));
    uint32_t first = manifest_.user_count();
    manifest_.users.push_back({file, first, users_.count() - first});
  }
  if (profiles_ != nullptr) {
    manifest_.profiles = TRY(profiles_->write(*folder_, manifest_.next_number++, users_.count()));
  }
  return {};
}

}  // namespace starling::store
