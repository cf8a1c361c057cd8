#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <map>

#include "base/json_writer.h"
#include "query/bind/breakdown.h"
#include "query/bind/cohort.h"
#include "query/bind/formula.h"
#include "query/bind/measure.h"
#include "query/bind/range.h"
#include "query/bind/report.h"
#include "query/bind/selector.h"
#include "query/bind/sequence.h"

namespace starling::query {
namespace {

using base::json_quoted;
using base::Node;

constexpr int64_t kMaxRolling = 1000;

// One entry of `metrics`, saved metrics already replaced by what they stand for.
struct Entry {
  Place at;
  std::string saved_name;    // the saved metric it names, or ""
  bool own_letters = false;  // its formula was saved: letters mean the formula's own operands
  bool is_formula = false;
  std::optional<int> operand;  // once bound
  bool usable = true;
};

const Node* find_saved(Scope& scope, const Place& at, std::string& name) {
  auto text = read_text(at, scope.problems);
  if (!text) return nullptr;
  auto saved = scope.catalog.metrics.find(*text);
  if (saved != scope.catalog.metrics.end()) {
    name = *text;
    return &saved->second;
  }
  std::vector<std::string> names;
  for (const auto& [known, definition] : scope.catalog.metrics) names.push_back(known);
  scope.problems.add(at, unknown("saved metric", *text, names));
  return nullptr;
}

// {metric: NAME, …} becomes the saved definition with the other keys laid over it.
Entry resolve(Scope& scope, const Place& at) {
  Entry entry{at, "", false, false, std::nullopt, true};
  Fields fields(at, scope.problems);
  if (auto metric = fields.get("metric")) {
    const Node* saved = find_saved(scope, *metric, entry.saved_name);
    entry.usable = saved != nullptr;
    if (saved == nullptr) return entry;
    Node merged = *saved;
    std::erase_if(merged.fields, [](const auto& field) { return field.first == "metric"; });
    for (const auto& [key, value] : at->fields) {
      if (key == "metric") continue;
      auto same = std::find_if(merged.fields.begin(), merged.fields.end(),
                               [&](const auto& field) { return field.first == key; });
      if (same == merged.fields.end()) {
        merged.fields.emplace_back(key, value);
      } else {
        same->second = value;
      }
    }
    merged.line = at->line;
    scope.made.push_back(std::move(merged));
    entry.at.node = &scope.made.back();
    entry.own_letters = !fields.has("formula");
  }
  entry.usable = fields.is_map();
  const Node* formula = entry.at->find("formula");
  entry.is_formula = formula != nullptr && !formula->is_null();
  return entry;
}

std::string events_text(const Place& at) {
  const Node* event = at->find("event");
  if (event == nullptr) return "";
  if (event->is_text()) return event->text;
  std::string out;
  for (const Node& item : event->items) out += (out.empty() ? "" : ", ") + item.text;
  return out;
}

class InsightsBinder {
 public:
  // `query` has its range and intervals already.
  InsightsBinder(Scope& scope, const std::optional<Filter>& report_where, const Query& query,
                 Insights& out)
      : scope_(scope), report_where_(report_where), query_(query), out_(out) {}

  void bind(const Place& metrics) {
    for (const Place& item : read_list(metrics, scope_.problems))
      entries_.push_back(resolve(scope_, item));
    if (metrics->is_list() && entries_.empty())
      scope_.problems.add(metrics, "expected at least one metric");
    // Operands of letters come first: a formula may name an entry that stands behind it.
    for (Entry& entry : entries_) {
      if (entry.usable && !entry.is_formula) bind_counted(entry);
    }
    for (size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].usable) add_metric(i);
    }
  }

 private:
  // How large a cohort was at the end of each interval, and at the end of the range: behaviour as
  // of then, profiles as they are now.
  std::optional<int> bind_cohort_size(Fields& fields, const Place& at) {
    for (const char* key : {"event", "where", "first_time", "measure", "rolling"}) {
      if (auto other = fields.get(key)) {
        scope_.problems.add(*other, fmt::format("\"{}\" cannot stand beside \"cohort_size\"", key));
      }
    }
    auto name = read_text(at, scope_.problems);
    if (!name) return std::nullopt;
    Operand operand;
    operand.measure.kind = Measure::Kind::kCohortSize;
    const std::vector<base::TimeMs>& boundaries = query_.intervals.boundaries;
    for (size_t i = 0; i + 1 < boundaries.size(); ++i) {
      bool begun = boundaries[i] < scope_.as_of;
      auto size = begun ? find_cohort_as_of(scope_, at, *name, end_of(boundaries[i + 1]))
                        : std::optional(-1);
      if (!size) return std::nullopt;
      operand.measure.cohorts.push_back(*size);
    }
    auto size = find_cohort_as_of(scope_, at, *name, end_of(query_.range.to));
    if (!size) return std::nullopt;
    operand.measure.cohorts.push_back(*size);
    out_.operands.push_back(std::move(operand));
    return static_cast<int>(out_.operands.size()) - 1;
  }
  base::TimeMs end_of(base::TimeMs end) const {
    return std::min({end, query_.range.to, scope_.as_of});
  }

