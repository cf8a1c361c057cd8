// SQLite's SQL: times are texts that compare as they read.
#include <fmt/format.h>

#include "model/ansi_dialect.h"

namespace starling::model {
namespace {

using event::Type;

class SqliteDialect : public AnsiDialect {
 public:
  std::string literal(const std::string& value, const source::ColumnInfo& info) const override {
    Type type = info.type->type;
    bool is_time = type == Type::kDate || type == Type::kTime || type == Type::kText;
    return is_time ? text_literal(value) : value;
  }
  std::string day(const std::string& sql, const source::ColumnInfo&) const override {
    return fmt::format("date({})", sql);
  }
  // Every time is a clock's.
  std::string change_zone(const std::string& sql, const std::string&) const override { return sql; }
  std::string id_separator() const override { return "char(31)"; }
};

}  // namespace

const Dialect& sqlite_dialect() {
  static const SqliteDialect dialect;
  return dialect;
}

}  // namespace starling::model
