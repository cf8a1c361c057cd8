#include "engine/native/formulas.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <set>

#include "engine/native/source.h"
#include "engine/native/value_match.h"
#include "query/evaluate.h"
#include "query/formula_values.h"

namespace starling::engine::native {

using event::Type;
using event::Value;
using query::PropertyFormula;
using query::Reference;
using store::ColumnReader;
using store::EventTable;

ComputedColumn::ComputedColumn(event::PropertyType type, uint64_t size)
    : type_(std::move(type)), valid_(size) {
  CHECK(!type_.is_list());
  if (type_.type == Type::kText) {
    codes_.resize(size);
  } else if (type_.type == Type::kFloat) {
    floats_.resize(size);
  } else {
    integers_.resize(size);
  }
}

void ComputedColumn::valid(uint64_t first, size_t count, uint8_t* out) const {
  std::copy_n(valid_.data() + first, count, out);
}
void ComputedColumn::integers(uint64_t first, size_t count, int64_t* out) const {
  std::copy_n(integers_.data() + first, count, out);
}
void ComputedColumn::floats(uint64_t first, size_t count, double* out) const {
  std::copy_n(floats_.data() + first, count, out);
}
void ComputedColumn::codes(uint64_t first, size_t count, uint32_t* out) const {
  std::copy_n(codes_.data() + first, count, out);
}
void ComputedColumn::offsets(uint64_t, size_t, uint64_t*) const { CHECK(false); }
const ColumnReader& ComputedColumn::child(size_t) const {
  CHECK(false);
  return *this;
}

Value ComputedColumn::value(uint64_t row) const {
  if (!valid_[row]) return {};
  if (type_.type == Type::kText) return Value{dictionary_[codes_[row] - 1]};
  if (type_.type == Type::kFloat) return Value{floats_[row]};
  return value_of_integer(type_, integers_[row]);
}

void ComputedColumn::set(uint64_t row, const Value& value, std::map<std::string, uint32_t>& texts) {
  if (value.is_null()) return;
  valid_[row] = 1;
  struct Store {
    ComputedColumn& column;
    uint64_t row;
    std::map<std::string, uint32_t>& texts;
    void operator()(bool value) const { column.integers_[row] = value ? 1 : 0; }
    void operator()(int64_t value) const { column.integers_[row] = value; }
    void operator()(const base::Decimal& value) const {
      column.integers_[row] = static_cast<int64_t>(value.digits);
    }
    void operator()(double value) const { column.floats_[row] = value; }
    void operator()(const std::string& value) const {
      column.codes_[row] =
          texts.try_emplace(value, static_cast<uint32_t>(texts.size() + 1)).first->second;
    }
    void operator()(base::Date value) const { column.integers_[row] = value.days; }
    void operator()(base::TimeMs value) const { column.integers_[row] = value.value; }
    void operator()(std::monostate) const {}
    void operator()(const event::Values&) const { CHECK(false); }
    void operator()(const std::vector<event::Object>&) const { CHECK(false); }
  };
  std::visit(Store{*this, row, texts}, value.data);
}

void ComputedColumn::copy(uint64_t row, uint64_t from) {
  valid_[row] = valid_[from];
  if (!codes_.empty()) codes_[row] = codes_[from];
  if (!floats_.empty()) floats_[row] = floats_[from];
  if (!integers_.empty()) integers_[row] = integers_[from];
}

void ComputedColumn::finish_texts(const std::vector<uint64_t>& first,
                                  const std::vector<std::map<std::string, uint32_t>>& texts) {
  if (type_.type != Type::kText) return;
  std::set<std::string> all;
  for (const auto& range : texts) {
    for (const auto& [text, number] : range) all.insert(text);
  }
  dictionary_.assign(all.begin(), all.end());
  for (size_t i = 0; i < texts.size(); ++i) {
    std::vector<uint32_t> code_of(texts[i].size() + 1);
    for (const auto& [text, number] : texts[i]) {
      auto place = std::ranges::lower_bound(dictionary_, text);
      code_of[number] = static_cast<uint32_t>(place - dictionary_.begin() + 1);
    }
    uint64_t end = i + 1 < first.size() ? first[i + 1] : codes_.size();
    for (uint64_t row = first[i]; row < end; ++row) codes_[row] = code_of[codes_[row]];
  }
}

namespace {

constexpr size_t kRange = 64 * 1024;  // rows that a thread takes at a time
constexpr size_t kBlock = 4096;       // rows read at a time
constexpr size_t kRemembered = 4096;  // rows whose values others may take; a power of two

// Where one of a formula's references is read.
struct Input {
  Source source;
  bool of_users = false;  // read by the row's user
  const ColumnReader* list = nullptr;
  bool is_list = false;
  std::string member;
};

Input plan_input(Question& question, const Reference& reference, const EventTable* table) {
  Input input;
  input.member = reference.member;
  if (auto list = question.list_of(reference)) {
    input.is_list = true;
    input.of_users = list->of_user && table != nullptr;
    input.list = question.list_reader(*list, input.of_users ? nullptr : table);
    return input;
  }
  input.source = Source::of_rows(question, reference, table);
  if (input.source.kind() == Source::Kind::kUser) {
    input.of_users = true;
    input.source = Source::of_rows(question, reference, nullptr);
  }
  return input;
}

// What tells the values of one input in a block apart; 0 in `set` where there is none.
struct Raw {
  std::vector<int64_t> keys;
  std::vector<uint8_t> set;
};

void read_span(const Source& source, const Span& span, Scratch& scratch, Raw& out) {
  size_t count = span.count();
  out.keys.assign(count, 0);
  out.set.assign(count, 1);
  switch (source.kind()) {
    case Source::Kind::kConstant:
    case Source::Kind::kObjects:
    case Source::Kind::kUser:
      return;
    case Source::Kind::kCodes: {
      std::vector<uint32_t> codes(count);
      source.codes(span, scratch, codes.data());
      std::ranges::copy(codes, out.keys.begin());
      return;
    }
    case Source::Kind::kIntegers:
      source.reader()->valid(span.first(), count, out.set.data());
      return source.reader()->integers(span.first(), count, out.keys.data());
    case Source::Kind::kFloats: {
      source.reader()->valid(span.first(), count, out.set.data());
      std::vector<double> floats(count);
      source.reader()->floats(span.first(), count, floats.data());
      std::ranges::transform(floats, out.keys.begin(),
                             [](double value) { return std::bit_cast<int64_t>(value); });
      return;
    }
  }
}

Value value_of_raw(const Source& source, int64_t key, bool set) {
  if (!set) return {};
  switch (source.kind()) {
    case Source::Kind::kConstant:
      return source.constant();
    case Source::Kind::kCodes:
      return source.value_of(static_cast<uint32_t>(key));
    case Source::Kind::kIntegers:
      return value_of_integer(source.type(), key);
    case Source::Kind::kFloats:
      return Value{std::bit_cast<double>(key)};
    case Source::Kind::kObjects:
    case Source::Kind::kUser:
      break;
  }
  return {};
}

// One formula over one table or over the users.
class Computation {
 public:
  Computation(Question& question, const PropertyFormula& formula, const EventTable* table,
              ComputedColumn& out)
      : question_(question),
        formula_(formula),
        table_(table),
        out_(out),
        evaluator_(formula, question.query().timezone,
                   question.query().timezone.to_local(question.query().as_of).date) {
    for (const Reference& reference : formula.references)
      inputs_.push_back(plan_input(question, reference, table));
    by_value_ = inputs_.size() <= 64 && !std::ranges::any_of(inputs_, &Input::is_list);
    Block users = Block::of_users(question.user_count());
    for (const Input& input : inputs_) {
      users_.emplace_back();
      if (input.of_users && !input.is_list)
        read_span(input.source, {users}, question.plan_scratch(), users_.back());
    }
  }

