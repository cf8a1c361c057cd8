#include "propose/outline.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/decimal.h"
#include "event/column.h"
#include "propose/names.h"

namespace starling::propose {
namespace {

using event::Type;

bool is_time(const Column& column) {
  return column.info.type &&
         (column.info.type->type == Type::kTime || column.info.type->type == Type::kDate);
}

bool is_event_name(const Column& column) {
  std::string name = plain(column.info.name);
  bool named = name == "event" || name == "eventname" || name == "eventtype" || name == "action";
  return named && column.info.type && column.info.type->type == Type::kText;
}

std::pair<std::string, std::string> validity(const Table& table) {
  std::pair<std::string, std::string> range;
  for (const Column& column : table.columns) {
    if (!is_time(column)) continue;
    if (names_validity_start(column.info.name)) range.first = column.info.name;
    if (names_validity_end(column.info.name)) range.second = column.info.name;
  }
  return range;
}

bool has_history(const Table& table) {
  auto [from, to] = validity(table);
  return !from.empty() && !to.empty();
}

// Columns that say when something happened, the fullest first.
std::vector<const Column*> event_times(const Table& table) {
  std::vector<const Column*> times;
  for (const Column& column : table.columns) {
    const std::string& name = column.info.name;
    bool happens = is_time(column) && column.filled > 0 && !names_upkeep(name) &&
                   !names_a_plan(name) && !names_a_birthday(name) && !names_validity_start(name) &&
                   !names_validity_end(name);
    if (happens) times.push_back(&column);
  }
  std::stable_sort(times.begin(), times.end(),
                   [](const Column* a, const Column* b) { return a->filled > b->filled; });
  return times;
}

// What a person calls a row of a table.
const Column* label_column(const Table& table) {
  for (const char* wanted : {"name", "title", "label"}) {
    for (const Column& column : table.columns) {
      std::vector<std::string> all = words(column.info.name);
      bool text = column.info.type && column.info.type->type == Type::kText;
      if (text && !all.empty() && all.back() == wanted) return &column;
    }
  }
  return nullptr;
}

std::string coverage(const Link& link) {
  std::string text = fmt::format("{} = {}.{}", link.column, link.to, link.to_column);
  if (link.orphans == 0) return text + fmt::format(" for all {} rows that have one", link.filled);
  return text + fmt::format(", {} of {} rows find no other", link.orphans, link.filled);
}

class Outliner {
 public:
  Outliner(const Survey& survey, const std::vector<ComputedValue>& computed,
           source::Source& warehouse)
      : survey_(survey), computed_(computed), warehouse_(warehouse) {}

  Result<Outline> outline() {
    out_.left_out = survey_.left_out;
    find_users();
    find_facts();
    find_lines();
    for (const Table* fact : facts_) TRY(add_events(*fact));
    if (users_ != nullptr) add_users();
    for (const Table& table : survey_.tables) {
      if (!used_.contains(table.name)) out_.left_out.push_back(table.name + ": " + why_not(table));
    }
    return std::move(out_);
  }

 private:
  // The table of people that facts point at most.
  void find_users() {
    size_t most = 0;
    for (const Table& table : survey_.tables) {
      if (!names_people(table.name) || table.key.size() != 1 || has_history(table)) continue;
      size_t links = 1;
      for (const Link* link : survey_.links_to(table.name))
        links += event_times(*survey_.find(link->table)).empty() ? 0 : 2;
      if (links <= most) continue;
      most = links;
      users_ = &table;
    }
  }

  // The column of a table that says who it was: a link to the users, else what is named so.
  std::string user_column(const Table& table) const {
    for (const Link* link : survey_.links_of(table.name)) {
      if (users_ != nullptr && link->to == users_->name) return link->column;
    }
    if (users_ != nullptr) return "";
    for (const Column& column : table.columns) {
      std::vector<std::string> all = words(column.info.name);
      bool key =
          all.size() == 2 && all[1] == "id" && (names_people(all[0]) || all[0] == "distinct");
      if (key && !table.has_single_key(column.info.name)) return column.info.name;
    }
    return "";
  }

  void find_facts() {
    for (const Table& table : survey_.tables) {
      if (&table == users_ || has_history(table) || event_times(table).empty()) continue;
      if (!user_column(table).empty()) facts_.push_back(&table);
    }
  }

  bool is_fact(const Table& table) const {
    return std::find(facts_.begin(), facts_.end(), &table) != facts_.end();
  }

