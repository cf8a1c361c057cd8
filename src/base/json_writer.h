// Appends JSON to a string. Numbers follow reports.md §8.40: no exponent below 1e15, NaN and
// infinity never.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"

namespace starling::base {

class JsonWriter {
 public:
  JsonWriter& begin_object();
  JsonWriter& end_object();
  JsonWriter& begin_list();
  JsonWriter& end_list();
  JsonWriter& key(std::string_view name);

  JsonWriter& text(std::string_view value);  // invalid UTF-8 becomes U+FFFD
  JsonWriter& boolean(bool value);
  JsonWriter& integer(int64_t value);
  JsonWriter& unsigned_integer(uint64_t value);
  JsonWriter& decimal(const Decimal& value);
  JsonWriter& number(double value);  // float_text; REQUIRES: finite
  JsonWriter& null();
  JsonWriter& raw(std::string_view json);  // an already written JSON value

  const std::string& str() const { return out_; }
  std::string take() { return std::move(out_); }

 private:
  void before_value();

  std::string out_;
  std::vector<bool>
      has_items_;  // a level: whether a value was written, so that the next one needs a comma
  bool after_key_ = false;
};

std::string json_quoted(std::string_view text);

}  // namespace starling::base
