#include "source/postgres/log_reader.h"

#include <algorithm>

namespace starling::source::postgres {
namespace {

using base::Error;

constexpr size_t kRowsMax = 50'000;  // of one table; more are read faster by days

}  // namespace

// Reads a message from its front; once the bytes do not suffice, everything is 0 and ok is false.
class Message {
 public:
  explicit Message(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return bytes_.empty(); }

  uint64_t number(size_t size) {
    uint64_t value = 0;
    for (char c : take(size)) value = value << 8 | static_cast<uint8_t>(c);
    return value;
  }
  char letter() { return static_cast<char>(number(1)); }
  std::string text() {
    size_t end = bytes_.find('\0');
    if (end == std::string_view::npos) {
      ok_ = false;
      return "";
    }
    std::string out(take(end));
    take(1);
    return out;
  }
  std::string_view take(size_t size) {
    if (size > bytes_.size()) {
      ok_ = false;
      bytes_ = {};
      return {};
    }
    std::string_view taken = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return taken;
  }

 private:
  std::string_view bytes_;
  bool ok_ = true;
};

LogReader::LogReader(const std::vector<FollowedTable>& tables)
    : tables_(tables), changes_(tables.size()) {}

Result<void> LogReader::take(std::string_view bytes) {
  Message message(bytes);
  char kind = message.letter();
  switch (kind) {
    case 'B':
      message.take(16);  // where and when it commits
      transaction_ = static_cast<uint32_t>(message.number(4));
      break;
    case 'R':
      take_relation(message);
      break;
    case 'I':
    case 'U':
    case 'D':
      take_row_change(kind, message);
      break;
    case 'T': {
      uint64_t count = message.number(4);
      message.take(1);
      for (uint64_t i = 0; i < count && message.ok(); ++i) {
        const Relation& relation = relations_[static_cast<Oid>(message.number(4))];
        if (relation.followed >= 0)
          changes_[static_cast<size_t>(relation.followed)].everything = true;
      }
      transactions_.insert(transaction_);
      break;
    }
    default:  // commits, origins and types tell nothing of rows
      return {};
  }
  if (message.ok()) return {};
  return Error{Error::Code::kUnavailable,
               std::string("PostgreSQL sent a message of its log that ends early: ") + kind};
}

void LogReader::take_relation(Message& message) {
  auto oid = static_cast<Oid>(message.number(4));
  std::string schema = message.text(), name = message.text();
  Relation relation;
  relation.tells_all = message.letter() == 'f';
  uint64_t count = message.number(2);
  for (uint64_t i = 0; i < count && message.ok(); ++i) {
    relation.is_key.push_back(static_cast<uint8_t>(message.number(1) & 1));
    relation.columns.push_back(message.text());
    message.take(8);  // the type
  }
  for (size_t t = 0; t < tables_.size(); ++t) {
    if (tables_[t].table != schema + "." + name) continue;
    relation.followed = static_cast<int>(t);
    relation.keys_wanted = true;
    for (const std::string& column : tables_[t].columns) {
      auto found = std::ranges::find(relation.columns, column);
      auto at = static_cast<size_t>(found - relation.columns.begin());
      relation.wanted.push_back(at);
      bool in_key = found != relation.columns.end() && relation.is_key[at] != 0;
      relation.keys_wanted = relation.keys_wanted && in_key;
    }
  }
  relations_[oid] = std::move(relation);
}

// An update carries the old row where all of it is told or its key changes, a removal always.
void LogReader::take_row_change(char kind, Message& message) {
  const Relation& relation = relations_[static_cast<Oid>(message.number(4))];
  Row before, after;
  bool has_before = false;
  while (!message.at_end() && message.ok()) {
    char which = message.letter();
    Row& row = which == 'N' ? after : before;
    has_before = has_before || which != 'N';
    uint64_t count = message.number(2);
    for (uint64_t i = 0; i < count && message.ok(); ++i) {
      char form = message.letter();
      Cell cell{form == 'n' ? Cell::Kind::kNull : Cell::Kind::kUnchanged, {}};
      if (form == 't') cell = {Cell::Kind::kText, message.take(message.number(4))};
      row.push_back(cell);
    }
  }
  if (!message.ok() || relation.followed < 0) return;
  transactions_.insert(transaction_);
  TableChanges& changes = changes_[static_cast<size_t>(relation.followed)];
  // Whether the old row's wanted values can be told.
  bool told = kind == 'I' || relation.tells_all || relation.keys_wanted;
  if (relation.wanted.empty() || !told) changes.everything = true;
  if (changes.everything) return;
  if (has_before) note(relation, before, nullptr);
  if (kind != 'D') note(relation, after, has_before ? &before : nullptr);
}

void LogReader::note(const Relation& relation, const Row& row, const Row* otherwise) {
  TableChanges& changes = changes_[static_cast<size_t>(relation.followed)];
  std::vector<std::string> values;
  for (size_t at : relation.wanted) {
    Cell cell = at < row.size() ? row[at] : Cell{Cell::Kind::kUnchanged, {}};
    bool unchanged = cell.kind == Cell::Kind::kUnchanged;
    if (unchanged && otherwise != nullptr && at < otherwise->size()) cell = (*otherwise)[at];
    if (cell.kind == Cell::Kind::kNull) return;  // belongs to no fact
    if (cell.kind == Cell::Kind::kUnchanged) {
      changes.everything = true;
      return;
    }
    values.emplace_back(cell.text);
  }
  changes.rows.insert(std::move(values));
  if (changes.rows.size() > kRowsMax) {
    changes.everything = true;
    changes.rows.clear();
  }
}

}  // namespace starling::source::postgres
