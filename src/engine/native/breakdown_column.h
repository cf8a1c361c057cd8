// A breakdown made ready for one table: the coordinate number of each row or element of a block.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/native/coordinates.h"
#include "engine/native/source.h"

namespace starling::engine::native {

// A number for every user, worked out once.
struct UserCoordinates {
  std::vector<uint32_t> by_user;
  uint32_t nobody = 0;
};

class BreakdownColumn {
 public:
  // By a reference that gives one value a row (a user, without a table). Coordinates must outlive
  // this.
  static BreakdownColumn of_rows(Question& question, const query::Reference& reference,
                                 Coordinates& coordinates, const store::EventTable* table);
  // By a reference that gives one value an element.
  static BreakdownColumn of_elements(Question& question, const query::Reference& reference,
                                     Coordinates& coordinates, const store::EventTable* table);

  void read(const Span& span, Scratch& scratch, uint32_t* out) const;

 private:
  static BreakdownColumn of_source(Question& question, Coordinates& coordinates, Source source);
  void read_users(const Span& span, uint32_t* out) const;
  void read_raw(const Span& span, Scratch& scratch, uint32_t* out) const;

  Source source_;
  Coordinates* coordinates_ = nullptr;
  uint32_t constant_ = 0;
  std::vector<uint32_t> table_;  // kCodes: by code
  std::shared_ptr<const UserCoordinates> users_;
  size_t cache_ = 0;  // kIntegers, kFloats
  uint32_t not_set_ = 0;
};

}  // namespace starling::engine::native
