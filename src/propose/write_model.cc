#include "propose/write_model.h"

#include <fmt/format.h>

#include <algorithm>

#include "event/value.h"

namespace starling::propose {
namespace {

// reports.md's name of an aggregate, "" for one it does not have.
std::string aggregate_name(const std::string& dbt) {
  if (dbt == "average") return "avg";
  if (dbt == "count_distinct") return "distinct";
  for (const char* same : {"sum", "min", "max", "median", "p25", "p75", "p90", "p99"}) {
    if (dbt == same) return same;
  }
  return "";
}

class Writer {
 public:
  Writer(const Outline& outline, const std::vector<DbtMetric>& metrics)
      : outline_(outline), metrics_(metrics) {}

  std::string write(const Heading& heading) {
    line(
        "# Proposed from what the warehouse declares and holds; edit it, then `starling plan` says "
        "what a");
    line("# sync would do. Mirror keeps the events equal to the rows; where rows are only added,");
    line("# {mode: standard, cursor: COLUMN, overlap: 2 days} reads less.");
    line("version: 1");
    line("project: " + yaml_text(heading.project));
    line(fmt::format("timezone: {}   # of report days, and of timestamps that carry none",
                     heading.timezone));
    line("warehouse: " + heading.warehouse);
    line("");
    line(outline_.events.empty() ? "events: []" : "events:");
    for (const EventOutline& event : outline_.events) write_event(event);
    if (outline_.users) write_users(*outline_.users);
    if (!outline_.lookups.empty()) line("\nlookups:");
    for (const LookupOutline& lookup : outline_.lookups) write_lookup(lookup);
    write_metrics();
    if (!outline_.left_out.empty()) line("\n# Left out:");
    for (const std::string& reason : outline_.left_out) line("#   " + reason);
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += text + "\n"; }

  void write_property(const PropertyOutline& property, const std::string& indent) {
    std::string value = property.sql.empty() ? yaml_text(property.column)
                                             : "{sql: " + event::to_json({property.sql}) + "}";
    line(indent + yaml_text(property.name) + ": " + value);
  }

  static std::string on(const std::string& other, const std::string& own) {
    if (other == own) return yaml_text(own);
    return fmt::format("{{{}: {}}}", yaml_text(other), yaml_text(own));
  }

  void write_joins(const std::vector<JoinOutline>& joins, const std::string& indent) {
    if (joins.empty()) return;
    line(indent + "joins:");
    for (const JoinOutline& join : joins) {
      std::string as_of;
      if (!join.valid_from.empty()) {
        as_of = fmt::format(", as_of: {{from: {}, to: {}}}", yaml_text(join.valid_from),
                            yaml_text(join.valid_to));
      }
      line(fmt::format("{}  {}: {{table: {}, on: {}{}}}", indent, yaml_text(join.alias),
                       yaml_text(join.table), on(join.other, join.own), as_of));
    }
  }

  void write_event(const EventOutline& event) {
    for (const std::string& evidence : event.evidence) line("  # " + evidence);
    line("  - event: " + (event.event_column.empty()
                              ? yaml_text(event.event)
                              : fmt::format("{{column: {}}}", yaml_text(event.event_column))));
    if (event.time_may_be_missing) {
      line("    query: " + event::to_json({fmt::format("select * from {} where {} is not null",
                                                       quoted(event.table), quoted(event.time))}));
    } else {
      line("    table: " + yaml_text(event.table));
    }
    line("    time: " + yaml_text(event.time));
    if (!event.user.empty()) line("    user: " + yaml_text(event.user));
    if (event.id.size() == 1) line("    id: " + yaml_text(event.id[0]));
    if (event.id.size() > 1) {
      std::string id;
      for (const std::string& column : event.id) id += (id.empty() ? "" : ", ") + yaml_text(column);
      line("    id: [" + id + "]");
    }
    write_joins(event.joins, "    ");
    line("    properties:");
    for (const PropertyOutline& property : event.properties) write_property(property, "      ");
    for (const ListOutline& list : event.lists) write_list(list);
    line("    sync: {mode: mirror, every: 1 hour}");
  }

  void write_list(const ListOutline& list) {
    line("      # " + list.evidence);
    line(fmt::format("      {}:", yaml_text(list.name)));
    line("        list: " + yaml_text(list.table));
    line("        on: " + on(list.other, list.own));
    if (!list.order_by.empty()) line("        order_by: " + yaml_text(list.order_by));
    write_joins(list.joins, "        ");
    line("        properties:");
    for (const PropertyOutline& property : list.properties) write_property(property, "          ");
  }

  void write_users(const UsersOutline& users) {
    line("");
    for (const std::string& evidence : users.evidence) line("# " + evidence);
    line("users:");
    line("  table: " + yaml_text(users.table));
    line("  user: " + yaml_text(users.user));
    line("  properties:");
    for (const PropertyOutline& property : users.properties) write_property(property, "    ");
    line("  sync: {mode: full, every: 1 day}");
  }

  void write_lookup(const LookupOutline& lookup) {
    line("  # " + lookup.evidence);
    line("  - lookup: " + yaml_text(lookup.lookup));
    line("    table: " + yaml_text(lookup.table));
    line("    key: " + yaml_text(lookup.key));
    line(lookup.on_user.empty()
             ? fmt::format("    on: {{property: {}}}", yaml_text(lookup.on_property))
             : fmt::format("    on: {{user: {}}}", yaml_text(lookup.on_user)));
    line("    properties: \"*\"");
    line("    sync: {mode: full, every: 1 day}");
  }