  void run() {
    uint64_t size = out_.size();
    std::vector<uint64_t> first;
    for (uint64_t row = 0; row < size; row += kRange) first.push_back(row);
    std::vector<std::map<std::string, uint32_t>> texts(first.size());
    std::vector<Scratch> scratch(static_cast<size_t>(question_.threads()));
    // Only a cancelled question fails here, and it is told so by whatever it does next.
    auto done = run_parallel(question_.threads(), first.size(), question_.cancelled(),
                             [&](int thread, size_t item) -> Result<void> {
                               uint64_t end = std::min<uint64_t>(first[item] + kRange, size);
                               Memory memory(inputs_.size() + 2);
                               for (uint64_t row = first[item]; row < end; row += kBlock) {
                                 compute(row, std::min<uint64_t>(kBlock, end - row),
                                         scratch[static_cast<size_t>(thread)], memory, texts[item]);
                               }
                               return {};
                             });
    CHECK(done || done.error().code == base::Error::Code::kCancelled);
    out_.finish_texts(first, texts);
  }

 private:
  // Rows seen lately, by what they read.
  struct Memory {
    explicit Memory(size_t width) : width(width), keys(width * kRemembered), rows(kRemembered) {}
    size_t width;
    std::vector<int64_t> keys;
    std::vector<uint64_t> rows;  // the row + 1; 0: free
  };

