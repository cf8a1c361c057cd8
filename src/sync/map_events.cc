// A row's identity, three ways (reports.md §8.1, §8.38):
//   order key: the first 8 bytes of the MD5 of the id's text; orders rows of one user at one
//   instant row key: order key, event name and id; one row an id within a source content hash: of
//   every non-null mapped value by name; a new column that is null changes nothing
// Without an id, the row's mapped content stands for it, and identical rows are told apart by
// count.
#include "sync/map_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>

#include "base/hash.h"
#include "sync/row_text.h"

namespace starling::sync {
namespace {

using base::kDayMs;
using event::Column;
using event::Type;

constexpr int64_t kTimeMin = 365 * kDayMs;  // 1971-01-01

uint64_t mix(uint64_t a, uint64_t b) {
  uint64_t x = a ^ (b + 0x9E3779B97F4A7C15ull + (a << 6) + (a >> 2));
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93ull;
  return x ^ (x >> 32);
}

uint64_t value_hash(const Column& column, size_t row) {
  switch (column.type.type) {
    case Type::kBoolean:
    case Type::kInteger:
    case Type::kDate:
    case Type::kTime:
      return mix(1, static_cast<uint64_t>(column.integers[row]));
    case Type::kDecimal:
      return mix(2 + column.type.scale, static_cast<uint64_t>(column.integers[row]));
    case Type::kFloat:
      return mix(3, std::bit_cast<uint64_t>(column.floats[row]));
    case Type::kText:
      return base::hash64(column.texts[row], 4);
    case Type::kList:
    case Type::kObjects: {
      uint64_t hash = 5;
      for (uint64_t element = column.offsets[row]; element < column.offsets[row + 1]; ++element) {
        for (const Column& child : column.children) {
          hash = mix(hash, child.valid[element] ? value_hash(child, element) : 6);
        }
      }
      return hash;
    }
  }
  return 0;
}

Column pick(const Column& column, const std::vector<size_t>& rows) {
  Column out(column.type);
  for (size_t row : rows) out.push_from(column, row);
  return out;
}

}  // namespace

EventMapper::EventMapper(const model::Select& select, base::TimeZone zone, base::TimeZone day_zone,
                         base::TimeMs now)
    : select_(select), instants_(select.time, std::move(zone), std::move(day_zone)), now_(now) {
  int at = 0;
  if (select.event.empty()) event_at_ = at++;
  time_at_ = at++;
  if (select.has_user) user_at_ = at++;
  ids_at_ = at;
  at += select.id_columns;
  if (select.has_cursor) cursor_at_ = at++;
  properties_at_ = at;
  std::map<std::string, int> named = {{"time", time_at_}};
  if (user_at_ >= 0) named["user"] = user_at_;
  for (const event::Property& property : select.properties) named[property.name] = at++;
  for (auto& [name, column] : named) {
    names_.push_back(name);
    named_columns_.push_back(column);
  }
}

base::TimeMs Instants::of(int64_t raw) const {
  if (column_.type->type == Type::kDate)
    return day_zone_.day_start(base::Date{static_cast<int32_t>(raw)});
  if (column_.zoned) return base::TimeMs{raw};
  int64_t days = raw >= 0 ? raw / kDayMs : -((-raw + kDayMs - 1) / kDayMs);
  return zone_.from_local(base::Date{static_cast<int32_t>(days)},
                          static_cast<int32_t>(raw - days * kDayMs));
}

std::vector<const Column*> EventMapper::named_columns(const source::Rows& rows) const {
  std::vector<const Column*> columns;
  for (int at : named_columns_) columns.push_back(&rows.columns[at]);
  return columns;
}

void EventMapper::keep_aside(const source::Rows& rows, size_t row, const Row& read,
                             MapState& state) const {
  ++state.kept_aside_count;
  const Column& times = rows.columns[time_at_];
  if (times.valid[row]) {
    int64_t raw = times.integers[row];
    bool is_date = select_.time.type->type == Type::kDate;
    int64_t day = is_date || raw >= 0 ? raw : raw - (kDayMs - 1);
    state.kept_aside_days.insert(
        base::Date{static_cast<int32_t>(is_date ? day : day / kDayMs)}.text());
  }
  if (state.kept_aside.size() >= kKeptAsideMax) return;
  state.kept_aside.push_back(
      {read.id, read.misfit, "", row_json(names_, named_columns(rows), row)});
}

std::vector<uint64_t> EventMapper::content_hashes(const source::Rows& rows) const {
  std::vector<uint64_t> hashes(rows.size(), 0);
  for (size_t i = 0; i < names_.size(); ++i) {
    uint64_t name = base::hash64(names_[i], 7);
    const Column& column = rows.columns[named_columns_[i]];
    for (size_t row = 0; row < rows.size(); ++row) {
      if (column.valid[row]) hashes[row] += mix(name, value_hash(column, row));
    }
  }
  return hashes;
}

EventMapper::Row EventMapper::read_row(const source::Rows& rows, size_t row) const {
  Row out;
  bool id_is_null = select_.id_columns > 0;
  for (int i = 0; i < select_.id_columns; ++i) {
    const Column& column = rows.columns[ids_at_ + i];
    if (i > 0) out.id += '\x1f';
    if (column.valid[row]) id_is_null = false;
    append_id_text(out.id, column, row);
  }
  out.event = select_.event;
  if (event_at_ >= 0) {
    const Column& names = rows.columns[event_at_];
    out.event = names.valid[row] ? names.texts[row] : std::string_view();
  }
  const Column& times = rows.columns[time_at_];
  if (!times.valid[row]) {
    out.misfit = "it has no time";
  } else {
    out.time = instants_.of(times.integers[row]);
    if (out.time.value < kTimeMin) out.misfit = "its time is before 1971";
    if (out.time.value > now_.value + kDayMs)
      out.misfit = "its time is more than a day ahead of the clock";
  }
  if (out.event.empty()) out.misfit = "it has no event name";
  if (id_is_null) out.misfit = "it has no id";
  return out;
}

void EventMapper::append(const source::Rows& rows, size_t row, const Row& read, uint64_t content,
                         event::EventBatch& batch, MapState& state) const {
  std::string identity = read.id;
  uint64_t order_key = 0;
  if (select_.id_columns > 0) {
    order_key = base::md5_prefix(identity);
  } else {
    identity = row_json(names_, named_columns(rows), row);
    order_key = base::md5_prefix(identity);
    uint32_t copy = state.copies[base::hash64(identity, base::hash64(read.event))]++;
    identity += fmt::format("\x1f{}", copy);
  }
  int64_t cursor = 0;
  if (cursor_at_ >= 0 && rows.columns[cursor_at_].valid[row]) {
    cursor = rows.columns[cursor_at_].integers[row];
    state.cursor_max = std::max(state.cursor_max, cursor);
  }
  batch.users.push_back(user_at_ >= 0 ? key_text(rows.columns[user_at_], row) : "");
  batch.times.push_back(read.time.value);
  batch.row_keys.push_back(event::row_key(order_key, read.event, identity));
  batch.content_hashes.push_back(content);
  batch.cursors.push_back(cursor);
}

std::vector<event::EventBatch> EventMapper::map(source::Rows rows, MapState& state) const {
  std::vector<uint64_t> contents = content_hashes(rows);
  struct Picked {
    event::EventBatch batch;
    std::vector<size_t> rows;
  };
  std::map<std::string, Picked, std::less<>> by_event;
  for (size_t row = 0; row < rows.size(); ++row) {
    Row read = read_row(rows, row);
    if (read.misfit != nullptr) {
      keep_aside(rows, row, read, state);
      continue;
    }
    auto found = by_event.find(read.event);
    if (found == by_event.end()) {
      found = by_event.emplace(std::string(read.event), Picked{}).first;
      found->second.batch.source = select_.source;
      found->second.batch.event = found->first;
    }
    found->second.rows.push_back(row);
    append(rows, row, read, contents[row], found->second.batch, state);
  }

  std::vector<event::EventBatch> out;
  for (auto& [name, picked] : by_event) {
    for (size_t i = 0; i < select_.properties.size(); ++i) {
      Column& column = rows.columns[properties_at_ + i];
      bool whole = picked.rows.size() == rows.size();
      Column part = whole ? std::move(column) : pick(column, picked.rows);
      picked.batch.properties.push_back({select_.properties[i].name, std::move(part)});
    }
    out.push_back(std::move(picked.batch));
  }
  return out;
}

std::string cursor_literal(const source::ColumnInfo& cursor, int64_t value) {
  switch (cursor.type->type) {
    case Type::kDate:
      return base::Date{static_cast<int32_t>(value)}.text();
    case Type::kTime: {
      Column column(event::PropertyType{Type::kTime});
      column.push_integer(value);
      std::string text;
      append_id_text(text, column, 0);
      return text;
    }
    case Type::kDecimal:
      return base::Decimal{value, cursor.type->scale}.text();
    case Type::kInteger:
    case Type::kBoolean:
    case Type::kFloat:
    case Type::kText:
    case Type::kList:
    case Type::kObjects:
      return fmt::format("{}", value);
  }
  return "";
}

}  // namespace starling::sync
