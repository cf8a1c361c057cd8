// Files of sorted records: what is known of a source's rows (ledger), and the rows of a running
// write (runs).
//
// Records stand in blocks of 65,536, one section each, so that a look-up reads and checks only the
// blocks it needs.
#pragma once

#include <algorithm>
#include <atomic>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "base/hash.h"
#include "store/bytes.h"
#include "store/section_file.h"

namespace starling::store {

// A stored row: its key, and its content to tell a changed row from the same row again.
struct LedgerEntry {
  static constexpr uint64_t kRemoved = 0;  // the content of a row that is there no more

  base::Hash128 key;
  uint64_t content_hash = 0;
};
static_assert(sizeof(LedgerEntry) == 24);

// A row of a running write, or the removal of one: the best of its key in one flush, and what
// becomes of it.
struct RunEntry {
  enum class Fate : uint32_t {
    kStored,    // in the part of the same flush
    kReplaced,  // the same, instead of the row that the ledger holds
    kKnown,     // the ledger holds it with the same content: in no part
    kChanged,   // the ledger holds it with other content, which stays: in no part
    kRemoved,   // a removal of a row that the ledger holds
    kUnknown,   // a removal of a row that it does not hold, or properties for one: in no part
  };

  base::Hash128 key;
  uint64_t content_hash = 0;
  int64_t cursor = 0;
  Fate fate = Fate::kStored;
  uint32_t row = 0;  // in the part, counted through its tables

  bool is_stored() const { return fate <= Fate::kReplaced; }
  bool is_removal() const { return fate >= Fate::kRemoved; }
  bool drops_known() const { return fate == Fate::kReplaced || fate == Fate::kRemoved; }
  // Which of two rows of one key wins: the greatest cursor, then the greatest content hash
  // (reports.md §8.38).
  bool loses_to(const RunEntry& other) const {
    return cursor != other.cursor ? cursor < other.cursor : content_hash < other.content_hash;
  }
};
static_assert(sizeof(RunEntry) == 40);

constexpr size_t kRecordsPerBlock = 65536;

// REQUIRES: records come in ascending order of their keys.
template <class Record>
class RecordWriter {
 public:
  static Result<RecordWriter> create(const Folder& folder, FileKind kind, uint64_t number) {
    return RecordWriter(TRY(SectionFileWriter::create(folder, kind, number)));
  }

  Result<void> add(const Record& record) {
    block_.push_back(record);
    ++count_;
    if (block_.size() == kRecordsPerBlock) return flush();
    return {};
  }
  uint64_t count() const { return count_; }
  Result<FileRef> finish() {
    if (!block_.empty()) TRY(flush());
    ByteWriter description;
    description.u64(count_);
    description.u32(static_cast<uint32_t>(first_keys_.size()));
    for (const base::Hash128& key : first_keys_) {
      description.u64(key.high);
      description.u64(key.low);
    }
    return file_->finish(description.str());
  }

 private:
  explicit RecordWriter(std::unique_ptr<SectionFileWriter> file) : file_(std::move(file)) {
    block_.reserve(kRecordsPerBlock);
  }
  Result<void> flush() {
    first_keys_.push_back(block_.front().key);
    Section section{SectionRole::kEntries, Encoding::kRecords, sizeof(Record), block_.size()};
    TRY(file_->add(section, std::as_bytes(std::span<const Record>(block_))));
    block_.clear();
    return {};
  }

  std::unique_ptr<SectionFileWriter> file_;
  std::vector<Record> block_;
  std::vector<base::Hash128> first_keys_;
  uint64_t count_ = 0;
};

// Thread-safe.
template <class Record>
class RecordFile {
 public:
  static Result<std::shared_ptr<const RecordFile>> open(const Folder& folder, const FileRef& ref) {
    std::shared_ptr<RecordFile> records(new RecordFile(TRY(SectionFile::open(folder, ref))));
    TRY(records->read());
    return std::shared_ptr<const RecordFile>(records);
  }