  void compute(uint64_t first, size_t count, Scratch& scratch, Memory& memory,
               std::map<std::string, uint32_t>& texts) {
    Block block = table_ != nullptr ? Block::of_rows(*table_, first, count)
                                    : Block{nullptr, first, count, nullptr, nullptr};
    std::vector<Raw> raw(inputs_.size());
    for (size_t i = 0; i < inputs_.size(); ++i) {
      if (inputs_[i].is_list) continue;
      if (inputs_[i].of_users) {
        spread_users(users_[i], block, raw[i]);
      } else {
        read_span(inputs_[i].source, {block}, scratch, raw[i]);
      }
    }
    std::vector<int64_t> key(memory.width);
    for (size_t row = 0; row < count; ++row) {
      bool nobody = formula_.of_user && table_ != nullptr && block.users[row] == store::kNoUser;
      if (nobody) continue;
      if (!by_value_) {
        out_.set(first + row, evaluate(raw, block, row), texts);
        continue;
      }
      size_t slot = slot_of(raw, block, row, key);
      int64_t* remembered = memory.keys.data() + slot * memory.width;
      bool known = memory.rows[slot] != 0 &&
                   std::memcmp(remembered, key.data(), memory.width * sizeof(int64_t)) == 0;
      if (known) {
        out_.copy(first + row, memory.rows[slot] - 1);
        continue;
      }
      out_.set(first + row, evaluate(raw, block, row), texts);
      std::ranges::copy(key, remembered);
      memory.rows[slot] = first + row + 1;
    }
  }

  // The row's values, then a bit for each that is not set, then the time; and where they belong.
  size_t slot_of(const std::vector<Raw>& raw, const Block& block, size_t row,
                 std::vector<int64_t>& key) const {
    uint64_t unset = 0, hash = 0;
    for (size_t i = 0; i < raw.size(); ++i) {
      key[i] = raw[i].set[row] ? raw[i].keys[row] : 0;
      unset |= raw[i].set[row] ? 0 : uint64_t{1} << i;
    }
    key[raw.size()] = static_cast<int64_t>(unset);
    key[raw.size() + 1] = formula_.reads_time ? block.times[row] : 0;
    for (int64_t each : key) hash = (hash ^ static_cast<uint64_t>(each)) * 0x9E3779B97F4A7C15u;
    return hash >> 32 & (kRemembered - 1);
  }

  static void spread_users(const Raw& users, const Block& block, Raw& out) {
    out.keys.assign(block.count, 0);
    out.set.assign(block.count, 0);
    for (size_t row = 0; row < block.count; ++row) {
      if (block.users[row] == store::kNoUser) continue;
      out.keys[row] = users.keys[block.users[row]];
      out.set[row] = users.set[block.users[row]];
    }
  }

  Value evaluate(const std::vector<Raw>& raw, const Block& block, size_t row) const {
    std::vector<Value> values;
    for (size_t i = 0; i < inputs_.size(); ++i) {
      values.push_back(inputs_[i].is_list
                           ? list_of(inputs_[i], block, row)
                           : value_of_raw(inputs_[i].source, raw[i].keys[row], raw[i].set[row]));
    }
    std::optional<base::TimeMs> time;
    if (block.times != nullptr) time = base::TimeMs{block.times[row]};
    return evaluator_.value(values, time);
  }

  static Value list_of(const Input& input, const Block& block, size_t row) {
    if (input.list == nullptr) return {};
    uint64_t at = block.first + row;
    if (input.of_users) {
      if (block.users[row] == store::kNoUser) return {};
      at = block.users[row];
    }
    return query::values_of_list(input.list->value(at), input.member);
  }

  Question& question_;
  const PropertyFormula& formula_;
  const EventTable* table_;
  ComputedColumn& out_;
  query::Evaluator evaluator_;
  std::vector<Input> inputs_;
  std::vector<Raw> users_;  // by input: of all users, where it is read by user
  bool by_value_ = true;    // at most 64 inputs and no lists, so equal keys are equal rows
};

}  // namespace

const ColumnReader* Formulas::column(Question& question, const PropertyFormula& formula,
                                     const EventTable* table) {
  auto key = std::pair(&formula, table);
  auto known = columns_.find(key);
  if (known != columns_.end()) return known->second.get();
  uint64_t size = table != nullptr ? table->size() : question.user_count();
  auto column = std::make_unique<ComputedColumn>(formula.root.type, size);
  Computation(question, formula, table, *column).run();
  return columns_.emplace(key, std::move(column)).first->second.get();
}

}  // namespace starling::engine::native
