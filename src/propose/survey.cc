#include "propose/survey.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "propose/names.h"

namespace starling::propose {
namespace {

using event::Type;
using source::Rows;

constexpr uint64_t kCoverageMin = 80;  // per cent of the filled rows that must find their other row
constexpr size_t kKeyPairsMax = 10;

bool may_be_key(const Column& column) {
  return column.info.type &&
         (column.info.type->type == Type::kInteger || column.info.type->type == Type::kText);
}

class Surveyor {
 public:
  Surveyor(source::Source& warehouse, const Declared& declared)
      : warehouse_(warehouse), declared_(declared) {}

  Result<Survey> survey() {
    keys_ = TRY(warehouse_.keys());
    TRY(choose_tables());
    for (Table& table : survey_.tables) TRY(find_key(table));
    for (const Table& table : survey_.tables) TRY(find_links(table));
    return std::move(survey_);
  }

 private:
  // Numbers of the only row of a query.
  Result<std::vector<uint64_t>> numbers(const std::string& sql) {
    std::vector<uint64_t> out;
    TRY(warehouse_.read(
        {sql},
        [&](Rows rows) -> Result<void> {
          for (const event::Column& column : rows.columns)
            out.push_back(column.valid[0] ? static_cast<uint64_t>(column.integers[0]) : 0);
          return {};
        },
        [](source::Reject) {}));
    return out;
  }

  std::string column_sql(const std::string& column) const {
    return warehouse_.names().quote(column);
  }

  Result<void> choose_tables() {
    std::vector<std::string> names = TRY(warehouse_.table_names());
    bool has_marts = std::any_of(names.begin(), names.end(),
                                 [](const std::string& name) { return !names_staging(name); });
    for (const std::string& name : names) {
      bool declared = declared_.tables.empty() ||
                      std::find(declared_.tables.begin(), declared_.tables.end(), name) !=
                          declared_.tables.end();
      if (!declared) {
        survey_.left_out.push_back(name + ": no model of the dbt project");
      } else if (has_marts && names_staging(name)) {
        survey_.left_out.push_back(name + ": a staging table");
      } else {
        auto measured = measure(name);
        if (measured) {
          survey_.tables.push_back(std::move(measured).value());
        } else {
          survey_.left_out.push_back(name + ": " + measured.error().message);
        }
      }
    }
    return {};
  }

  // Counts rows, values, and different values of what may be a key.
  Result<Table> measure(const std::string& name) {
    Table table;
    table.name = name;
    std::string sql = "SELECT count(*)";
    for (source::ColumnInfo& info : TRY(warehouse_.describe_table(name)).columns) {
      std::string column = column_sql(info.name);
      Column found{std::move(info)};
      bool counts = may_be_key(found) && (table.columns.empty() || names_a_key(found.info.name));
      sql += fmt::format(", count({0}), {1}", column,
                         counts ? fmt::format("count(DISTINCT {})", column) : "0");
      table.columns.push_back(std::move(found));
    }
    std::vector<uint64_t> counts = TRY(numbers(sql + " FROM " + warehouse_.names().sql(name)));
    table.rows = counts[0];
    for (size_t i = 0; i < table.columns.size(); ++i) {
      table.columns[i].filled = counts[1 + 2 * i];
      table.columns[i].distinct = counts[2 + 2 * i];
    }
    return table;
  }

  // The declared key, else the one unique column with the best name, else two columns together.
  Result<void> find_key(Table& table) {
    auto declared = declared_.keys.find(table.name);
    if (declared != declared_.keys.end()) {
      table.key = declared->second;
      table.key_evidence = "declared in dbt";
      return {};
    }
    for (const source::Key& key : keys_) {
      if (key.table != table.name || !key.to_table.empty()) continue;
      table.key = key.columns;
      table.key_evidence = "its primary key";
      return {};
    }
    std::string own = plain(singular(table.name));
    int best = 0;
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const Column& column = table.columns[i];
      bool unique = table.rows > 0 && column.filled == table.rows && column.distinct == table.rows;
      if (!unique) continue;
      std::string name = plain(column.info.name);
      int rank = name == own + "id" || name == "id" ? 3 : i == 0 ? 2 : 1;
      if (rank <= best) continue;
      best = rank;
      table.key = {column.info.name};
    }
    if (table.key.empty()) TRY(find_key_of_two(table));
    if (!table.key.empty()) table.key_evidence = fmt::format("unique over {} rows", table.rows);
    return {};
  }

