#include "store/store_write.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/fill.h"
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
  for (const auto& part : base_->parts()) {
    if (removed_sources_.contains(part->entry().source)) continue;
    for (const auto& table : part->tables()) {
      if (table->live_size() == 0) continue;
      for (const auto& [name, column] : table->columns()) {
        // The view has checked that the stored types go together.
        (void)schema_.add(table->event(), name, column->type());
      }
    }
  }
}

Result<StoreWrite::Source*> StoreWrite::source(const std::string& name, bool fills) {
  auto found = sources_.find({name, fills});
  if (found == sources_.end()) {
    Source source{name, fills};
    for (const LedgerRef& ledger : manifest_.ledgers) {
      if (ledger.source != name) continue;
      auto file = std::ranges::find(base_->ledgers(), ledger.file,
                                    [](const auto& known) { return known->file().ref(); });
      CHECK(file != base_->ledgers().end());
      source.ledgers.push_back(*file);
    }
    found = sources_.emplace(std::pair(name, fills), std::move(source)).first;
  }
  Source& source = found->second;
  if (source.buffer == nullptr) {
    source.buffer = std::make_unique<SourceBuffer>();
    source.buffer->source = name;
    source.buffer->fills = fills;
  }
  return &source;
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
  Source* source = TRY(this->source(batch.source, false));
  source->buffer->replaces = batch.replaces;
  std::vector<uint32_t> users = TRY(users_.number(batch.users));
  TRY(source->buffer->table(batch.event).append(batch, users));
  return added(*source, batch.size());
}

Result<void> StoreWrite::remove_rows(event::RemovedRows rows) {
  if (failed_) return *failed_;
  return guarded(append_removals(rows));
}

Result<void> StoreWrite::append_removals(const event::RemovedRows& rows) {
  if (rows.size() == 0) return {};
  Source* source = TRY(this->source(rows.source, false));
  SourceBuffer::Removals& removals = source->buffer->removals;
  auto extend = [](auto& column, const auto& more) {
    column.insert(column.end(), more.begin(), more.end());
  };
  extend(removals.row_keys, rows.row_keys);
  extend(removals.cursors, rows.cursors);
  return added(*source, rows.size());
}

Result<void> StoreWrite::remove_others(const std::string& source,
                                       std::vector<event::TimeSpan> spans) {
  if (failed_) return *failed_;
  TRY(this->source(source, false))->others = std::move(spans);
  return {};
}

Result<void> StoreWrite::fill(event::FilledRows rows) {
  if (failed_) return *failed_;
  return guarded(append_fills(rows));
}

// Waits as rows without user and time, so that a spilled part has them in the order of their order
// keys.
Result<void> StoreWrite::append_fills(event::FilledRows& rows) {
  for (const event::NamedColumn& given : rows.properties) {
    TRY(schema_.add(rows.event, given.name, given.column.type));
  }
  if (rows.size() == 0) return {};
  Source* source = TRY(this->source(rows.source, true));
  event::EventBatch batch{rows.source, rows.event};
  size_t count = rows.size();
  batch.times.resize(count);
  batch.cursors.resize(count);
  batch.row_keys = std::move(rows.row_keys);
  batch.content_hashes = std::move(rows.content_hashes);
  batch.properties = std::move(rows.properties);
  TRY(source->buffer->table(rows.event).append(batch, std::vector<uint32_t>(count, kNoUser)));
  return added(*source, count);
}

Result<void> StoreWrite::added(Source& source, uint64_t rows) {
  source.buffer->rows += rows;
  waiting_rows_ += rows;
  if (waiting_rows_ < part_rows_max_) return {};
  auto largest = std::ranges::max_element(sources_, {},
                                          [](const auto& entry) { return entry.second.waiting(); });
  return start_flush(largest->second);
}

