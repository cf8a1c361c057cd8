#include "store/table_builder.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <tuple>

#include "base/radix_sort.h"

namespace starling::store {

using base::KeyedRow;
namespace {

template <class T>
void extend(std::vector<T>& out, std::span<const T> more) {
  out.insert(out.end(), more.begin(), more.end());
}

template <class T>
std::vector<T> gathered(const std::vector<T>& values, std::span<const uint32_t> order) {
  std::vector<T> out(order.size());
  for (size_t i = 0; i < order.size(); ++i) out[i] = values[order[i]];
  return out;
}

}  // namespace

ColumnBuilder& TableBuilder::property(const std::string& name, const event::PropertyType& type) {
  auto found = properties_.find(name);
  if (found != properties_.end()) return found->second;
  return properties_.emplace(name, ColumnBuilder(type)).first->second;
}

// Properties that the rows appended just now do not have.
void TableBuilder::fill_up() {
  for (auto& [name, column] : properties_) column.append_nulls(size() - column.size());
}

Result<void> TableBuilder::append(const event::EventBatch& batch, std::span<const uint32_t> users) {
  for (const event::NamedColumn& given : batch.properties) {
    ColumnBuilder& column = property(given.name, given.column.type);
    column.append_nulls(size() - column.size());
    auto appended = column.append(given.column);
    if (!appended) {
      return std::move(appended).error().wrap(
          fmt::format("event \"{}\", property \"{}\"", event_, given.name));
    }
  }
  extend(users_, users);
  extend<int64_t>(times_, batch.times);
  for (const base::Hash128& key : batch.row_keys) order_keys_.push_back(event::order_key_of(key));
  extend<base::Hash128>(row_keys_, batch.row_keys);
  extend<uint64_t>(content_hashes_, batch.content_hashes);
  extend<int64_t>(cursors_, batch.cursors);
  fill_up();
  return {};
}

void TableBuilder::append(const LiveTable& table) {
  extend<uint32_t>(users_, table.users().all());
  extend<int64_t>(times_, table.times().all());
  extend(order_keys_, table.order_keys());
}

std::vector<uint32_t> TableBuilder::sorted(const std::vector<uint32_t>& rows) const {
  if (rows.empty()) return {};
  uint32_t last_user = 0;
  int64_t first_time = INT64_MAX, last_time = INT64_MIN;
  for (uint32_t row : rows) {
    if (users_[row] != kNoUser) last_user = std::max(last_user, users_[row]);
    first_time = std::min(first_time, times_[row]);
    last_time = std::max(last_time, times_[row]);
  }
  // (user, time) packs into one number for any plausible range of times; kNoUser becomes the number
  // after the last.
  uint64_t time_range = static_cast<uint64_t>(last_time) - static_cast<uint64_t>(first_time);
  int time_bits = std::bit_width(time_range);
  int user_bits = std::bit_width(uint64_t{last_user} + 1);
  auto before = [&](uint32_t a, uint32_t b) {
    return std::tie(users_[a], times_[a], order_keys_[a]) <
           std::tie(users_[b], times_[b], order_keys_[b]);
  };
  if (time_bits + user_bits > 64) {
    std::vector<uint32_t> order = rows;
    std::sort(order.begin(), order.end(), before);
    return order;
  }
  std::vector<KeyedRow> keyed(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    uint32_t row = rows[i];
    uint64_t user = users_[row] == kNoUser ? uint64_t{last_user} + 1 : users_[row];
    uint64_t time = static_cast<uint64_t>(times_[row]) - static_cast<uint64_t>(first_time);
    keyed[i] = {time_bits == 64 ? time : user << time_bits | time, row};
  }
  base::radix_sort(keyed);
  std::vector<uint32_t> order(rows.size());
  for (size_t i = 0; i < keyed.size(); ++i) order[i] = keyed[i].row;
  for (size_t first = 0; first < keyed.size();) {
    size_t end = first + 1;
    while (end < keyed.size() && keyed[end].key == keyed[first].key) ++end;
    if (end - first > 1) std::sort(order.begin() + first, order.begin() + end, before);
    first = end;
  }
  return order;
}

Result<void> TableBuilder::write_rows(std::span<const uint32_t> order, size_t properties,
                                      SectionFileWriter& file, ByteWriter& description) const {
  std::vector<uint32_t> users = gathered(users_, order);
  std::vector<int64_t> times = gathered(times_, order);
  auto [first_time, last_time] = std::ranges::minmax(times);
  description.text(event_);
  description.u64(order.size());
  description.i64(first_time);
  description.i64(last_time);
  EncodedSection section = encode_least(SectionRole::kUsers, users.size(), users.front(),
                                        users.back(), [&](size_t i) { return users[i]; });
  description.u32(TRY(file.add(section.section, section.bytes)));
  section = encode_least(SectionRole::kTimes, times.size(), first_time, last_time,
                         [&](size_t i) { return times[i]; });
  description.u32(TRY(file.add(section.section, section.bytes)));
  description.u32(
      TRY(file.add_array<uint64_t>(SectionRole::kOrderKeys, gathered(order_keys_, order))));
  description.u32(static_cast<uint32_t>(properties));
  return {};
}

Result<void> TableBuilder::write(std::span<const uint32_t> order, SectionFileWriter& file,
                                 ByteWriter& description) const {
  TRY(write_rows(order, properties_.size(), file, description));
  for (const auto& [name, column] : properties_) {
    description.text(name);
    TRY(write_column(column.encode(order), file, description));
  }
  return {};
}

}  // namespace starling::store
