#include "source/table.h"

namespace starling::source {

const ColumnInfo* TableInfo::find(std::string_view column) const {
  for (const ColumnInfo& info : columns) {
    if (info.name == column) return &info;
  }
  return nullptr;
}

}  // namespace starling::source