  // Reads the keys of one counted number.
  std::optional<int> bind_operand(Fields& fields) {
    if (auto size = fields.get("cohort_size")) return bind_cohort_size(fields, *size);
    auto selector = bind_selector(scope_, fields, report_where_);
    std::optional<Measure> measure = Measure{};
    if (auto at = fields.get("measure")) measure = bind_measure(scope_, *at);
    if (!selector || !measure) return std::nullopt;
    out_.operands.push_back({std::move(*selector), std::move(*measure)});
    return static_cast<int>(out_.operands.size()) - 1;
  }

  void bind_counted(Entry& entry) {
    Fields fields(entry.at, scope_.problems);
    entry.operand = bind_operand(fields);
    if (auto with = fields.get("with"))
      scope_.problems.add(*with, "\"with\" goes with a formula only");
    bind_common_keys(fields);
    fields.finish();
  }

  void bind_common_keys(Fields& fields) {
    for (const char* key : {"name", "metric", "formula", "rolling", "cumulative"}) fields.get(key);
  }

  bool has_cohort_size(const Formula& formula) const {
    if (formula.kind == Formula::Kind::kOperand) {
      const Operand& operand = out_.operands[static_cast<size_t>(formula.operand)];
      return operand.measure.kind == Measure::Kind::kCohortSize;
    }
    return std::any_of(formula.children.begin(), formula.children.end(),
                       [&](const Formula& child) { return has_cohort_size(child); });
  }

  void add_metric(size_t index) {
    Entry& entry = entries_[index];
    Fields fields(entry.at, scope_.problems);
    Metric metric;
    if (entry.is_formula) {
      auto formula = bind_formula(entry);
      if (formula) metric.value = std::move(*formula);
    } else {
      metric.value = entry.operand.value_or(0);
    }
    if (auto rolling = fields.get("rolling")) {
      metric.rolling = static_cast<int>(
          read_whole_number(*rolling, scope_.problems, 1, kMaxRolling).value_or(0));
      const auto* formula = std::get_if<Formula>(&metric.value);
      if (formula != nullptr && has_cohort_size(*formula))
        scope_.problems.add(*rolling, "a rolling mean over the size of a cohort is not offered");
    }
    if (auto cumulative = fields.get("cumulative")) {
      metric.cumulative = read_boolean(*cumulative, scope_.problems).value_or(false);
      if (metric.cumulative && metric.rolling > 0) {
        scope_.problems.add(*cumulative, "rolling and cumulative cannot stand together");
      }
    }
    metric.label = label_of(entry, fields);
    for (size_t other = 0; other < out_.metrics.size() && !metric.label.empty(); ++other) {
      if (out_.metrics[other].label != metric.label) continue;
      scope_.problems.add(
          entry.at, fmt::format("the label {} is taken by {}; give one of them another \"name\"",
                                json_quoted(metric.label), shown_[other]));
      break;
    }
    shown_.push_back(entry.at.path);
    out_.metrics.push_back(std::move(metric));
  }

  std::string label_of(const Entry& entry, Fields& fields) {
    if (auto name = fields.get("name")) {
      std::string text = read_text(*name, scope_.problems).value_or("");
      if (text.empty() && name->node->is_text())
        scope_.problems.add(*name, "a name must not be empty");
      return text;
    }
    if (!entry.saved_name.empty()) return entry.saved_name;
    const Node* cohort = entry.at->find("cohort_size");
    if (cohort != nullptr) return cohort->text;
    if (!entry.is_formula) return events_text(entry.at);
    return entry.at->find("formula")->text;
  }

  std::optional<Formula> bind_formula(const Entry& entry) {
    Fields fields(entry.at, scope_.problems);
    Place at = *fields.get("formula");
    std::map<std::string, std::optional<int>> own;
    if (auto with = fields.get("with")) own = bind_with(entry, *with);
    for (const char* key : {"event", "where", "first_time", "measure"}) {
      if (auto other = fields.get(key)) {
        scope_.problems.add(*other, fmt::format("\"{}\" cannot stand beside \"formula\"", key));
      }
    }
    bind_common_keys(fields);
    fields.finish();
    if (at->kind != Node::Kind::kNumber && !read_text(at, scope_.problems)) return std::nullopt;
    bool known_problem = false;
    auto formula = parse_formula(at->text, [&](const std::string& name) {
      return find_operand(entry, own, name, known_problem);
    });
    if (formula) return std::move(formula).value();
    if (!known_problem) scope_.problems.add(at, formula.error().message);
    return std::nullopt;
  }