  // A table without a user of its own, of which many rows belong to one row of a fact, and which
  // happens when the fact does.
  void find_lines() {
    for (const Table& table : survey_.tables) {
      if (&table == users_ || is_fact(table) || has_history(table)) continue;
      for (const Link* link : survey_.links_of(table.name)) {
        const Table& fact = *survey_.find(link->to);
        if (!is_fact(fact) || lines_.contains(table.name)) continue;
        bool own_time = false;
        for (const Column* time : event_times(table))
          own_time |= fact.find(time->info.name) == nullptr;
        if (!own_time) lines_[table.name] = link;
      }
    }
  }

  // "items" for order_items of orders.
  static std::string list_name(const Table& lines, const Table& fact) {
    std::string name = singular(lines.name), head = singular(fact.name) + " ";
    if (name.starts_with(head)) name = name.substr(head.size());
    std::string out;
    for (char c : name) out += c == ' ' ? '_' : c;
    return out.ends_with("s") ? out : out + "s";
  }

  // One type a property name: what another table calls the same, but of another type, gets its
  // table's name before it.
  std::string property_name(const Table& table, const Column& column, bool of_user) {
    std::string name = column.info.name;
    std::string noun = singular(table.name);
    std::replace(noun.begin(), noun.end(), ' ', '_');
    if (plain(name) == "id" || name.find('.') != std::string::npos) name = noun + "_id";
    if (of_user) return name;
    auto [known, is_new] = types_.try_emplace(name, *column.info.type);
    if (is_new || event::common_type(known->second, *column.info.type)) return name;
    return noun + "_" + name;
  }

  void add_columns(const Table& table, const std::set<std::string>& without, bool of_user,
                   std::vector<PropertyOutline>& out, std::vector<std::string>& evidence) {
    for (const Column& column : table.columns) {
      if (without.contains(column.info.name)) continue;
      if (!column.info.type) {
        evidence.push_back(fmt::format("left out: {} ({}) cannot be read", column.info.name,
                                       column.info.native_type));
        continue;
      }
      if (names_upkeep(column.info.name)) continue;
      out.push_back({property_name(table, column, of_user), column.info.name, ""});
    }
    for (const ComputedValue& value : computed_) {
      if (value.table == table.name) out.push_back({value.name, "", value.sql});
    }
  }

  Result<void> add_events(const Table& fact) {
    used_.insert(fact.name);
    EventOutline event;
    event.table = fact.name;
    event.user = user_column(fact);
    event.id = fact.key;
    event.evidence.push_back(fmt::format(
        "{} rows; {}", fact.rows,
        fact.key.empty() ? "no key was found: identical rows are kept apart by count"
                         : fmt::format("{} {}", fmt::join(fact.key, ", "), fact.key_evidence)));
    for (const Link* link : survey_.links_of(fact.name)) event.evidence.push_back(coverage(*link));
    std::vector<const Column*> times = event_times(fact);
    std::set<std::string> without;
    for (const Column& column : fact.columns) {
      if (is_event_name(column)) event.event_column = column.info.name;
    }
    if (!event.event_column.empty()) {
      without.insert(event.event_column);
      times.resize(1);
    }
    if (times.size() == 1) without.insert(times[0]->info.name);
    add_columns(fact, without, false, event.properties, event.evidence);
    TRY(add_range(fact, event));
    TRY(add_history(fact, event));
    for (auto& [lines, link] : lines_) {
      if (link->to == fact.name) add_lines(*survey_.find(lines), *link, event);
    }
    add_lookups(fact, "", event.user);
    for (const Column* time : times) {
      EventOutline one = event;
      one.time = time->info.name;
      if (one.event_column.empty()) one.event = event_name(fact.name, time->info.name);
      one.time_may_be_missing = time->filled < fact.rows && time != times[0];
      if (time != times[0]) {
        // What the row was about is said once, by the event that it began with.
        one.lists.clear();
        std::erase_if(one.properties, [](const auto& property) { return !property.sql.empty(); });
        one.evidence = {
            fmt::format("{} of {} rows have a {}", time->filled, fact.rows, time->info.name)};
      }
      out_.events.push_back(std::move(one));
    }
    return {};
  }

  static bool names_an_amount(const std::string& column) {
    for (const std::string& word : words(column)) {
      for (const char* amount : {"total", "amount", "revenue", "price", "value", "freight"}) {
        if (word == amount) return true;
      }
    }
    return false;
  }

