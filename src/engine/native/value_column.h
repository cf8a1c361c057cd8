// The measured property made ready for one table: numbers, or keys that tell distinct values apart,
// of a block's rows or elements.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/native/breakdown_column.h"
#include "engine/native/source.h"

namespace starling::engine::native {

// What a measure wants of its property.
struct Wanted {
  bool distinct = false;  // keys of values of any type instead of numbers
  bool floats = false;    // numbers are floats; else digits at `scale`
  uint8_t scale = 0;
  bool float_keys =
      false;  // distinct values of a property declared as float, whatever a part stores

  // Numbers of the type the reference is declared with, or keys.
  static Wanted of(const query::Reference& reference, bool distinct);
};

// Columns of values; digits or floats, as wanted.
struct Values {
  std::vector<int64_t> digits;
  std::vector<double> floats;
  std::vector<uint8_t> has;

  void resize(const Wanted& wanted, size_t count);
};

class ValueColumn {
 public:
  // `keys` numbers the distinct values that are not stored as integers or floats; it must outlive
  // this.
  static ValueColumn of_rows(Question& question, const query::Reference& reference,
                             const Wanted& wanted, Coordinates& keys,
                             const store::EventTable* table);
  static ValueColumn of_elements(Question& question, const query::Reference& reference,
                                 const Wanted& wanted, Coordinates& keys,
                                 const store::EventTable* table);

  // Fails with kUnsupported when a decimal does not fit 18 digits at the wanted scale.
  Result<void> read(const Span& span, Scratch& scratch, Values& out) const;

 private:
  static ValueColumn of_source(const Wanted& wanted, Coordinates& keys, Source source);
  void read_integers(const Span& span, Values& out, bool& fits) const;
  void read_floats(const Span& span, Values& out) const;
  void read_codes(const Span& span, Scratch& scratch, Values& out) const;
  void read_users(const Span& span, Values& out) const;

  Wanted wanted_;
  Source source_;
  Coordinates* keys_ = nullptr;
  int64_t factor_ = 1;             // kIntegers: from the stored scale to the wanted one
  double divisor_ = 1;             // kIntegers wanted as floats
  Values table_;                   // kCodes: by code; kConstant: one
  std::shared_ptr<Values> users_;  // kUser: by user
  bool numbers_fit_ = true;        // of the table
};

}  // namespace starling::engine::native
