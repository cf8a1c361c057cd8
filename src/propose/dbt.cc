#include "propose/dbt.h"

#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <map>

#include "base/document.h"
#include "base/file.h"
#include "event/value.h"
#include "propose/names.h"

namespace starling::propose {
namespace {

using base::Error;
using base::Node;

std::string text_at(const Node& node, std::initializer_list<const char*> path) {
  const Node* at = &node;
  for (const char* key : path) {
    at = at->find(key);
    if (at == nullptr) return "";
  }
  return at->text;
}

const std::vector<Node>& items_at(const Node& node, const char* key) {
  static const std::vector<Node> kNone;
  const Node* list = node.find(key);
  return list == nullptr ? kNone : list->items;
}

const std::vector<std::pair<std::string, Node>>& fields_at(const Node& node, const char* key) {
  static const std::vector<std::pair<std::string, Node>> kNone;
  const Node* map = node.find(key);
  return map == nullptr ? kNone : map->fields;
}

Result<Node> read_artifact(const std::string& path) {
  std::string text = TRY(base::read_file(path));
  if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
  auto parsed = base::parse_json(text);
  if (!parsed) return std::move(parsed).error().wrap(path);
  return parsed;
}

class Reader {
 public:
  Reader(const Node& manifest, const Node& semantics, const std::vector<std::string>& table_names)
      : manifest_(manifest), semantics_(semantics), table_names_(table_names) {}

  DbtProject read() {
    project_.name = text_at(manifest_, {"metadata", "project_name"});
    read_models();
    read_tests();
    read_entities();
    for (const Node& metric : items_at(semantics_, "metrics")) read_metric(metric);
    return std::move(project_);
  }

 private:
  // The warehouse's name of a dbt relation, "" when it has none. A staging model stands for the
  // mart that is called so without its prefix.
  std::string table_of(const std::string& alias, const std::string& schema = "") const {
    std::string found;
    for (const std::string& name : table_names_) {
      std::string bare = name.substr(name.rfind('.') + 1);
      if (base_lower(name) == base_lower(schema + "." + alias)) return name;
      if (base_lower(bare) == base_lower(alias)) found = name;
    }
    if (!found.empty() || !names_staging(alias)) return found;
    return table_of(alias.substr(alias.find('_') + 1));
  }
  static std::string base_lower(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
  }

  static bool is_enabled(const Node& node) {
    const Node* config = node.find("config");
    const Node* enabled = config == nullptr ? nullptr : config->find("enabled");
    return enabled == nullptr || enabled->boolean;
  }

  void read_models() {
    for (const auto& [id, node] : fields_at(manifest_, "nodes")) {
      std::string kind = text_at(node, {"resource_type"});
      bool is_table = kind == "model" || kind == "seed" || kind == "snapshot";
      if (!is_table || !is_enabled(node) ||
          text_at(node, {"config", "materialized"}) == "ephemeral")
        continue;
      std::string table = table_of(text_at(node, {"alias"}), text_at(node, {"schema"}));
      tables_[id] = table;
      if (base_lower(table.substr(table.rfind('.') + 1)) == base_lower(text_at(node, {"alias"})))
        project_.nodes[table] = text_at(node, {"name"});
      if (table.empty() || names_staging(text_at(node, {"alias"}))) continue;
      project_.declared.tables.push_back(table);
      read_key(node, table);
      read_constraints(node, table);
    }
  }

  void read_key(const Node& node, const std::string& table) {
    std::vector<std::string> key;
    for (const Node& column : items_at(node, "primary_key")) key.push_back(column.text);
    for (const Node& constraint : items_at(node, "constraints")) {
      if (text_at(constraint, {"type"}) != "primary_key" || !key.empty()) continue;
      for (const Node& column : items_at(constraint, "columns")) key.push_back(column.text);
    }
    if (!key.empty()) project_.declared.keys[table] = std::move(key);
  }

  void read_constraints(const Node& node, const std::string& table) {
    auto add = [&](const Node& constraint, const std::string& column) {
      if (text_at(constraint, {"type"}) != "foreign_key") return;
      const auto& others = items_at(constraint, "to_columns");
      std::string to = relation(text_at(constraint, {"to"}));
      if (others.size() == 1 && !to.empty())
        add_link(table, column, to, others[0].text, "constraint");
    };
    for (const auto& [name, column] : fields_at(node, "columns")) {
      for (const Node& constraint : items_at(column, "constraints")) add(constraint, name);
    }
    for (const Node& constraint : items_at(node, "constraints")) {
      const auto& columns = items_at(constraint, "columns");
      if (columns.size() == 1) add(constraint, columns[0].text);
    }
  }

