// Where the values of a reference are read, for the rows of one table, the elements of one of its
// lists, or all users.
//
// Most references have few different values: texts are codes of a dictionary, lookup columns are
// reached from such codes, parts of the time are days. For those, everything that can be asked
// about a value (does it pass, which coordinate is it, what number) is worked out once per code,
// and the loop over rows is a table read. Numbers and dates are read as stored.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "engine/native/question.h"
#include "event/value.h"

namespace starling::engine::native {

class Source {
 public:
  enum class Kind : uint8_t {
    kConstant,  // the same for all
    kCodes,     // code_count() different values, numbered
    kIntegers,  // as stored: booleans, integers, decimal digits, dates, times
    kFloats,
    kObjects,  // whole objects of a list: set, and shown as JSON
    kUser,     // of the row's user: read it over all users, without a table
  };

  // One value a row. REQUIRES: question.list_of(reference) is nothing; table == nullptr reads
  // users.
  static Source of_rows(Question& question, const query::Reference& reference,
                        const store::EventTable* table);
  // One value an element. REQUIRES: question.list_of(reference) is a list of that table's rows (of
  // users without one).
  static Source of_elements(Question& question, const query::Reference& reference,
                            const store::EventTable* table);

  Kind kind() const { return kind_; }
  const event::Value& constant() const { return constant_; }
  const event::PropertyType& type() const { return reader_->type(); }  // kIntegers, kFloats
  const store::ColumnReader* reader() const { return reader_; }

  // kCodes
  uint32_t code_count() const;
  event::Value value_of(uint32_t code) const;
  void codes(const Span& span, Scratch& scratch, uint32_t* out) const;
  bool is_plain_text() const {
    return codes_ == Codes::kText && lookup_ == nullptr;
  }  // code c is dictionary(c - 1)

  event::Value object(uint64_t element) const;  // kObjects

 private:
  enum class Codes : uint8_t { kText, kLookupRow, kTimePart, kMember };

  static Source of_column(Question& question, const query::Reference& reference,
                          const store::ColumnReader* reader);
  // As of each row's time, if the reference asks for that and there is history to ask.
  static Source of_dated_column(Question& question, const query::Reference& reference,
                                const store::ColumnReader* reader, const store::EventTable* table,
                                const store::ColumnReader* list);
  static Source constant_of(event::Value value);
  event::Value time_value(uint32_t code) const;
  event::Value lookup_value(std::string_view key) const;
  event::Value lookup_value(uint32_t place) const;

  Kind kind_ = Kind::kConstant;
  event::Value constant_;
  const store::ColumnReader* reader_ = nullptr;
  Codes codes_ = Codes::kText;
  const store::LookupReader* lookup_ = nullptr;
  const store::ColumnReader* lookup_column_ = nullptr;
  int64_t as_of_ = 0;                      // which version of a lookup's row
  size_t cache_ = 0;                       // kLookupRow
  std::shared_ptr<const LocalDays> days_;  // kTimePart
  query::TimePart part_ = query::TimePart::kDay;
  int week_start_ = 0;
  const std::vector<uint8_t>* members_ = nullptr;  // kMember
};

}  // namespace starling::engine::native