  uint64_t count() const { return count_; }
  size_t blocks() const { return first_keys_.size(); }
  const base::Hash128& first_key(size_t block) const { return first_keys_[block]; }
  const SectionFile& file() const { return *file_; }
  // Checks the block's bytes when it is read for the first time.
  Result<std::span<const Record>> block(size_t index) const {
    const Section& section = file_->sections()[index];
    if (!checked_[index].load(std::memory_order_acquire)) {
      TRY(file_->verify(section));
      checked_[index].store(true, std::memory_order_release);
    }
    return std::span<const Record>(reinterpret_cast<const Record*>(file_->bytes(section).data()),
                                   section.count);
  }

 private:
  explicit RecordFile(std::shared_ptr<const SectionFile> file)
      : file_(std::move(file)), checked_(file_->sections().size()) {}

  Result<void> read() {
    ByteReader description(file_->description());
    count_ = description.u64();
    uint32_t blocks = description.count(16);
    for (uint32_t i = 0; i < blocks; ++i) {
      uint64_t high = description.u64(), low = description.u64();
      first_keys_.push_back({high, low});
    }
    if (!description.finish() || blocks != file_->sections().size()) {
      return file_->corrupt("has a description that cannot be read");
    }
    for (const Section& section : file_->sections()) {
      if (section.role != SectionRole::kEntries || section.encoding != Encoding::kRecords ||
          section.width != sizeof(Record) || section.count == 0) {
        return file_->corrupt(section, "is no block of records");
      }
    }
    return {};
  }

  std::shared_ptr<const SectionFile> file_;
  uint64_t count_ = 0;
  std::vector<base::Hash128> first_keys_;
  mutable std::vector<std::atomic<bool>> checked_;
};

// Walks the records of a file in order.
template <class Record>
class RecordCursor {
 public:
  explicit RecordCursor(std::shared_ptr<const RecordFile<Record>> file) : file_(std::move(file)) {}

  // The record the cursor stands on, nullptr at the end.
  Result<const Record*> current() {
    if (at_ < block_.size()) return &block_[at_];
    if (next_block_ == file_->blocks()) return nullptr;
    block_ = TRY(file_->block(next_block_++));
    at_ = 0;
    return &block_[0];
  }
  void advance() { ++at_; }
  // Moves forward to the first record whose key is not less than `key`.
  Result<const Record*> seek(const base::Hash128& key) {
    while (next_block_ < file_->blocks() && file_->first_key(next_block_) <= key) {
      // The last block that begins at or before the key; blocks between are never read.
      size_t step = 1;
      size_t block = next_block_;
      while (block + step < file_->blocks() && file_->first_key(block + step) <= key) {
        block += step;
        step *= 2;
      }
      block_ = TRY(file_->block(block));
      next_block_ = block + 1;
      at_ = 0;
    }
    auto [low, high] = bounds(key);
    auto begin = block_.begin();
    at_ = static_cast<size_t>(
        std::lower_bound(
            begin + static_cast<ptrdiff_t>(low), begin + static_cast<ptrdiff_t>(high), key,
            [](const Record& record, const base::Hash128& k) { return record.key < k; }) -
        begin);
    return current();
  }

 private:
  // Where in the block, from the cursor on, the first record not less than the key stands: in
  // [low, high]. Keys are hashes and so evenly spread: a guess by proportion comes close, and steps
  // that double lead from it to both sides of the key.
  std::pair<size_t, size_t> bounds(const base::Hash128& key) const {
    if (at_ >= block_.size()) return {at_, at_};
    size_t last = block_.size() - 1;
    uint64_t first_high = block_[at_].key.high, range = block_[last].key.high - first_high;
    size_t guess = at_;
    if (key.high > first_high && range > 0) {
      double share =
          std::min(1.0, static_cast<double>(key.high - first_high) / static_cast<double>(range));
      guess += static_cast<size_t>(share * static_cast<double>(last - at_));
    }
    size_t low = guess, high = guess, step = 1;
    if (block_[guess].key < key) {
      for (; high <= last && block_[high].key < key; step *= 2) {
        low = high;
        high = std::min(high + step, last + 1);
      }
    } else {
      for (; low > at_ && !(block_[low].key < key); step *= 2) {
        high = low;
        low = low - at_ > step ? low - step : at_;
      }
    }
    return {low, std::min(high + 1, last + 1)};
  }

  std::shared_ptr<const RecordFile<Record>> file_;
  std::span<const Record> block_;
  size_t next_block_ = 0;
  size_t at_ = 0;
};

using LedgerFile = RecordFile<LedgerEntry>;

}  // namespace starling::store
