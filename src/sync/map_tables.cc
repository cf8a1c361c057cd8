#include "sync/map_tables.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/hash.h"
#include "sync/row_text.h"

namespace starling::sync {
namespace {

using Identity = std::pair<std::string_view, int64_t>;  // key and start

struct IdentityHash {
  size_t operator()(const Identity& identity) const {
    return base::hash64(identity.first, static_cast<uint64_t>(identity.second));
  }
};

}  // namespace

TableMapper::TableMapper(const model::Select& select, base::TimeZone zone, base::TimeZone day_zone)
    : select_(select), instants_(select.start, std::move(zone), std::move(day_zone)) {
  if (select.history) start_at_ = properties_at_++;
  if (select.has_cursor) cursor_at_ = properties_at_++;
  for (const event::Property& property : select.properties) columns_.emplace_back(property.type);
}

void TableMapper::keep_aside(const source::Rows& rows, size_t row, const char* reason,
                             MapState& state) const {
  ++state.kept_aside_count;
  if (state.kept_aside.size() >= kKeptAsideMax) return;
  std::vector<std::string> names;
  std::vector<const event::Column*> columns;
  for (size_t i = 0; i < columns_.size(); ++i) {
    names.push_back(select_.properties[i].name);
    columns.push_back(&rows.columns[properties_at_ + i]);
  }
  state.kept_aside.push_back({"", reason, "", row_json(names, columns, row)});
}

void TableMapper::add(const source::Rows& rows, MapState& state) {
  for (size_t row = 0; row < rows.size(); ++row) {
    std::string key = key_text(rows.columns[0], row);
    if (key.empty()) {
      keep_aside(rows, row, "it has no key", state);
      continue;
    }
    if (start_at_ >= 0) {
      const event::Column& starts = rows.columns[start_at_];
      if (!starts.valid[row]) {
        keep_aside(rows, row, "it does not say when it began", state);
        continue;
      }
      starts_.push_back(instants_.of(starts.integers[row]).value);
    }
    int64_t cursor = 0;
    if (cursor_at_ >= 0 && rows.columns[cursor_at_].valid[row]) {
      cursor = rows.columns[cursor_at_].integers[row];
      state.cursor_max = std::max(state.cursor_max, cursor);
    }
    keys_.push_back(key);
    cursors_.push_back(cursor);
    for (size_t i = 0; i < columns_.size(); ++i)
      columns_[i].push_from(rows.columns[properties_at_ + i], row);
  }
}

std::vector<size_t> TableMapper::winners(MapState& state, uint64_t& duplicates) const {
  std::vector<std::string> names;
  std::vector<const event::Column*> columns;
  for (size_t i = 0; i < columns_.size(); ++i) {
    names.push_back(select_.properties[i].name);
    columns.push_back(&columns_[i]);
  }
  auto start_of = [&](size_t row) { return starts_.empty() ? 0 : starts_[row]; };
  std::unordered_map<Identity, size_t, IdentityHash> best;
  for (size_t row = 0; row < keys_.size(); ++row) {
    auto [found, first] = best.emplace(Identity(keys_[row], start_of(row)), row);
    if (first) continue;
    ++duplicates;
    size_t& holder = found->second;
    auto rank = [&](size_t at) {
      return std::pair(cursors_[at], base::hash64(row_json(names, columns, at)));
    };
    size_t loser = row;
    if (rank(row) > rank(holder)) std::swap(loser, holder);
    if (state.kept_aside.size() < kKeptAsideMax) {
      state.kept_aside.push_back({std::string(keys_[loser]),
                                  starts_.empty() ? "another row has the same key"
                                                  : "another row has the same key and start",
                                  "", row_json(names, columns, loser)});
    }
  }
  std::vector<size_t> rows;
  for (auto& [key, row] : best) rows.push_back(row);
  std::sort(rows.begin(), rows.end());
  return rows;
}

std::vector<event::NamedColumn> TableMapper::picked(const std::vector<size_t>& rows) const {
  std::vector<event::NamedColumn> out;
  for (size_t i = 0; i < columns_.size(); ++i) {
    event::Column column(columns_[i].type);
    for (size_t row : rows) column.push_from(columns_[i], row);
    out.push_back({select_.properties[i].name, std::move(column)});
  }
  return out;
}

event::UserBatch TableMapper::take_users(MapState& state, uint64_t& duplicates) {
  std::vector<size_t> rows = winners(state, duplicates);
  event::UserBatch out;
  out.history = select_.history;
  for (size_t row : rows) {
    out.users.push_back(keys_[row]);
    if (out.history) out.starts.push_back(starts_[row]);
  }
  out.properties = picked(rows);
  return out;
}

event::LookupTable TableMapper::take_lookup(MapState& state, uint64_t& duplicates) {
  std::vector<size_t> rows = winners(state, duplicates);
  event::LookupTable out;
  for (size_t row : rows) {
    out.keys.push_back(keys_[row]);
    if (select_.history) out.starts.push_back(starts_[row]);
  }
  out.columns = picked(rows);
  return out;
}

}  // namespace starling::sync
