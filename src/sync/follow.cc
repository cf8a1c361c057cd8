#include "sync/follow.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/document.h"
#include "base/hash.h"
#include "base/json_writer.h"

namespace starling::sync {
namespace {

using event::Type;
using model::EventSource;
using model::Select;
using source::FollowedTable;

// The position up to which the log has been taken. A log that has been acknowledged further than
// this was read by somebody else.
constexpr const char* kLogDocument = "log";
constexpr size_t kKeysMax = 10'000;  // more are read faster by days

const EventSource* event_source(const model::Compiled& compiled, const Select& select) {
  if (select.kind != Select::Kind::kEvents) return nullptr;
  for (const EventSource& source : compiled.model.events) {
    if (source.source == select.source) return &source;
  }
  return nullptr;
}

// The log writes such an id as the store does (row_text.h).
bool is_followable_id(const source::ColumnInfo& id) {
  bool padded = id.native_type.starts_with("character(") || id.native_type.starts_with("bpchar");
  Type type = id.type ? id.type->type : Type::kObjects;
  return !padded && (type == Type::kInteger || type == Type::kText || type == Type::kDate);
}

// A line's columns in the order of the fact's id, when its list is joined by just that.
std::vector<std::string> columns_of_id(const EventSource& source, const model::ListSource& list) {
  std::vector<std::string> columns;
  for (const std::string& id : source.id) {
    for (const auto& [theirs, own] : list.on) {
      if (own == id) columns.push_back(theirs);
    }
  }
  bool fits = columns.size() == source.id.size() && list.on.size() == source.id.size();
  return fits ? columns : std::vector<std::string>();
}

// The tables that decide what a source's rows are, its own first; nothing when not all are known or
// when its rows cannot be told by an id.
std::optional<std::vector<FollowedTable>> followed_tables(const model::Compiled& compiled,
                                                          const Select& select) {
  const EventSource* source = event_source(compiled, select);
  bool follows = source != nullptr && select.sync.mode == model::SyncMode::kMirror &&
                 !source->id.empty() && !source->relation.table.empty() &&
                 std::ranges::all_of(select.ids, is_followable_id);
  if (!follows) return std::nullopt;
  std::vector<FollowedTable> tables = {{source->relation.table, source->id}};
  auto add = [&](const model::Relation& relation, std::vector<std::string> columns) {
    follows = follows && !relation.table.empty();
    tables.push_back({relation.table, std::move(columns)});
  };
  for (const model::Join& join : source->joins) add(join.relation, {});
  for (const model::PropertySource& property : source->properties) {
    if (!property.list) continue;
    add(property.list->relation, columns_of_id(*source, *property.list));
    for (const model::Join& join : property.list->joins) add(join.relation, {});
  }
  return follows ? std::optional(tables) : std::nullopt;
}

// Changes with what the rows are made of.
std::string fingerprint(const Select& select, const std::vector<size_t>& places,
                        const std::vector<source::TableChanges>& tables) {
  std::string text = select.sql;
  for (const source::ColumnInfo& column : select.property_columns)
    text += "\x1f" + column.native_type;
  for (size_t place : places) text += "\x1f" + tables[place].identity;
  return fmt::format("{:016x}", base::hash64(text));
}

std::string to_json(const PendingRows& rows) {
  base::JsonWriter json;
  json.begin_object().key("of").text(rows.of);
  json.key("everything").boolean(rows.everything).key("reason").text(rows.reason);
  json.key("keys").begin_list();
  for (const std::vector<std::string>& key : rows.keys) {
    json.begin_list();
    for (const std::string& part : key) json.text(part);
    json.end_list();
  }
  json.end_list().end_object();
  return json.take();
}

// What was pending before; everything when nothing is known, or it is of other rows.
PendingRows parse_pending(const std::string& text, const std::string& of) {
  PendingRows rows;
  rows.everything = true;
  rows.of = of;
  auto parsed = base::parse_json(text);
  if (!parsed) return rows;
  const base::Node* written_of = parsed.value().find("of");
  const base::Node* everything = parsed.value().find("everything");
  const base::Node* reason = parsed.value().find("reason");
  const base::Node* keys = parsed.value().find("keys");
  bool fits = written_of != nullptr && everything != nullptr && keys != nullptr &&
              reason != nullptr && written_of->text == of;
  if (!fits) return rows;
  rows.everything = everything->boolean;
  rows.reason = reason->text;
  for (const base::Node& key : keys->items) {
    std::vector<std::string> parts;
    for (const base::Node& part : key.items) parts.push_back(part.text);
    rows.keys.insert(std::move(parts));
  }
  return rows;
}

void add_changes(const source::TableChanges& changes, PendingRows& rows) {
  if (changes.everything && rows.reason.empty()) rows.reason = changes.reason;
  rows.everything = rows.everything || changes.everything;
  rows.keys.insert(changes.rows.begin(), changes.rows.end());
  rows.everything = rows.everything || rows.keys.size() > kKeysMax;
  if (rows.everything) rows.keys.clear();
}

// The same table may be followed for several sources.
size_t place_of(const FollowedTable& table, std::vector<FollowedTable>& all) {
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].table == table.table && all[i].columns == table.columns) return i;
  }
  all.push_back(table);
  return all.size() - 1;
}

}  // namespace