// Hands the source's rows to a thread, so that the next ones are collected while these are sorted
// and written.
Result<void> StoreWrite::start_flush(Source& source) {
  TRY(finish_flush());
  std::shared_ptr<const SourceBuffer> buffer = std::move(source.buffer);
  waiting_rows_ -= buffer->rows;
  uint64_t number = manifest_.next_number;
  manifest_.next_number += kFlushFiles;
  flushing_source_ = &source;
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
  flushing_source_->flushed.push_back(std::move(flushed));
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
  for (bool fills : {false, true}) {
    auto found = sources_.find({name, fills});
    if (found == sources_.end()) continue;
    waiting_rows_ -= found->second.waiting();
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
  for (auto& [key, source] : sources_) {
    if (source.waiting() > 0) TRY(start_flush(source));
  }
  TRY(finish_flush());
  for (auto& [key, source] : sources_) {
    event::WriteCounts of_source = TRY(end_source(source));
    counts.stored += of_source.stored;
    counts.known += of_source.known;
    counts.changed += of_source.changed;
    counts.duplicates += of_source.duplicates;
    counts.replaced += of_source.replaced;
    counts.removed += of_source.removed;
    counts.filled += of_source.filled;
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

Result<event::WriteCounts> StoreWrite::end_source(const Source& source) {
  if (source.flushed.empty() && source.others.empty()) return event::WriteCounts{};
  OtherRows others;
  if (!source.others.empty())
    others = OtherRows(parts_of(source.name), source.ledgers, source.others);
  ResolvedRows resolved =
      TRY(resolve(*folder_, source.name, source.flushed, std::move(others), manifest_.next_number));
  if (resolved.ledger) manifest_.ledgers.push_back(*resolved.ledger);
  if (source.fills) {
    TRY(fill_rows(source.name, resolved.parts));
    event::WriteCounts counts;
    counts.filled = resolved.counts.stored;
    return counts;
  }
  TRY(drop_rows(source.name, resolved.dropped));
  manifest_.parts.insert(manifest_.parts.end(), resolved.parts.begin(), resolved.parts.end());
  return resolved.counts;
}

std::vector<std::shared_ptr<const LivePart>> StoreWrite::parts_of(const std::string& source) const {
  std::vector<std::shared_ptr<const LivePart>> parts;
  for (const auto& part : base_->parts()) {
    bool is_there = std::ranges::any_of(
        manifest_.parts, [&](const PartEntry& entry) { return entry.file == part->entry().file; });
    if (is_there && part->entry().source == source) parts.push_back(part);
  }
  return parts;
}

PartEntry& StoreWrite::entry_of(const LivePart& part) {
  auto found = std::ranges::find(manifest_.parts, part.entry().file, &PartEntry::file);
  CHECK(found != manifest_.parts.end());
  return *found;
}

Result<void> StoreWrite::drop_rows(const std::string& source,
                                   const std::vector<base::Hash128>& keys) {
  if (keys.empty()) return {};
  auto parts = parts_of(source);
  std::vector<DroppedRows> found = TRY(find_rows(parts, keys));
  for (size_t i = 0; i < parts.size(); ++i) {
    uint64_t dropped = 0;
    for (size_t t = 0; t < found[i].size(); ++t) {
      dropped += found[i][t].size();
      if (parts[i]->drops() == nullptr) continue;
      std::span<const uint32_t> before = parts[i]->drops()->rows(t);
      found[i][t].insert(found[i][t].end(), before.begin(), before.end());
      std::sort(found[i][t].begin(), found[i][t].end());
    }
    if (dropped == 0) continue;
    PartEntry& entry = entry_of(*parts[i]);
    entry.rows -= dropped;
    if (entry.rows > 0)
      entry.drops = TRY(DropsFile::write(*folder_, manifest_.next_number++, found[i]));
  }
  std::erase_if(manifest_.parts, [](const PartEntry& entry) { return entry.rows == 0; });
  return {};
}

Result<void> StoreWrite::fill_rows(const std::string& source, const std::vector<PartEntry>& given) {
  std::vector<std::shared_ptr<const LivePart>> spilled;
  for (const PartEntry& entry : given)
    spilled.push_back(TRY(LivePart::open(*folder_, entry, nullptr)));
  auto parts = parts_of(source);
  auto files = TRY(fill_parts(*folder_, spilled, parts, manifest_.next_number));
  for (size_t i = 0; i < parts.size(); ++i) {
    if (files[i]) entry_of(*parts[i]).fills.push_back(*files[i]);
  }
  return {};
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
