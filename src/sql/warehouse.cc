#include "sql/warehouse.h"

#include <cstdlib>

#include "base/document.h"

namespace starling::sql {
namespace {

using base::Error;
using base::Node;
using event::Type;

std::string text_of(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found == nullptr ? "" : found->text;
}

bool is_true(const Node& node, std::string_view key) {
  const Node* found = node.find(key);
  return found != nullptr && found->boolean;
}

int number_of(const Node& node, std::string_view key) {
  return std::atoi(text_of(node, key).c_str());
}

Type type_of(const std::string& name) {
  for (Type type : {Type::kBoolean, Type::kInteger, Type::kDecimal, Type::kFloat, Type::kText,
                    Type::kDate, Type::kTime, Type::kList}) {
    if (event::type_name(type) == name) return type;
  }
  return Type::kObjects;
}

Column column_of(const Node& node) {
  Column column;
  column.name = text_of(node, "name");
  column.type.type = type_of(text_of(node, "type"));
  column.type.scale = static_cast<uint8_t>(number_of(node, "scale"));
  column.native_type = text_of(node, "native");
  column.zoned = is_true(node, "zoned");
  if (const Node* members = node.find("members")) {
    for (const Node& member : members->items) {
      column.members.push_back(column_of(member));
      column.type.members.push_back({column.members.back().name, column.members.back().type});
    }
  }
  return column;
}

Select select_of(const Node& node) {
  Select select;
  std::string kind = text_of(node, "kind");
  select.kind = kind == "events"  ? Select::Kind::kEvents
                : kind == "users" ? Select::Kind::kUsers
                                  : Select::Kind::kLookup;
  select.source = text_of(node, "source");
  select.relation = text_of(node, "relation");
  select.event = text_of(node, "event");
  select.has_user = is_true(node, "has_user");
  select.ids = number_of(node, "ids");
  select.has_cursor = is_true(node, "has_cursor");
  if (const Node* time = node.find("time")) select.time = column_of(*time);
  if (const Node* key = node.find("key")) select.key = column_of(*key);
  if (const Node* properties = node.find("properties")) {
    for (const Node& property : properties->items) select.properties.push_back(column_of(property));
  }
  select.sql = text_of(node, "sql");
  return select;
}

}  // namespace

Result<Warehouse> read_warehouse(const std::string& selects_json) {
  if (selects_json.empty()) {
    return Error{Error::Code::kUnsupported,
                 "the data folder does not know the warehouse's SELECTs yet: run `starling sync "
                 "MODEL` once more, then ask again"};
  }
  Node document = TRY(base::parse_json(selects_json));
  if (text_of(document, "dialect") == "other") {
    return Error{
        Error::Code::kUnsupported,
        "the SQL of a report is DuckDB's, and the warehouse is neither a DuckDB file nor a "
        "folder of files"};
  }
  Warehouse warehouse;
  warehouse.files = is_true(document, "files");
  warehouse.timezone = text_of(document, "timezone");
  warehouse.warehouse_timezone = text_of(document, "warehouse_timezone");
  if (const Node* selects = document.find("selects")) {
    for (const Node& select : selects->items) warehouse.selects.push_back(select_of(select));
  }
  return warehouse;
}

}  // namespace starling::sql