std::string pending_document(const std::string& source) { return "pending/" + source; }

Result<std::map<std::string, PendingRows>> take_changes(const Context& context) {
  std::map<std::string, PendingRows> pending;
  std::vector<FollowedTable> all;
  std::vector<std::pair<const Select*, std::vector<size_t>>> sources;
  for (const Select& select : context.compiled.selects) {
    auto tables = followed_tables(context.compiled, select);
    if (!tables) continue;
    std::vector<size_t> places;
    for (const FollowedTable& table : *tables) places.push_back(place_of(table, all));
    sources.emplace_back(&select, std::move(places));
  }
  if (sources.empty()) return pending;
  auto changes =
      TRY(context.warehouse.changes(all, context.sink.document(kLogDocument).value_or("")));
  if (!changes) return pending;
  auto write = TRY(context.sink.begin());
  for (const auto& [select, places] : sources) {
    std::string document = pending_document(select->source);
    PendingRows rows = parse_pending(context.sink.document(document).value_or(""),
                                     fingerprint(*select, places, changes->tables));
    if (changes->begins) rows = {true, changes->lost, {}, rows.of};
    for (size_t place : places) add_changes(changes->tables[place], rows);
    TRY(write->set_document(document, to_json(rows)));
    if (context.options.backfill) rows = {true, "", {}, rows.of};
    pending[select->source] = std::move(rows);
  }
  TRY(write->set_document(kLogDocument, changes->position));
  TRY(write->commit());
  TRY(context.warehouse.acknowledge(changes->position));
  return pending;
}

std::string nothing_pending(const PendingRows& read) { return to_json({false, "", {}, read.of}); }

std::string sql_of_keys(const Select& select, const model::Dialect& dialect,
                        const std::set<std::vector<std::string>>& keys) {
  std::string names, values;
  for (size_t i = 0; i < select.ids.size(); ++i)
    names += fmt::format("{}\"id_{}\"", i > 0 ? ", " : "", i + 1);
  for (const std::vector<std::string>& key : keys) {
    std::string row;
    for (size_t i = 0; i < key.size(); ++i) {
      bool is_text = select.ids[i].type->type == Type::kText;
      row += (i > 0 ? ", " : "") +
             (is_text ? dialect.text_literal(key[i]) : dialect.literal(key[i], select.ids[i]));
    }
    values += (values.empty() ? "" : ", ") + (key.size() > 1 ? "(" + row + ")" : row);
  }
  return fmt::format("SELECT * FROM (\n{}\n) AS row_of\nWHERE ({}) IN ({})", select.sql, names,
                     values);
}

event::RemovedRows missing_rows(const Context& context, const Select& select,
                                const std::set<std::vector<std::string>>& keys,
                                const std::set<base::Hash128>& seen) {
  std::vector<std::string> events = {select.event};
  if (select.event.empty()) {
    events.clear();
    for (const event::EventType& type : context.sink.schema().events) events.push_back(type.name);
  }
  event::RemovedRows rows;
  rows.source = select.source;
  for (const std::vector<std::string>& key : keys) {
    std::string identity = fmt::format("{}", fmt::join(key, "\x1f"));
    for (const std::string& name : events) {
      base::Hash128 row_key = event::row_key(base::md5_prefix(identity), name, identity);
      if (seen.contains(row_key)) continue;
      rows.row_keys.push_back(row_key);
      rows.cursors.push_back(0);
    }
  }
  return rows;
}

}  // namespace starling::sync
