// An unchanging view of everything in the store: what a question is answered from. Parts, profiles
// and lookups are memory-mapped; a snapshot stays valid while newer ones are published.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "event/schema.h"
#include "store/stored_numbers.h"

namespace starling::store {

using base::Result;

// Reads one stored column, whatever its encoding. Ranges are [first, first + count) and must lie
// inside the column. Thread-safe: reading changes nothing.
class ColumnReader {
 public:
  virtual ~ColumnReader() = default;

  virtual const event::PropertyType& type() const = 0;
  virtual uint64_t size() const = 0;
  virtual bool has_nulls() const = 0;

  // 1 where there is a value.
  virtual void valid(uint64_t first, size_t count, uint8_t* out) const = 0;
  // Boolean, integer, decimal digits, date, time; 0 where null.
  virtual void integers(uint64_t first, size_t count, int64_t* out) const = 0;
  virtual void floats(uint64_t first, size_t count, double* out) const = 0;  // 0 where null
  // Text: 0 where null, else dictionary()[code - 1]. The dictionary is the column's own, sorted by
  // UTF-8 bytes.
  virtual void codes(uint64_t first, size_t count, uint32_t* out) const = 0;
  virtual uint32_t dictionary_size() const = 0;
  virtual std::string_view dictionary(uint32_t index) const = 0;
  // Lists: count + 1 positions into the children; row i's elements are [out[i], out[i + 1]).
  virtual void offsets(uint64_t first, size_t count, uint64_t* out) const = 0;
  virtual const ColumnReader& child(size_t member) const = 0;  // one a member of the type

  // One cell; slow, for people and tests.
  virtual event::Value value(uint64_t row) const = 0;
};

constexpr uint32_t kNoUser = 0xFFFFFFFF;

// The rows of one event name from one source in one part, sorted by (user, time, order key); rows
// without a user last. Dropped rows still have their place; nothing may count them.
class EventTable {
 public:
  virtual ~EventTable() = default;

  virtual const std::string& event() const = 0;
  virtual const std::string& source() const = 0;
  virtual uint64_t size() const = 0;
  virtual uint64_t live_size() const = 0;  // without the dropped rows; at least 1
  // Bit row % 64 of word row / 64 is set for a dropped row; empty when there is none.
  virtual std::span<const uint64_t> dropped() const = 0;
  bool is_dropped(uint64_t row) const {
    std::span<const uint64_t> words = dropped();
    return !words.empty() && (words[row / 64] >> (row % 64) & 1) != 0;
  }
  virtual int64_t first_time() const = 0;  // ms, over all rows
  virtual int64_t last_time() const = 0;
  // The first and last time of the rows that count.
  virtual std::pair<int64_t, int64_t> live_times() const = 0;

  virtual StoredNumbers<uint32_t> users() const = 0;  // one a row: user numbers, kNoUser last
  virtual StoredNumbers<int64_t> times() const = 0;   // ms
  virtual std::span<const uint64_t> order_keys() const = 0;
  // nullptr when the part's rows never have the property.
  virtual const ColumnReader* property(std::string_view name) const = 0;
};

// What holds when, of things with history (users, keys of a lookup table): thing i has the rows
// [first[i], first[i + 1]) of its columns, in the order of their starts; each holds until the next.
struct Versions {
  std::span<const uint32_t> first;
  std::span<const int64_t> starts;  // ms, one a row

  // The row that holds at the time; nothing before the first one, and for a thing without rows.
  std::optional<uint32_t> row_at(uint32_t thing, int64_t time) const;
};

class LookupReader {
 public:
  virtual ~LookupReader() = default;

  virtual uint64_t size() const = 0;  // keys
  // The place of a key's text (event::to_text), if there is one.
  virtual std::optional<uint32_t> find(std::string_view key) const = 0;
  virtual std::string_view key(uint32_t place) const = 0;
  virtual const Versions* versions() const = 0;  // nullptr without history
  // One row a key, in their places; with history, one a version.
  virtual const ColumnReader* column(std::string_view name) const = 0;

  // The row of a key's place that holds at the time.
  std::optional<uint32_t> row_at(uint32_t place, int64_t time) const;
};

class Snapshot {
 public:
  virtual ~Snapshot() = default;

  virtual uint64_t version() const = 0;  // grows with every commit
  virtual const event::Schema& schema() const = 0;
  virtual std::span<const EventTable* const> tables() const = 0;

  // Users are dense numbers 0 .. user_count() - 1, in order of first sight; a number never changes.
  virtual uint32_t user_count() const = 0;
  virtual std::string_view user_id(uint32_t user) const = 0;
  virtual std::optional<uint32_t> find_user(std::string_view id) const = 0;
  virtual bool has_profile(uint32_t user) const = 0;
  virtual const Versions* user_versions() const = 0;  // nullptr when profiles have no history
  // A column of user_count() rows, with history of one row a version; nullptr when no profile has
  // the property.
  virtual const ColumnReader* user_property(std::string_view name) const = 0;

  virtual const LookupReader* lookup(std::string_view name) const = 0;
  virtual std::optional<std::string> document(const std::string& name) const = 0;
  virtual uint64_t bytes() const = 0;  // on disk
};

}  // namespace starling::store