  Result<void> find_key_of_two(Table& table) {
    std::vector<const Column*> parts;
    for (const Column& column : table.columns) {
      if (may_be_key(column) && names_a_key(column.info.name) && column.filled == table.rows)
        parts.push_back(&column);
    }
    size_t tried = 0;
    for (size_t i = 0; i < parts.size() && table.rows > 0; ++i) {
      for (size_t j = i + 1; j < parts.size() && tried < kKeyPairsMax; ++j, ++tried) {
        auto distinct = TRY(
            numbers(fmt::format("SELECT count(*) FROM (SELECT DISTINCT {}, {} FROM {}) AS pairs",
                                column_sql(parts[i]->info.name), column_sql(parts[j]->info.name),
                                warehouse_.names().sql(table.name))));
        if (distinct[0] != table.rows) continue;
        table.key = {parts[i]->info.name, parts[j]->info.name};
        return {};
      }
    }
    return {};
  }

  // Whether a column's name says that it holds keys of a table.
  static int likeness(const Table& from, const Column& column, const Table& to) {
    if (&from == &to || to.key.size() != 1) return 0;
    std::string name = plain(column.info.name), key = plain(to.key[0]);
    std::string noun = plain(singular(to.name));
    if (name == noun + "id" || name == noun + "key" || name == noun + "code") return 4;
    if (name == key && key != "id" && key != "code") return 3;
    if (name.ends_with(noun + "id") && noun.size() > 2) return 2;
    return 0;
  }

  Result<void> find_links(const Table& table) {
    for (const Column& column : table.columns) {
      if (!may_be_key(column) || column.filled == 0) continue;
      Link best;
      int best_rank = 0;
      for (const Link& link : declared_.links) {
        if (link.table == table.name && link.column == column.info.name &&
            survey_.find(link.to) != nullptr) {
          best = link;
          best_rank = 9;
        }
      }
      for (const source::Key& key : keys_) {
        bool names_it = key.table == table.name && key.to_columns.size() == 1 &&
                        key.columns[0] == column.info.name && survey_.find(key.to_table) != nullptr;
        if (!names_it || best_rank > 0) continue;
        best = {table.name, column.info.name, key.to_table, key.to_columns[0], 0, 0, "foreign key"};
        best_rank = 8;
      }
      // A key of its own says nothing about other tables that share it.
      if (best_rank == 0 && table.has_single_key(column.info.name)) continue;
      for (const Table& other : survey_.tables) {
        int rank = likeness(table, column, other);
        if (rank <= best_rank) continue;
        const Column* key = other.find(other.key[0]);
        if (key == nullptr || !key->info.type || *key->info.type != *column.info.type) continue;
        best = {table.name, column.info.name, other.name, other.key[0], 0, 0, "by name"};
        best_rank = rank;
      }
      if (best_rank > 0) TRY(measure_link(std::move(best)));
    }
    return {};
  }

  Result<void> measure_link(Link link) {
    auto counts = TRY(numbers(fmt::format(
        "SELECT count(*), count(other.k) FROM {0} AS own LEFT JOIN (SELECT DISTINCT {1} AS k FROM "
        "{2}) AS other ON other.k = own.{3} WHERE own.{3} IS NOT NULL",
        warehouse_.names().sql(link.table), column_sql(link.to_column),
        warehouse_.names().sql(link.to), column_sql(link.column))));
    link.filled = counts[0];
    link.orphans = counts[0] - counts[1];
    if (counts[1] * 100 < counts[0] * kCoverageMin) {
      survey_.left_out.push_back(fmt::format("{}.{} = {}.{}: {} of {} rows find no other",
                                             link.table, link.column, link.to, link.to_column,
                                             link.orphans, link.filled));
      return {};
    }
    survey_.links.push_back(std::move(link));
    return {};
  }

  source::Source& warehouse_;
  const Declared& declared_;
  std::vector<source::Key> keys_;  // as the warehouse declares them
  Survey survey_;
};

}  // namespace

const Column* Table::find(std::string_view column) const {
  for (const Column& one : columns) {
    if (one.info.name == column) return &one;
  }
  return nullptr;
}

const Table* Survey::find(std::string_view table) const {
  for (const Table& one : tables) {
    if (one.name == table) return &one;
  }
  return nullptr;
}

const Link* Survey::link(std::string_view table, std::string_view column) const {
  for (const Link& one : links) {
    if (one.table == table && one.column == column) return &one;
  }
  return nullptr;
}

std::vector<const Link*> Survey::links_of(std::string_view table) const {
  std::vector<const Link*> out;
  for (const Link& one : links) {
    if (one.table == table) out.push_back(&one);
  }
  return out;
}

std::vector<const Link*> Survey::links_to(std::string_view table) const {
  std::vector<const Link*> out;
  for (const Link& one : links) {
    if (one.to == table) out.push_back(&one);
  }
  return out;
}

Result<Survey> survey(source::Source& warehouse, const Declared& declared) {
  return Surveyor(warehouse, declared).survey();
}

}  // namespace starling::propose
