#include "sync/map_tables.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"
#include "sync/row_text.h"

namespace starling::sync {

TableMapper::TableMapper(const model::Select& select) : select_(select) {
  if (select.has_cursor) cursor_at_ = properties_at_++;
  for (const event::Property& property : select.properties) columns_.emplace_back(property.type);
}

void TableMapper::add(const source::Rows& rows, MapState& state) {
  for (size_t row = 0; row < rows.size(); ++row) {
    std::string key = key_text(rows.columns[0], row);
    if (key.empty()) {
      ++state.kept_aside_count;
      if (state.kept_aside.size() < kKeptAsideMax) {
        std::vector<std::string> names;
        std::vector<const event::Column*> columns;
        for (size_t i = 0; i < columns_.size(); ++i) {
          names.push_back(select_.properties[i].name);
          columns.push_back(&rows.columns[properties_at_ + i]);
        }
        state.kept_aside.push_back({"", "it has no key", "", row_json(names, columns, row)});
      }
      continue;
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
  std::unordered_map<std::string_view, size_t> best;
  for (size_t row = 0; row < keys_.size(); ++row) {
    auto [found, first] = best.emplace(keys_[row], row);
    if (first) continue;
    ++duplicates;
    size_t& holder = found->second;
    auto rank = [&](size_t at) {
      return std::pair(cursors_[at], base::hash64(row_json(names, columns, at)));
    };
    size_t loser = row;
    if (rank(row) > rank(holder)) std::swap(loser, holder);
    if (state.kept_aside.size() < kKeptAsideMax) {
      state.kept_aside.push_back({std::string(keys_[loser]), "another row has the same key", "",
                                  row_json(names, columns, loser)});
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
  for (size_t row : rows) out.users.push_back(keys_[row]);
  out.properties = picked(rows);
  return out;
}

event::LookupTable TableMapper::take_lookup(MapState& state, uint64_t& duplicates) {
  std::vector<size_t> rows = winners(state, duplicates);
  event::LookupTable out;
  for (size_t row : rows) out.keys.push_back(keys_[row]);
  out.columns = picked(rows);
  return out;
}

}  // namespace starling::sync
