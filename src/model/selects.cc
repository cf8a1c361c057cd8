#include "model/selects.h"

#include "base/json_writer.h"

namespace starling::model {
namespace {

using base::JsonWriter;
using source::ColumnInfo;

void write_column(JsonWriter& json, const ColumnInfo& column) {
  json.begin_object().key("name").text(column.name);
  if (column.type) {
    json.key("type").text(event::type_name(column.type->type));
    json.key("scale").integer(column.type->scale);
    json.key("members").begin_list();
    for (size_t i = 0; i < column.type->members.size(); ++i) {
      const event::Member& member = column.type->members[i];
      bool zoned = i < column.zoned_members.size() && column.zoned_members[i] != 0;
      write_column(json, {member.name, "", member.type, zoned, {}});
    }
    json.end_list();
  }
  json.key("native").text(column.native_type).key("zoned").boolean(column.zoned).end_object();
}

void write_select(JsonWriter& json, const Select& select) {
  json.begin_object();
  json.key("kind").text(kind_name(select.kind)).key("source").text(select.source);
  json.key("relation").text(select.relation).key("event").text(select.event);
  json.key("has_user").boolean(select.has_user).key("ids").integer(select.id_columns);
  json.key("has_cursor").boolean(select.has_cursor);
  json.key("time");
  write_column(json, select.time);
  json.key("key");
  write_column(json, select.key);
  json.key("properties").begin_list();
  for (const ColumnInfo& column : select.property_columns) write_column(json, column);
  json.end_list();
  json.key("sql").text(select.sql).end_object();
}

bool is_duckdb(source::Location::Kind kind) {
  return kind == source::Location::Kind::kDuckdb || kind == source::Location::Kind::kFiles;
}

}  // namespace

std::string_view kind_name(Select::Kind kind) {
  switch (kind) {
    case Select::Kind::kEvents:
      return "events";
    case Select::Kind::kUsers:
      return "users";
    case Select::Kind::kLookup:
      return "lookup";
  }
  return "";
}

std::string selects_json(const Compiled& compiled) {
  JsonWriter json;
  json.begin_object();
  json.key("files").boolean(compiled.model.warehouse.kind == source::Location::Kind::kFiles);
  json.key("dialect").text(is_duckdb(compiled.model.warehouse.kind) ? "duckdb" : "other");
  json.key("timezone").text(compiled.model.timezone);
  json.key("warehouse_timezone").text(compiled.model.warehouse_timezone);
  json.key("selects").begin_list();
  for (const Select& select : compiled.selects) write_select(json, select);
  json.end_list().end_object();
  return json.take();
}

}  // namespace starling::model