  // An amount whose largest values leave the middle far behind is easier to read in ranges.
  Result<void> add_range(const Table& fact, EventOutline& event) {
    for (const Column& column : fact.columns) {
      if (!names_an_amount(column.info.name)) continue;
      bool amount = column.info.type && (column.info.type->type == Type::kDecimal ||
                                         column.info.type->type == Type::kFloat);
      if (!amount || column.filled == 0) continue;
      std::string sql = warehouse_.names().quote(column.info.name);
      std::vector<double> found;
      for (double part : {0.5, 0.9, 1.0}) found.push_back(TRY(percentile(fact, column, part)));
      if (found[0] < 1 || found[2] < 10 * found[0]) continue;
      auto low = static_cast<int64_t>(found[0]), high = static_cast<int64_t>(found[1]);
      if (high <= low) continue;
      event.properties.push_back(
          {column.info.name + "_range", "",
           fmt::format(
               "case when {0} < {1} then 'under {1}' when {0} < {2} then '{1} to {2}' when {0} "
               "is not null then '{2} and more' end",
               sql, low, high)});
      event.evidence.push_back(
          fmt::format("{}: half are below {}, nine of ten below {}, the largest "
                      "is {:.2f}",
                      column.info.name, low, high, found[2]));
      return {};
    }
    return {};
  }

  // Between the two values around it, as percentile_cont of SQL, which not every warehouse has.
  Result<double> percentile(const Table& table, const Column& column, double part) {
    double place = part * static_cast<double>(column.filled - 1);
    auto before = static_cast<uint64_t>(place);
    std::string sql = warehouse_.names().quote(column.info.name);
    std::vector<double> around;
    auto take = [&](source::Rows rows) -> Result<void> {
      const event::Column& cells = rows.columns[0];
      for (size_t row = 0; row < rows.size(); ++row) {
        bool is_float = cells.type.type == Type::kFloat;
        around.push_back(is_float
                             ? cells.floats[row]
                             : base::Decimal{cells.integers[row], cells.type.scale}.to_double());
      }
      return {};
    };
    TRY(warehouse_.read({fmt::format("SELECT {0} AS amount FROM {1} WHERE {0} IS NOT NULL ORDER BY "
                                     "{0} LIMIT 2 OFFSET {2}",
                                     sql, warehouse_.names().sql(table.name), before)},
                        take, [](source::Reject) {}));
    if (around.empty()) return 0.0;
    return around.front() +
           (place - static_cast<double>(before)) * (around.back() - around.front());
  }

  // Dimensions with validity ranges that share a key column with the fact.
  Result<void> add_history(const Table& fact, EventOutline& event) {
    for (const Table& dimension : survey_.tables) {
      if (!has_history(dimension)) continue;
      auto [from, to] = validity(dimension);
      const Column* shared = nullptr;
      for (const Column& column : dimension.columns) {
        const Column* own = fact.find(column.info.name);
        if (own != nullptr && names_a_key(column.info.name) && own->info.type == column.info.type)
          shared = &column;
      }
      if (shared == nullptr) continue;
      used_.insert(dimension.name);
      if (TRY(overlaps(dimension, shared->info.name, from, to))) {
        out_.left_out.push_back(
            fmt::format("{}: validity ranges of one {} overlap, so a join would multiply the facts",
                        dimension.name, shared->info.name));
        continue;
      }
      std::string alias = singular(dimension.name);
      std::replace(alias.begin(), alias.end(), ' ', '_');
      event.joins.push_back(
          {alias, dimension.name, shared->info.name, shared->info.name, from, to});
      for (const Column& column : dimension.columns) {
        const std::string& name = column.info.name;
        if (name == from || name == to || name == shared->info.name || !column.info.type) continue;
        if (dimension.has_single_key(name) || names_upkeep(name)) continue;
        std::string property = fact.find(name) == nullptr ? name : alias + "_" + name;
        event.properties.push_back({property, alias + "." + name, ""});
      }
      event.evidence.push_back(fmt::format("{}: the row that was valid then", dimension.name));
    }
    return {};
  }

  Result<bool> overlaps(const Table& table, const std::string& key, const std::string& from,
                        const std::string& to) {
    int64_t pairs = 0;
    auto quoted = [&](const std::string& name) { return warehouse_.names().quote(name); };
    TRY(warehouse_.read(
        {fmt::format(
            "SELECT count(*) FROM (SELECT {1}, lag({2}) OVER (PARTITION BY {0} ORDER BY {1}) AS "
            "before, row_number() OVER (PARTITION BY {0} ORDER BY {1}) AS place, count(*) OVER "
            "(PARTITION BY {0}, {1}) AS same FROM {3}) AS ranges WHERE same > 1 OR (place > 1 AND "
            "(before IS NULL OR before > {1}))",
            quoted(key), quoted(from), quoted(to), warehouse_.names().sql(table.name))},
        [&](source::Rows rows) -> Result<void> {
          pairs = rows.columns[0].integers[0];
          return {};
        },
        [](source::Reject) {}));
    return pairs > 0;
  }