  // Names with other characters than lower-case letters, digits and _ need quotes in every dialect.
  static std::string quoted(const std::string& name) {
    bool bare = std::all_of(name.begin(), name.end(), [](unsigned char c) {
      return c == '_' || c == '.' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
    });
    return bare ? name : "\"" + name + "\"";
  }

  // Where the rows of a table are to be found: an event of its own, or a list of one.
  struct Home {
    const EventOutline* event = nullptr;
    const ListOutline* list = nullptr;
  };
  Home home_of(const std::string& table) const {
    for (const EventOutline& event : outline_.events) {
      if (event.table == table) return {&event, nullptr};
      for (const ListOutline& list : event.lists) {
        if (list.table == table) return {&event, &list};
      }
    }
    return {};
  }

  // The property that holds a column, as a report names it; "" when none does.
  static std::string property_of(const Home& home, const std::string& column) {
    const auto& properties = home.list == nullptr ? home.event->properties : home.list->properties;
    for (const PropertyOutline& property : properties) {
      bool holds = property.sql.empty() ? property.column == column : property.name == column;
      if (holds) return (home.list == nullptr ? "" : home.list->name + ".") + property.name;
    }
    return "";
  }

  // "event: …, measure: …, where: […]", or what is wrong.
  std::string aggregate(const Measured& operand, std::string& wrong) const {
    Home home = home_of(operand.table);
    if (home.event == nullptr || !home.event->event_column.empty()) {
      wrong = fmt::format("the rows of {} are no events: ask a report about users", operand.table);
      return "";
    }
    std::string measure = "total";
    if (!operand.column.empty()) {
      std::string name = aggregate_name(operand.aggregate);
      std::string property = property_of(home, operand.column);
      if (name.empty()) wrong = fmt::format("there is no aggregate {} here", operand.aggregate);
      if (property.empty())
        wrong = fmt::format("no property holds {}.{}", operand.table, operand.column);
      measure = fmt::format("{{{}: {}}}", name, yaml_text(property));
    } else if (home.list != nullptr) {
      wrong = fmt::format("it counts rows of {}, which are lines of an event", operand.table);
    }
    std::string where;
    for (const Measured::Condition& condition : operand.conditions) {
      std::string property = property_of(home, condition.column);
      if (property.empty() || home.list != nullptr)
        wrong =
            fmt::format("its filter on {} looks into lines or at no property", condition.column);
      where += fmt::format("{}{{property: {}, op: \"{}\", value: {}}}", where.empty() ? "" : ", ",
                           yaml_text(property), condition.op, condition.value);
    }
    std::string text = fmt::format("event: {}, measure: {}", yaml_text(home.event->event), measure);
    return where.empty() ? text : text + ", where: [" + where + "]";
  }

  std::string metric(const DbtMetric& metric, std::string& wrong) const {
    std::string head = "metric: " + yaml_text(metric.name) + ", ";
    if (metric.formula.empty()) {
      std::string cumulative = metric.cumulative ? ", cumulative: true" : "";
      return "{" + head + aggregate(metric.operands[0], wrong) + cumulative + "}";
    }
    // Letters from the end of the alphabet: A, B, … are the metrics of the report.
    std::string formula, with;
    for (char c : metric.formula)
      formula += c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'U') : c;
    for (size_t i = 0; i < metric.operands.size(); ++i) {
      with += fmt::format("{}{}: {{{}}}", i > 0 ? ", " : "", static_cast<char>('U' + i),
                          aggregate(metric.operands[i], wrong));
    }
    return fmt::format("{{{}formula: {}, with: {{{}}}}}", head, event::to_json({formula}), with);
  }

  void write_metrics() {
    std::string said, unsaid;
    for (const DbtMetric& one : metrics_) {
      std::string wrong = one.unsupported;
      std::string text = wrong.empty() ? metric(one, wrong) : "";
      if (wrong.empty()) {
        if (!one.description.empty()) said += "  # " + first_line(one.description) + "\n";
        said += "  - " + text + "\n";
      } else {
        unsaid += fmt::format("#   {}: {}\n", one.name, first_line(wrong));
      }
    }
    if (!said.empty()) out_ += "\nmetrics:\n" + said;
    if (!unsaid.empty())
      out_ += "\n# Metrics of dbt's semantic layer that cannot be said here:\n" + unsaid;
  }

  static std::string first_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    while (!text.empty() && text.back() == ' ') text.pop_back();
    return text;
  }

  const Outline& outline_;
  const std::vector<DbtMetric>& metrics_;
  std::string out_;
};

}  // namespace

std::string yaml_text(const std::string& text) {
  bool plain = !text.empty() &&
               (std::isalpha(static_cast<unsigned char>(text[0])) || text[0] == '_') &&
               text.back() != ' ' && std::all_of(text.begin(), text.end(), [](unsigned char c) {
                 return std::isalnum(c) || c == '_' || c == '.' || c == ' ' || c == '-';
               });
  for (const char* word :
       {"true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL"})
    plain = plain && text != word;
  return plain ? text : event::to_json({text});
}

std::string write_model(const Heading& heading, const Outline& outline,
                        const std::vector<DbtMetric>& metrics) {
  return Writer(outline, metrics).write(heading);
}

}  // namespace starling::propose