  std::map<std::string, std::optional<int>> bind_with(const Entry& entry, const Place& with) {
    std::map<std::string, std::optional<int>> own;
    if (!with->is_map())
      add_expected(with, scope_.problems, "operands like {X: {event: EVENT, measure: total}}");
    for (const auto& [name, node] : with->fields) {
      Place at = with.field(name, node);
      bool letters = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) || c == '_';
      }) && !std::isdigit(static_cast<unsigned char>(name[0]));
      if (!letters)
        scope_.problems.add(
            at, "an operand's name must be letters, digits and _, and begin with a letter");
      bool taken = false;
      for (size_t i = 0; i < entries_.size() && !entry.own_letters; ++i)
        taken = taken || letter_of(i) == name;
      if (taken) scope_.problems.add(at, fmt::format("{} is the letter of a metric already", name));
      own[name] = bind_further(at);
    }
    return own;
  }

  // An operand that is not shown.
  std::optional<int> bind_further(const Place& at) {
    Entry entry = resolve(scope_, at);
    if (!entry.usable) return std::nullopt;
    if (entry.is_formula) {
      scope_.problems.add(at, "an operand cannot be a formula");
      return std::nullopt;
    }
    Fields fields(entry.at, scope_.problems);
    auto operand = bind_operand(fields);
    fields.get("metric");
    if (!entry.saved_name.empty()) bind_common_keys(fields);
    fields.finish();
    return operand;
  }

  // `known_problem` becomes true when the operand exists but its own problem has been said already.
  base::Result<int> find_operand(const Entry& entry,
                                 const std::map<std::string, std::optional<int>>& own,
                                 const std::string& name, bool& known_problem) {
    auto refuse = [](std::string message) {
      return base::Error{base::Error::Code::kInvalid, std::move(message)};
    };
    if (auto found = own.find(name); found != own.end()) {
      known_problem = !found->second;
      return found->second ? base::Result<int>(*found->second) : refuse("");
    }
    std::vector<std::string> known;
    for (const auto& [other, operand] : own) known.push_back(other);
    for (size_t i = 0; i < entries_.size() && !entry.own_letters; ++i) {
      if (letter_of(i) == name) {
        if (entries_[i].is_formula)
          return refuse(fmt::format("{} is a formula; a formula cannot name a formula", name));
        known_problem = !entries_[i].operand;
        return entries_[i].operand ? base::Result<int>(*entries_[i].operand) : refuse("");
      }
      if (!entries_[i].is_formula) known.push_back(letter_of(i));
    }
    return refuse(unknown("operand", name, known));
  }

  Scope& scope_;
  const std::optional<Filter>& report_where_;
  const Query& query_;
  Insights& out_;
  std::vector<Entry> entries_;
  std::vector<std::string> shown_;  // paths of the metrics
};

// Members have no events, so sizes can be split by what is known of users alone.
void check_cohort_sizes(Scope& scope, Fields& fields, const Insights& insights) {
  bool sizes = std::any_of(
      insights.operands.begin(), insights.operands.end(),
      [](const Operand& operand) { return operand.measure.kind == Measure::Kind::kCohortSize; });
  if (!sizes) return;
  for (const Breakdown& breakdown : insights.breakdowns) {
    if (breakdown.reference.of_user()) continue;
    scope.problems.add(*fields.get("breakdown"),
                       "a cohort's size can be broken down by user properties and cohorts only");
  }
}

// A comparison is answered by asking the same report of an earlier range (report/compare.h); here
// it is only checked.
void check_compare(Scope& scope, const Place& at) {
  Fields fields(at, scope.problems);
  auto previous = fields.require("previous");
  fields.finish();
  if (!previous) return;
  auto span = previous->node->is_text() ? base::Span::parse(previous->node->text) : std::nullopt;
  auto unit = span ? span->calendar_unit() : std::nullopt;
  bool fits = unit && *unit != base::CalendarUnit::kHour && span->count > 0;
  if (!fits)
    add_expected(*previous, scope.problems, "a span like \"30 days\", \"12 months\" or \"1 year\"");
}

}  // namespace

void bind_insights(Scope& scope, Fields& fields, const std::optional<Filter>& report_where,
                   Query& query) {
  RangeAndIntervals range = bind_range(scope, fields, bind_unit(scope, fields));
  query.range = std::move(range.range);
  query.intervals = std::move(range.intervals);
  Insights insights;
  if (auto metrics = fields.require("metrics"))
    InsightsBinder(scope, report_where, query, insights).bind(*metrics);
  if (auto at = fields.get("breakdown")) insights.breakdowns = bind_breakdowns(scope, *at, false);
  check_cohort_sizes(scope, fields, insights);
  if (auto at = fields.get("compare")) check_compare(scope, *at);
  query.report = std::move(insights);
}

}  // namespace starling::query