  void add_lines(const Table& lines, const Link& link, EventOutline& event) {
    used_.insert(lines.name);
    ListOutline list;
    list.name = list_name(lines, *survey_.find(link.to));
    list.table = lines.name;
    list.other = link.column;
    list.own = link.to_column;
    for (const std::string& key : lines.key) {
      if (key != link.column) list.order_by = key;
    }
    list.evidence =
        fmt::format("{} rows, {:.1f} a row of {}; {}", lines.rows,
                    static_cast<double>(lines.rows) /
                        static_cast<double>(std::max<uint64_t>(1, survey_.find(link.to)->rows)),
                    link.to, coverage(link));
    std::vector<std::string> ignored;
    std::set<std::string> without = {link.column};
    for (const Column& column : lines.columns) {
      if (is_time(column) && survey_.find(link.to)->find(column.info.name) != nullptr)
        without.insert(column.info.name);
      if (column.info.type && column.info.type->is_list()) without.insert(column.info.name);
    }
    std::map<std::string, event::PropertyType> others;
    others.swap(types_);  // members have names of their own
    add_columns(lines, without, false, list.properties, ignored);
    others.swap(types_);
    for (const Link* other : survey_.links_of(lines.name)) {
      if (other == &link || is_fact(*survey_.find(other->to))) continue;
      add_label(*other, list);
    }
    add_lookups(lines, list.name + ".", "");
    event.lists.push_back(std::move(list));
  }

  // The name of what a line is of comes along, so that a breakdown can be read.
  void add_label(const Link& link, ListOutline& list) {
    const Table& dimension = *survey_.find(link.to);
    const Column* label = label_column(dimension);
    if (label == nullptr) return;
    std::string alias = singular(dimension.name);
    std::replace(alias.begin(), alias.end(), ' ', '_');
    std::string name = plain(label->info.name).starts_with(plain(alias))
                           ? label->info.name
                           : alias + "_" + label->info.name;
    for (const PropertyOutline& property : list.properties) {
      if (property.name == name) return;
    }
    list.joins.push_back({alias, dimension.name, link.to_column, link.column, "", ""});
    list.properties.push_back({name, alias + "." + label->info.name, ""});
  }

  void add_lookups(const Table& table, const std::string& before, const std::string& user) {
    for (const Link* link : survey_.links_of(table.name)) {
      const Table& dimension = *survey_.find(link->to);
      if (link->column == user || &dimension == users_ || is_fact(dimension) ||
          lines_.contains(dimension.name) || has_history(dimension))
        continue;
      used_.insert(dimension.name);
      std::string on = before + link->column;
      LookupOutline lookup{dimension.name, dimension.name, link->to_column};
      (&table == users_ ? lookup.on_user : lookup.on_property) = on;
      lookup.evidence = fmt::format("{} rows", dimension.rows);
      bool known = false, taken = false;
      for (const LookupOutline& other : out_.lookups) {
        known |= other.on_property == lookup.on_property && other.on_user == lookup.on_user;
        taken |= other.lookup == lookup.lookup;
      }
      if (known) continue;
      if (taken) lookup.lookup += " of " + on;
      out_.lookups.push_back(std::move(lookup));
    }
  }

  void add_users() {
    used_.insert(users_->name);
    UsersOutline users{users_->name, users_->key[0]};
    users.evidence.push_back(
        fmt::format("{} rows; {} {}", users_->rows, users_->key[0], users_->key_evidence));
    add_columns(*users_, {users_->key[0]}, true, users.properties, users.evidence);
    std::erase_if(users.properties,
                  [](const PropertyOutline& property) { return !property.sql.empty(); });
    out_.users = std::move(users);
    add_lookups(*users_, "", "");
  }

  std::string why_not(const Table& table) const {
    if (table.rows == 0) return "it has no rows";
    for (const Link* link : survey_.links_to(table.name)) {
      if (used_.contains(link->table))
        return fmt::format("it describes {}; join it there where its columns are wanted",
                           link->table);
    }
    if (event_times(table).empty()) return "it has no time of an event, and no fact points at it";
    return "nothing says whose events its rows would be";
  }

  const Survey& survey_;
  const std::vector<ComputedValue>& computed_;
  source::Source& warehouse_;
  Outline out_;
  const Table* users_ = nullptr;
  std::vector<const Table*> facts_;
  std::map<std::string, const Link*> lines_;          // by the lines' table: their link to the fact
  std::map<std::string, event::PropertyType> types_;  // of event properties, by name
  std::set<std::string> used_;                        // tables
};

}  // namespace

Result<Outline> outline(const Survey& survey, const std::vector<ComputedValue>& computed,
                        source::Source& warehouse) {
  return Outliner(survey, computed, warehouse).outline();
}

}  // namespace starling::propose
