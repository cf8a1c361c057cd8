// Standard SQL, for the databases that only ODBC reaches. What has no standard (hashes, sums of
// them, lists of objects) it leaves out, and the sync compares rows itself.
#pragma once

#include "model/dialect.h"

namespace starling::model {

class AnsiDialect : public Dialect {
 public:
  std::string type(const event::PropertyType& type) const override;
  std::string cast(const std::string& sql, const event::PropertyType& from,
                   const event::PropertyType& to) const override;
  bool has_lists() const override { return false; }
  std::string object_list(const std::vector<std::pair<std::string, std::string>>& members,
                          const std::vector<std::string>& order_by) const override;
  std::string change_zone(const std::string& sql, const std::string& zone) const override;
  std::string text(const std::string& sql, const source::ColumnInfo& info) const override;
  bool is_wide(const source::ColumnInfo& info) const override;
  std::string literal(const std::string& value, const source::ColumnInfo& info) const override;
  std::string day(const std::string& sql, const source::ColumnInfo& info) const override;
  std::string row_hash(const std::string& alias,
                       const std::vector<std::string>& columns) const override;
  std::string order_key_sum(const std::string& id_text) const override;
  std::string milliseconds_sum(const std::string& sql,
                               const source::ColumnInfo& info) const override;
  std::string is_before(const std::string& time, const std::string& end) const override;
};

}  // namespace starling::model
