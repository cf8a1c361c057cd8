#include "store/find_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <tuple>

#include "event/row_key.h"

namespace starling::store {
namespace {

// A row that carries a wanted key.
struct Found {
  uint64_t order_key;
  uint32_t part, table, row;
};

// Says no for nearly every key that is not in it.
class KeyFilter {
 public:
  explicit KeyFilter(const std::vector<uint64_t>& keys)
      : bits_(std::bit_width(std::clamp<uint64_t>(keys.size() * 16, 1 << 10, uint64_t{1} << 27))),
        words_(size_t{1} << (bits_ - 6)) {
    for (uint64_t key : keys) words_[place(key) / 64] |= uint64_t{1} << (place(key) % 64);
  }
  bool may_have(uint64_t key) const { return (words_[place(key) / 64] >> (place(key) % 64) & 1); }

 private:
  uint64_t place(uint64_t key) const { return key >> (64 - bits_); }  // order keys are hashes

  int bits_;
  std::vector<uint64_t> words_;
};

void find_in(const LiveTable& table, const std::vector<uint64_t>& keys, const KeyFilter& filter,
             Found found, std::vector<Found>& out) {
  std::span<const uint64_t> order_keys = table.order_keys();
  for (uint32_t row = 0; row < order_keys.size(); ++row) {
    uint64_t key = order_keys[row];
    if (!filter.may_have(key) || !std::binary_search(keys.begin(), keys.end(), key)) continue;
    if (table.is_dropped(row)) continue;
    found.order_key = key;
    found.row = row;
    out.push_back(found);
  }
}

class Finder {
 public:
  Finder(const std::vector<std::shared_ptr<const LivePart>>& parts, const std::string& event)
      : parts_(parts), event_(event) {}

  // REQUIRES: keys ascend.
  Result<std::vector<Found>> find(const std::vector<uint64_t>& keys) const {
    KeyFilter filter(keys);
    std::vector<Found> found;
    for (uint32_t p = 0; p < parts_.size(); ++p) {
      for (uint32_t t = 0; t < parts_[p]->tables().size(); ++t) {
        const LiveTable& table = *parts_[p]->tables()[t];
        if (table.event() == event_) find_in(table, keys, filter, {0, p, t, 0}, found);
      }
    }
    std::sort(found.begin(), found.end(), [](const Found& a, const Found& b) {
      return std::tie(a.order_key, a.part, a.table, a.row) <
             std::tie(b.order_key, b.part, b.table, b.row);
    });
    return chosen(keys, found);
  }

 private:
  const LiveTable& table(const Found& found) const {
    return *parts_[found.part]->tables()[found.table];
  }

  // As many of the found rows as are wanted.
  Result<std::vector<Found>> chosen(const std::vector<uint64_t>& keys,
                                    const std::vector<Found>& found) const {
    std::vector<Found> out;
    auto at = found.begin();
    for (auto key = keys.begin(); key != keys.end();) {
      auto keys_end = std::upper_bound(key, keys.end(), *key);
      auto end = at;
      while (end != found.end() && end->order_key == *key) ++end;
      if (end - at < keys_end - key) {
        return Error{Error::Code::kCorrupt,
                     fmt::format("a row of event \"{}\" that the ledger knows is in no part "
                                 "(order key {:016x}); sync its source in full",
                                 event_, *key)};
      }
      for (auto row = at; end - at > keys_end - key && row != end; ++row) {
        if (!same(*at, *row)) {
          return Error{
              Error::Code::kUnsupported,
              fmt::format("two different rows of event \"{}\" have the order key {:016x}, so "
                          "one of them cannot be changed alone; sync its source in full",
                          event_, *key)};
        }
      }
      out.insert(out.end(), at, at + (keys_end - key));
      at = end;
      key = keys_end;
    }
    return out;
  }

  bool same(const Found& a, const Found& b) const {
    const LiveTable &left = table(a), &right = table(b);
    if (left.users()[a.row] != right.users()[b.row] || left.times()[a.row] != right.times()[b.row])
      return false;
    auto value = [](const LiveTable& table, const std::string& name, uint32_t row) {
      const ColumnReader* column = table.property(name);
      return column == nullptr ? event::Value() : column->value(row);
    };
    auto agree = [&](const std::string& name) {
      return event::to_json(value(left, name, a.row)) == event::to_json(value(right, name, b.row));
    };
    return std::ranges::all_of(left.columns(), [&](const auto& one) { return agree(one.first); }) &&
           std::ranges::all_of(right.columns(), [&](const auto& one) { return agree(one.first); });
  }

  const std::vector<std::shared_ptr<const LivePart>>& parts_;
  const std::string& event_;
};

// The order keys of each event's wanted rows, ascending.
Result<std::map<std::string, std::vector<uint64_t>>> by_event(
    const std::vector<std::shared_ptr<const LivePart>>& parts,
    std::span<const base::Hash128> keys) {
  std::map<uint32_t, std::set<std::string>> events;
  for (const auto& part : parts) {
    for (const auto& table : part->tables())
      events[event::event_mark(table->event())].insert(table->event());
  }
  std::map<std::string, std::vector<uint64_t>> wanted;
  for (const base::Hash128& key : keys) {
    const std::set<std::string>& named = events[event::event_mark_of(key)];
    if (named.empty()) {
      return Error{
          Error::Code::kCorrupt,
          fmt::format("a row that the ledger knows is in no part (order key {:016x}); sync "
                      "its source in full",
                      event::order_key_of(key))};
    }
    if (named.size() > 1) {
      return Error{Error::Code::kUnsupported,
                   fmt::format("the rows of the events \"{}\" and \"{}\" cannot be told apart to "
                               "change one of them; give them two sources, or rename one",
                               *named.begin(), *named.rbegin())};
    }
    wanted[*named.begin()].push_back(event::order_key_of(key));
  }
  return wanted;
}

}  // namespace

Result<std::vector<DroppedRows>> find_rows(
    const std::vector<std::shared_ptr<const LivePart>>& parts,
    std::span<const base::Hash128> keys) {
  std::vector<DroppedRows> out;
  for (const auto& part : parts) out.emplace_back(part->tables().size());
  for (auto& [event, order_keys] : TRY(by_event(parts, keys))) {
    for (const Found& found : TRY(Finder(parts, event).find(order_keys)))
      out[found.part][found.table].push_back(found.row);
  }
  for (DroppedRows& tables : out) {
    for (auto& rows : tables) std::sort(rows.begin(), rows.end());
  }
  return out;
}

}  // namespace starling::store