  // The table of "ref('orders')", "source('ecom', 'orders')" or "\"jaffle\".\"main\".\"orders\"".
  std::string relation(const std::string& text) const {
    static const re2::RE2 call(R"((?:ref|source)\(\s*(?:['"][^'"]*['"]\s*,\s*)?['"]([^'"]+)['"])");
    std::string name;
    if (re2::RE2::PartialMatch(text, call, &name)) return table_of(name);
    name = text.substr(text.rfind('.') + 1);
    std::erase(name, '"');
    std::erase(name, '`');
    return table_of(name);
  }

  void add_link(const std::string& table, const std::string& column, const std::string& to,
                const std::string& to_column, const std::string& what) {
    if (table.empty() || to.empty() || table == to) return;
    project_.declared.links.push_back({table, column, to, to_column, 0, 0, "dbt " + what});
  }

  void read_tests() {
    for (const auto& [id, node] : fields_at(manifest_, "nodes")) {
      if (text_at(node, {"resource_type"}) != "test" || !is_enabled(node)) continue;
      std::string test = text_at(node, {"test_metadata", "name"});
      if (test != "relationships" && test != "relationships_where") continue;
      std::string child = tables_[text_at(node, {"attached_node"})];
      add_link(child, text_at(node, {"test_metadata", "kwargs", "column_name"}),
               relation(text_at(node, {"test_metadata", "kwargs", "to"})),
               text_at(node, {"test_metadata", "kwargs", "field"}), "test");
    }
  }

  // A foreign entity leads to every table whose primary entity has its name.
  void read_entities() {
    struct Primary {
      std::string table, column;
    };
    std::map<std::string, Primary> primaries;
    auto each = [&](auto take) {
      for (const Node& model : items_at(semantics_, "semantic_models")) {
        std::string table = table_of(text_at(model, {"node_relation", "alias"}),
                                     text_at(model, {"node_relation", "schema_name"}));
        for (const Node& entity : items_at(model, "entities")) {
          std::string name = text_at(entity, {"name"}), column = text_at(entity, {"expr"});
          take(table, name, column.empty() ? name : column, text_at(entity, {"type"}));
        }
      }
    };
    each([&](auto& table, auto& name, std::string column, std::string type) {
      if (type != "primary") return;
      primaries[name] = {table, column};
      if (!table.empty()) project_.declared.keys.try_emplace(table, std::vector{column});
    });
    each([&](auto& table, auto& name, std::string column, std::string type) {
      auto found = primaries.find(name);
      if (type == "foreign" && found != primaries.end())
        add_link(table, column, found->second.table, found->second.column, "entity");
    });
  }

  // --- metrics ---

  void read_metric(const Node& node) {
    DbtMetric metric;
    metric.name = text_at(node, {"name"});
    metric.description = text_at(node, {"description"});
    metric.unsupported = fill(node, metric);
    if (!metric.unsupported.empty()) metric.operands.clear();
    project_.metrics.push_back(std::move(metric));
  }

  const Node* metric_named(const std::string& name) const {
    for (const Node& metric : items_at(semantics_, "metrics")) {
      if (text_at(metric, {"name"}) == name) return &metric;
    }
    return nullptr;
  }

  // What is wrong, "" when the metric can be said.
  std::string fill(const Node& node, DbtMetric& metric) {
    std::string type = text_at(node, {"type"});
    const Node* parameters = node.find("type_params");
    if (parameters == nullptr) return "it has no type_params";
    if (type == "simple") return add_operand(node, nullptr, metric);
    if (type == "cumulative") {
      const Node* kind = parameters->find("cumulative_type_params");
      for (const Node* place : {parameters, kind}) {
        for (const char* key : {"window", "grain_to_date"}) {
          const Node* limit = place == nullptr ? nullptr : place->find(key);
          if (limit != nullptr && !limit->is_null())
            return "a running total over a window starts again at each interval here";
        }
      }
      metric.cumulative = true;
      return add_operand(node, nullptr, metric);
    }
    if (type == "ratio") {
      metric.formula = "A / B";
      for (const char* side : {"numerator", "denominator"}) {
        const Node* input = parameters->find(side);
        if (input == nullptr) return fmt::format("it has no {}", side);
        std::string wrong = add_input(*input, metric);
        if (!wrong.empty()) return wrong;
      }
      return "";
    }
    if (type == "derived") return fill_derived(*parameters, metric);
    return fmt::format("a metric of type {} is a funnel here: ask a funnel report", type);
  }

  std::string fill_derived(const Node& parameters, DbtMetric& metric) {
    std::string formula = text_at(parameters, {"expr"});
    for (const Node& input : items_at(parameters, "metrics")) {
      std::string wrong = add_input(input, metric);
      if (!wrong.empty()) return wrong;
      std::string alias = text_at(input, {"alias"});
      if (alias.empty()) alias = text_at(input, {"name"});
      std::string letter(1, static_cast<char>('A' + metric.operands.size() - 1));
      re2::RE2::GlobalReplace(&formula, "\\b" + re2::RE2::QuoteMeta(alias) + "\\b", letter);
    }
    if (!re2::RE2::FullMatch(formula, R"([A-Z0-9.+\-*/() \n]+)"))
      return "its expression is more than + - * / of metrics";
    metric.formula = formula;
    return "";
  }

  // Another metric as an operand; it has to be one aggregate itself.
  std::string add_input(const Node& input, DbtMetric& metric) {
    for (const char* key : {"offset_window", "offset_to_grain"}) {
      const Node* offset = input.find(key);
      if (offset != nullptr && !offset->is_null())
        return "it looks back in time: ask a report with compare: {previous: …}";
    }
    const Node* other = metric_named(text_at(input, {"name"}));
    if (other == nullptr || text_at(*other, {"type"}) != "simple")
      return fmt::format("its part {} is no simple metric", text_at(input, {"name"}));
    return add_operand(*other, input.find("filter"), metric);
  }

  std::string add_operand(const Node& node, const Node* more_filter, DbtMetric& metric) {
    const Node* parameters = node.find("type_params");
    std::string name = text_at(*parameters, {"measure", "name"});
    for (const Node& model : items_at(semantics_, "semantic_models")) {
      for (const Node& measure : items_at(model, "measures")) {
        if (name.empty() || text_at(measure, {"name"}) != name) continue;
        Measured operand;
        std::string wrong = read_measure(model, measure, operand);
        const Node* input = parameters->find("measure");
        for (const Node* filter : {node.find("filter"), input->find("filter"), more_filter}) {
          if (wrong.empty() && filter != nullptr) wrong = read_filter(*filter, operand);
        }
        metric.operands.push_back(std::move(operand));
        return wrong;
      }
    }
    const Node* own = parameters->find("metric_aggregation_params");
    if (own == nullptr || own->is_null()) return fmt::format("there is no measure {}", name);
    return add_own_aggregate(node, *own, metric);
  }

  // Newer projects say the aggregate in the metric itself.
  std::string add_own_aggregate(const Node& node, const Node& own, DbtMetric& metric) {
    for (const Node& model : items_at(semantics_, "semantic_models")) {
      if (text_at(model, {"name"}) != text_at(own, {"semantic_model"})) continue;
      Node measure = own;
      measure.fields.emplace_back("name", Node::of(text_at(node, {"name"})));
      Measured operand;
      std::string wrong = read_measure(model, measure, operand);
      if (const Node* filter = node.find("filter"); wrong.empty() && filter != nullptr)
        wrong = read_filter(*filter, operand);
      metric.operands.push_back(std::move(operand));
      return wrong;
    }
    return "its semantic model is not there";
  }

  std::string read_measure(const Node& model, const Node& measure, Measured& operand) {
    operand.table = table_of(text_at(model, {"node_relation", "alias"}),
                             text_at(model, {"node_relation", "schema_name"}));
    operand.aggregate = text_at(measure, {"agg"});
    if (operand.table.empty()) return "its table is not in the warehouse";
    if (const Node* rule = measure.find("non_additive_dimension");
        rule != nullptr && !rule->is_null())
      return "it adds up over some dimensions only";
    if (operand.aggregate == "percentile") {
      std::string at = text_at(measure, {"agg_params", "percentile"});
      static const std::map<std::string, std::string> kKnown = {
          {"0.25", "p25"}, {"0.5", "median"}, {"0.75", "p75"}, {"0.9", "p90"}, {"0.99", "p99"}};
      auto found = kKnown.find(at);
      if (found == kKnown.end()) return fmt::format("there is no percentile {} here", at);
      operand.aggregate = found->second;
    }
    std::string name = text_at(measure, {"name"}), expression = text_at(measure, {"expr"});
    if (expression.empty()) expression = name;
    bool counts = expression == "1" || expression == "*";
    if (counts && (operand.aggregate == "sum" || operand.aggregate == "count")) return "";
    if (operand.aggregate == "sum_boolean") {
      operand.aggregate = "sum";
      expression = fmt::format("case when {} then 1 else 0 end", expression);
    }
    operand.column = expression;
    if (re2::RE2::FullMatch(expression, "[A-Za-z_][A-Za-z0-9_]*")) return "";
    operand.column = name;
    project_.computed.push_back({operand.table, name, expression});
    auto same = [&](const ComputedValue& value) {
      return value.table == operand.table && value.name == name;
    };
    if (std::count_if(project_.computed.begin(), project_.computed.end(), same) > 1)
      project_.computed.pop_back();
    return "";
  }

  // "{{ Dimension('order__size') }} >= 20 and …"
  std::string read_filter(const Node& filter, Measured& operand) {
    std::vector<std::string> templates;
    for (const Node& one : items_at(filter, "where_filters"))
      templates.push_back(text_at(one, {"where_sql_template"}));
    if (std::string old = text_at(filter, {"where_sql_template"}); !old.empty())
      templates.push_back(old);
    for (const std::string& whole : templates) {
      std::string rest = whole;
      while (true) {
        std::string before = rest;
        std::string wrong = read_condition(rest, operand);
        if (!wrong.empty()) return wrong + ": " + whole;
        if (rest.empty()) break;
      }
    }
    return "";
  }

  std::string read_condition(std::string& rest, Measured& operand) {
    static const re2::RE2 shape(
        R"(^\s*\{\{\s*Dimension\(\s*['"](\w+?)__(\w+)['"]\s*\)\s*\}\}\s*(=|!=|<>|>=|<=|>|<)\s*('(?:[^']|'')*'|-?[0-9.]+|true|false)\s*(?:(?i:and)\s+|$))");
    std::string entity, dimension, op, literal;
    re2::StringPiece input(rest);
    if (!re2::RE2::Consume(&input, shape, &entity, &dimension, &op, &literal))
      return "its filter is more than comparisons of dimensions joined by and";
    rest = std::string(input);
    std::string column = dimension_column(entity, dimension, operand.table);
    if (column.empty()) return "its filter looks at another table";
    bool number = literal != "true" && literal != "false" && literal[0] != '\'';
    if (op == "<>") op = "!=";
    if (!number && op != "=" && op != "!=") return "its filter orders texts or booleans";
    if (!number) op = op == "=" ? "is" : "is not";
    if (literal[0] == '\'')
      literal = event::to_json(event::Value{literal.substr(1, literal.size() - 2)});
    operand.conditions.push_back({column, op, literal});
    return "";
  }

  std::string dimension_column(const std::string& entity, const std::string& dimension,
                               const std::string& table) const {
    for (const Node& model : items_at(semantics_, "semantic_models")) {
      std::string of = table_of(text_at(model, {"node_relation", "alias"}),
                                text_at(model, {"node_relation", "schema_name"}));
      bool owns = text_at(model, {"primary_entity"}) == entity;
      for (const Node& one : items_at(model, "entities"))
        owns |= text_at(one, {"name"}) == entity && text_at(one, {"type"}) == "primary";
      if (!owns || of != table) continue;
      for (const Node& one : items_at(model, "dimensions")) {
        if (text_at(one, {"name"}) != dimension) continue;
        std::string column = text_at(one, {"expr"});
        return column.empty() ? dimension : column;
      }
    }
    return "";
  }

  const Node& manifest_;
  const Node& semantics_;
  const std::vector<std::string>& table_names_;
  DbtProject project_;
  std::map<std::string, std::string> tables_;  // by unique id
};

}  // namespace

Result<DbtProject> read_dbt(const std::string& target,
                            const std::vector<std::string>& table_names) {
  Node manifest = TRY(read_artifact(target + "/manifest.json"));
  if (manifest.find("nodes") == nullptr) {
    return Error{Error::Code::kInvalid,
                 fmt::format("{}/manifest.json is no manifest of dbt: it has no nodes", target)};
  }
  Node semantics;
  if (base::file_exists(target + "/semantic_manifest.json"))
    semantics = TRY(read_artifact(target + "/semantic_manifest.json"));
  return Reader(manifest, semantics, table_names).read();
}

}  // namespace starling::propose
