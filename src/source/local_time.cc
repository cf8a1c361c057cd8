#include "source/local_time.h"

namespace starling::source {
namespace {

void convert(event::Column& column, const base::TimeZone& zone) {
  for (size_t row = 0; row < column.size(); ++row) {
    if (!column.valid[row]) continue;
    int64_t local = column.integers[row];
    int64_t days = local / base::kDayMs - (local % base::kDayMs < 0 ? 1 : 0);
    auto ms_of_day = static_cast<int32_t>(local - days * base::kDayMs);
    column.integers[row] = zone.from_local({static_cast<int32_t>(days)}, ms_of_day).value;
  }
}

}  // namespace

void to_instants(event::Column& column, const ColumnInfo& info, const base::TimeZone& zone) {
  if (zone.name() == "UTC") return;
  if (column.type.type == event::Type::kTime) {
    if (!info.zoned) convert(column, zone);
    return;
  }
  for (size_t i = 0; i < column.children.size(); ++i) {
    bool is_time = column.children[i].type.type == event::Type::kTime;
    bool zoned = i < info.zoned_members.size() && info.zoned_members[i];
    if (is_time && !zoned) convert(column.children[i], zone);
  }
}

}  // namespace starling::source
