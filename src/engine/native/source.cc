#include "engine/native/source.h"

#include <bit>

#include "engine/native/value_match.h"

namespace starling::engine::native {

using event::Type;
using event::Value;
using query::Reference;
using query::TimePart;

Source Source::constant_of(Value value) {
  Source source;
  source.constant_ = std::move(value);
  return source;
}

namespace {

// "order submitted.order_total", "user.country", "locations.location_name".
void note(Question& question, const Reference& reference, const store::EventTable* table) {
  std::string column = reference.property;
  if (!reference.member.empty()) column += "." + reference.member;
  question.note_column((table == nullptr ? "user" : table->event()) + "." + column);
  if (reference.kind == Reference::Kind::kLookup)
    question.note_column(reference.lookup + "." + reference.column);
}

}  // namespace

Source Source::of_rows(Question& question, const Reference& reference,
                       const store::EventTable* table) {
  bool of_user = reference.of_user();
  Source source;
  bool dated = reference.at_event && table != nullptr;
  if (of_user && table != nullptr && !dated) {
    source.kind_ = Kind::kUser;
    return source;
  }
  if (!of_user && table == nullptr) return source;
  switch (reference.kind) {
    case Reference::Kind::kCohort:
      source.kind_ = Kind::kCodes;
      source.codes_ = Codes::kMember;
      source.members_ = &question.members(reference.cohort);
      return source;
    case Reference::Kind::kTime:
      source.kind_ = Kind::kCodes;
      source.codes_ = Codes::kTimePart;
      source.part_ = reference.time_part;
      source.days_ = question.local_days(*table);
      source.week_start_ = question.query().week_start;
      return source;
    case Reference::Kind::kEventName:
      return constant_of(Value{table->event()});
    case Reference::Kind::kFormula:
      return of_column(question, reference,
                       question.formulas().column(question, *reference.formula, table));
    case Reference::Kind::kEventProperty:
    case Reference::Kind::kMember:
    case Reference::Kind::kUserProperty:
    case Reference::Kind::kLookup:
      break;
  }
  note(question, reference, table);
  const store::ColumnReader* reader = !of_user ? table->property(reference.property)
                                      : dated
                                          ? question.history().of_rows(reference.property, *table)
                                          : question.history().of_users(reference.property);
  return of_dated_column(question, reference, reader, table, nullptr);
}

Source Source::of_elements(Question& question, const Reference& reference,
                           const store::EventTable* table) {
  note(question, reference, table);
  const store::ColumnReader* list = question.list_reader(*question.list_of(reference), table);
  if (list == nullptr) return {};
  if (list->type().type == Type::kList)
    return of_dated_column(question, reference, &list->child(0), table, list);
  if (reference.member.empty()) {
    Source source;
    if (reference.kind == Reference::Kind::kLookup) return source;
    source.kind_ = Kind::kObjects;
    source.reader_ = list;
    return source;
  }
  const auto& members = list->type().members;
  for (size_t i = 0; i < members.size(); ++i) {
    if (members[i].name == reference.member)
      return of_dated_column(question, reference, &list->child(i), table, list);
  }
  return {};
}

namespace {

// The times of a table's rows, or of the elements of its lists.
std::vector<int64_t> times_of(const store::EventTable& table, const store::ColumnReader* list) {
  std::vector<int64_t> times = table.times().all();
  if (list == nullptr) return times;
  std::vector<uint64_t> offsets(times.size() + 1);
  list->offsets(0, times.size(), offsets.data());
  std::vector<int64_t> of_elements;
  for (size_t row = 0; row < times.size(); ++row) of_elements.resize(offsets[row + 1], times[row]);
  return of_elements;
}

}  // namespace

Source Source::of_dated_column(Question& question, const Reference& reference,
                               const store::ColumnReader* reader, const store::EventTable* table,
                               const store::ColumnReader* list) {
  bool dated = reference.kind == Reference::Kind::kLookup && reference.at_event &&
               table != nullptr && reader != nullptr;
  const store::LookupReader* lookup =
      dated ? question.snapshot().lookup(reference.lookup) : nullptr;
  if (lookup == nullptr || lookup->versions() == nullptr)
    return of_column(question, reference, reader);
  const store::ColumnReader* column = lookup->column(reference.column);
  if (column == nullptr) return {};
  Reference plain = reference;  // of what the lookup says, no longer of the key
  plain.kind = Reference::Kind::kEventProperty;
  return of_column(question, plain,
                   question.history().of_keys(*lookup, *column, *reader, times_of(*table, list)));
}

Source Source::of_column(Question& question, const Reference& reference,
                         const store::ColumnReader* reader) {
  Source source;
  if (reader == nullptr || reader->type().is_list()) return source;
  source.reader_ = reader;
  Type type = reader->type().type;
  if (reference.kind != Reference::Kind::kLookup) {
    source.kind_ = type == Type::kText    ? Kind::kCodes
                   : type == Type::kFloat ? Kind::kFloats
                                          : Kind::kIntegers;
    return source;
  }
  source.lookup_ = question.snapshot().lookup(reference.lookup);
  if (source.lookup_ != nullptr) source.lookup_column_ = source.lookup_->column(reference.column);
  if (source.lookup_column_ == nullptr) return {};
  source.as_of_ = question.query().as_of.value;
  source.kind_ = Kind::kCodes;
  if (type != Type::kText) {
    source.codes_ = Codes::kLookupRow;
    source.cache_ = question.new_cache();
  }
  return source;
}

uint32_t Source::code_count() const {
  switch (codes_) {
    case Codes::kText:
      return reader_->dictionary_size() + 1;
    case Codes::kLookupRow:
      return static_cast<uint32_t>(lookup_->size()) + 1;
    case Codes::kTimePart:
      return part_ == TimePart::kHourOfDay ? 24 : static_cast<uint32_t>(days_->size());
    case Codes::kMember:
      return 2;
  }
  return 0;
}

Value Source::lookup_value(std::string_view key) const {
  auto place = lookup_->find(key);
  return place ? lookup_value(*place) : Value{};
}

Value Source::lookup_value(uint32_t place) const {
  auto row = lookup_->row_at(place, as_of_);
  return row ? lookup_column_->value(*row) : Value{};
}

Value Source::value_of(uint32_t code) const {
  switch (codes_) {
    case Codes::kText:
      if (code == 0) return {};
      if (lookup_ != nullptr) return lookup_value(reader_->dictionary(code - 1));
      return Value{std::string(reader_->dictionary(code - 1))};
    case Codes::kLookupRow:
      return code == 0 ? Value{} : lookup_value(code - 1);
    case Codes::kTimePart:
      return time_value(code);
    case Codes::kMember:
      return Value{code == 1};
  }
  return {};
}

Value Source::time_value(uint32_t code) const {
  static constexpr const char* kDays[] = {"monday", "tuesday",  "wednesday", "thursday",
                                          "friday", "saturday", "sunday"};
  auto text = [&](base::CalendarUnit unit) {
    return Value{base::unit_start(days_->date(code), unit, week_start_).text()};
  };
  switch (part_) {
    case TimePart::kDayOfWeek:
      return Value{std::string(kDays[days_->date(code).weekday()])};
    case TimePart::kHourOfDay:
      return Value{static_cast<int64_t>(code)};
    case TimePart::kDay:
      return text(base::CalendarUnit::kDay);
    case TimePart::kWeek:
      return text(base::CalendarUnit::kWeek);
    case TimePart::kMonth:
      return text(base::CalendarUnit::kMonth);
  }
  return {};
}

void Source::codes(const Span& span, Scratch& scratch, uint32_t* out) const {
  size_t count = span.count();
  if (count == 0) return;
  switch (codes_) {
    case Codes::kText:
      return reader_->codes(span.first(), count, out);
    case Codes::kMember: {
      const uint8_t* members = members_->data() + span.first();
      for (size_t i = 0; i < count; ++i) out[i] = members[i];
      return;
    }
    case Codes::kTimePart: {
      // Rows at or after as_of are outside the days; they are never selected, so any code does for
      // them.
      int64_t last = span.block.table->last_time();
      int64_t seen = days_->end() - 1;
      for (size_t i = 0; i < count; ++i) {
        int64_t time = last < seen ? span.block.times[i] : std::min(span.block.times[i], seen);
        out[i] = part_ == TimePart::kHourOfDay ? days_->hour(time) : days_->find(time);
      }
      return;
    }
    case Codes::kLookupRow:
      break;
  }
  std::vector<uint8_t> valid(count);
  reader_->valid(span.first(), count, valid.data());
  RawCache& cache = scratch.cache(cache_);
  auto row_of = [&](const Value& key) {
    auto row = lookup_->find(event::to_text(key));
    return row ? *row + 1 : 0;
  };
  if (reader_->type().type == Type::kFloat) {
    std::vector<double> floats(count);
    reader_->floats(span.first(), count, floats.data());
    for (size_t i = 0; i < count; ++i) {
      auto miss = [&](int64_t bits) { return row_of(Value{std::bit_cast<double>(bits)}); };
      out[i] = valid[i] ? cache.find(std::bit_cast<int64_t>(floats[i]), miss) : 0;
    }
    return;
  }
  std::vector<int64_t> integers(count);
  reader_->integers(span.first(), count, integers.data());
  const event::PropertyType& type = reader_->type();
  for (size_t i = 0; i < count; ++i) {
    auto miss = [&](int64_t stored) { return row_of(value_of_integer(type, stored)); };
    out[i] = valid[i] ? cache.find(integers[i], miss) : 0;
  }
}

Value Source::object(uint64_t element) const {
  event::Object object;
  const auto& members = reader_->type().members;
  for (size_t i = 0; i < members.size(); ++i) {
    Value value = reader_->child(i).value(element);
    if (!value.is_null()) object.emplace_back(members[i].name, std::move(value));
  }
  return Value{std::vector<event::Object>{std::move(object)}};
}

}  // namespace starling::engine::native
