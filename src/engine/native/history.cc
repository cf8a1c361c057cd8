#include "engine/native/history.h"

#include <algorithm>
#include <bit>
#include <unordered_map>

#include "base/result.h"

namespace starling::engine::native {

using event::Type;
using store::ColumnReader;
using store::EventTable;
using store::LookupReader;
using store::Versions;

GatheredColumn::GatheredColumn(const ColumnReader& column, Rows rows)
    : column_(column), rows_(std::move(rows)) {
  CHECK(!column.type().is_list());
  size_t count = column.size();
  if (column.type().type == Type::kText) {
    codes_.resize(count);
    column.codes(0, count, codes_.data());
    for (uint32_t code : codes_) valid_.push_back(code != 0);
    return;
  }
  valid_.resize(count);
  column.valid(0, count, valid_.data());
  if (column.type().type == Type::kFloat) {
    floats_.resize(count);
    column.floats(0, count, floats_.data());
  } else {
    integers_.resize(count);
    column.integers(0, count, integers_.data());
  }
}

template <class T>
void GatheredColumn::gather(const std::vector<T>& from, uint64_t first, size_t count,
                            T* out) const {
  const uint32_t* rows = rows_->data() + first;
  for (size_t i = 0; i < count; ++i) out[i] = rows[i] == kNoRow ? T{} : from[rows[i]];
}

void GatheredColumn::valid(uint64_t first, size_t count, uint8_t* out) const {
  gather(valid_, first, count, out);
}
void GatheredColumn::integers(uint64_t first, size_t count, int64_t* out) const {
  gather(integers_, first, count, out);
}
void GatheredColumn::floats(uint64_t first, size_t count, double* out) const {
  gather(floats_, first, count, out);
}
void GatheredColumn::codes(uint64_t first, size_t count, uint32_t* out) const {
  gather(codes_, first, count, out);
}
void GatheredColumn::offsets(uint64_t, size_t, uint64_t*) const { CHECK(false); }
const ColumnReader& GatheredColumn::child(size_t) const {
  CHECK(false);
  return column_;
}
event::Value GatheredColumn::value(uint64_t row) const {
  uint32_t from = (*rows_)[row];
  return from == kNoRow ? event::Value{} : column_.value(from);
}

namespace {

// The place of each row's key in the lookup, GatheredColumn::kNoRow where it has none. Each
// different key is looked up once.
std::vector<uint32_t> places_of(const LookupReader& lookup, const ColumnReader& keys) {
  size_t count = keys.size();
  std::vector<uint32_t> places(count, GatheredColumn::kNoRow);
  auto place_of = [&](std::string_view key) {
    return lookup.find(key).value_or(GatheredColumn::kNoRow);
  };
  if (keys.type().type == Type::kText) {
    std::vector<uint32_t> place_of_code{GatheredColumn::kNoRow};
    for (uint32_t i = 0; i < keys.dictionary_size(); ++i)
      place_of_code.push_back(place_of(keys.dictionary(i)));
    keys.codes(0, count, places.data());
    for (uint32_t& place : places) place = place_of_code[place];
    return places;
  }
  std::vector<uint8_t> valid(count);
  keys.valid(0, count, valid.data());
  std::vector<int64_t> raw(count);
  if (keys.type().type == Type::kFloat) {
    std::vector<double> floats(count);
    keys.floats(0, count, floats.data());
    std::ranges::transform(floats, raw.begin(),
                           [](double value) { return std::bit_cast<int64_t>(value); });
  } else {
    keys.integers(0, count, raw.data());
  }
  std::unordered_map<int64_t, uint32_t> known;
  for (size_t row = 0; row < count; ++row) {
    if (!valid[row]) continue;
    auto [found, is_new] = known.try_emplace(raw[row], 0);
    if (is_new) found->second = place_of(event::to_text(keys.value(row)));
    places[row] = found->second;
  }
  return places;
}

}  // namespace

const ColumnReader* History::keep(const ColumnReader& column, GatheredColumn::Rows rows) {
  kept_.push_back(std::make_unique<GatheredColumn>(column, std::move(rows)));
  return kept_.back().get();
}

const ColumnReader* History::of_users(const std::string& property) {
  const ColumnReader* column = snapshot_.user_property(property);
  if (column == nullptr || snapshot_.user_versions() == nullptr) return column;
  auto [found, is_new] = columns_.try_emplace({nullptr, property}, nullptr);
  if (is_new) found->second = keep(*column, rows_of_users());
  return found->second;
}

const ColumnReader* History::of_rows(const std::string& property, const EventTable& table) {
  const ColumnReader* column = snapshot_.user_property(property);
  if (column == nullptr) return nullptr;
  auto [found, is_new] = columns_.try_emplace({&table, property}, nullptr);
  if (is_new) found->second = keep(*column, rows_of_table(table));
  return found->second;
}

GatheredColumn::Rows History::rows_of_users() {
  if (user_rows_ == nullptr) {
    std::vector<uint32_t> rows(snapshot_.user_count());
    for (uint32_t user = 0; user < rows.size(); ++user) {
      rows[user] = snapshot_.user_versions()->row_at(user, as_of_).value_or(GatheredColumn::kNoRow);
    }
    user_rows_ = std::make_shared<const std::vector<uint32_t>>(std::move(rows));
  }
  return user_rows_;
}

GatheredColumn::Rows History::rows_of_table(const EventTable& table) {
  GatheredColumn::Rows& known = table_rows_[&table];
  if (known == nullptr) {
    const Versions* versions = snapshot_.user_versions();
    std::vector<uint32_t> rows = table.users().all();
    static_assert(store::kNoUser == GatheredColumn::kNoRow);
    if (versions != nullptr) {
      table.times().for_each(0, rows.size(), [&](uint64_t row, int64_t time) {
        rows[row] = versions->row_at(rows[row], time).value_or(GatheredColumn::kNoRow);
      });
    }
    known = std::make_shared<const std::vector<uint32_t>>(std::move(rows));
  }
  return known;
}

const ColumnReader* History::of_keys(const LookupReader& lookup, const ColumnReader& column,
                                     const ColumnReader& keys, const std::vector<int64_t>& times) {
  std::vector<uint32_t> rows = places_of(lookup, keys);
  for (size_t row = 0; row < rows.size(); ++row) {
    if (rows[row] == GatheredColumn::kNoRow) continue;
    rows[row] = lookup.row_at(rows[row], times[row]).value_or(GatheredColumn::kNoRow);
  }
  return keep(column, std::make_shared<const std::vector<uint32_t>>(std::move(rows)));
}

std::optional<uint32_t> History::lookup_row(const LookupReader& lookup,
                                            std::string_view key) const {
  auto place = lookup.find(key);
  return place ? lookup.row_at(*place, as_of_) : std::nullopt;
}

}  // namespace starling::engine::native
