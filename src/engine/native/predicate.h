// A filter made ready for one table: evaluated over a block of rows at a time into bytes, 1 where
// the row passes. Texts, lookups and parts of the time are decided once per dictionary entry,
// conditions on users once per user.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/native/source.h"
#include "engine/native/value_match.h"

namespace starling::engine::native {

class Predicate {
 public:
  // On rows of the table; on users without a table. The filter must outlive the predicate.
  static Predicate bind(Question& question, const query::Filter& filter,
                        const store::EventTable* table);
  // On elements of one list of the table's rows.
  static Predicate bind_element(Question& question, const query::Filter& filter, const ListId& list,
                                const store::EventTable* table);

  // out[i] is 1 where row (element) i of the span passes.
  void evaluate(const Span& span, Scratch& scratch, uint8_t* out) const;
  // What a predicate on users says of events without a user, who have no properties and are in no
  // cohort.
  bool passes_nobody() const;

 private:
  enum class Kind : uint8_t {
    kConstant,
    kAll,
    kAny,
    kNot,
    kAnyElement,
    kAllElements,  // one child on the elements of list_
    kOfRow,        // one child on the rows whose elements are asked about
    kUsers,        // by the row's user
    kMembers,      // users in a cohort
    kCodes,
    kRange,
    kIntegers,
    kFloats,
  };

  static Predicate constant(bool value);
  static Predicate of_children(Kind kind, std::vector<Predicate> children);
  static Predicate of_test(Question& question, const query::Filter& filter, Source source);
  static Predicate of_list(Question& question, Kind kind, const ListId& list,
                           const query::Filter& child, const store::EventTable* table);
  static Predicate of_users(Question& question, const query::Filter& filter);

  void combine(const Span& span, Scratch& scratch, uint8_t* out) const;
  void reduce_elements(const Span& span, Scratch& scratch, uint8_t* out) const;
  void spread_rows(const Span& span, Scratch& scratch, uint8_t* out) const;
  void test_users(const Span& span, uint8_t* out) const;
  void test_codes(const Span& span, Scratch& scratch, uint8_t* out) const;
  void test_integers(const Span& span, uint8_t* out) const;
  void test_floats(const Span& span, uint8_t* out) const;

  Kind kind_ = Kind::kConstant;
  bool value_ = false;  // kConstant
  bool value_of_nobody_ = false;
  std::vector<Predicate> children_;
  const store::ColumnReader* list_ = nullptr;
  std::shared_ptr<const UserMask> users_;
  const std::vector<uint8_t>* members_ = nullptr;
  Source source_;
  std::shared_ptr<const ValueTest> test_;
  IntegerRange range_;
  std::vector<uint8_t> table_;  // kCodes: by code
};

}  // namespace starling::engine::native
