// Values as the send functions of PostgreSQL's types write them in binary, into columns.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.h"
#include "event/column.h"
#include "source/postgres/types.h"

namespace starling::source::postgres {

using base::Result;

// Decodes the cells of one column.
class Decoder {
 public:
  // `sent`: the type on the wire. `info` says what is made of it; a list of objects is sent as JSON
  // (model/postgres_dialect.cc). REQUIRES: info.type.
  Decoder(ColumnInfo info, PgType sent) : info_(std::move(info)), sent_(std::move(sent)) {}

  event::Column empty_column() const { return event::Column(*info_.type); }

  // kInvalid for a number that needs more than 64 bits; kUnavailable for bytes that are not of the
  // type. Infinite times and numbers become null.
  Result<void> append(std::string_view bytes, event::Column& into) const;

 private:
  Result<void> append_scalar(Oid sent, std::string_view bytes, event::Column& into) const;
  Result<void> append_array(std::string_view bytes, event::Column& into) const;
  Result<void> append_numeric(std::string_view bytes, event::Column& into) const;
  base::Error too_large(const std::string& value) const;
  base::Error torn() const;

  ColumnInfo info_;
  PgType sent_;
};

}  // namespace starling::source::postgres
