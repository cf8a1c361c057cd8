#include "engine/kernel/entries.h"

#include <algorithm>

namespace starling::engine::kernel {
namespace {

template <class T>
void permute(std::vector<T>& column, const std::vector<uint32_t>& from) {
  if (column.empty()) return;
  std::vector<T> out;
  out.reserve(column.capacity());  // columns are filled again for the next chunk
  out.resize(column.size());
  for (size_t i = 0; i < from.size(); ++i) out[i] = column[from[i]];
  column = std::move(out);
}

}  // namespace

void Entries::clear() {
  user.clear();
  slot.clear();
  segment.clear();
  digits.clear();
  floats.clear();
  has.clear();
  time.clear();
  order_key.clear();
  rank.clear();
}

void Entries::group_by_user(uint32_t first_user, uint32_t last_user) {
  if (std::is_sorted(user.begin(), user.end())) return;
  std::vector<uint32_t> next(last_user - first_user + 1);
  for (uint32_t u : user) ++next[u - first_user + 1];
  for (size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
  std::vector<uint32_t> from(user.size());
  for (size_t i = 0; i < user.size(); ++i)
    from[next[user[i] - first_user]++] = static_cast<uint32_t>(i);
  permute(user, from);
  permute(slot, from);
  permute(segment, from);
  permute(digits, from);
  permute(floats, from);
  permute(has, from);
  permute(time, from);
  permute(order_key, from);
  permute(rank, from);
}

}  // namespace starling::engine::kernel
