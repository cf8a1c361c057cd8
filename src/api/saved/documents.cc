#include "api/saved/documents.h"

#include <algorithm>
#include <charconv>

#include "query/bind.h"

namespace starling::api {

namespace {

using base::Node;
using base::Problem;

constexpr size_t kNameMax = 200;  // bytes
constexpr size_t kDescriptionMax = 4'000;
constexpr size_t kTextMax = 20'000;
constexpr size_t kViewMax = 4'096;  // of its JSON without spaces
constexpr size_t kCardsMax = 200;
constexpr int kDefaultWidth = 6;

// Reads the fields of one map and remembers what is wrong with them.
class Fields {
 public:
  Fields(const Node& node, std::string prefix, std::vector<Problem>& problems)
      : node_(node), prefix_(std::move(prefix)), problems_(problems) {}

  void only(const std::vector<std::string>& keys) {
    for (const auto& [key, value] : node_.fields) {
      if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
        fail(key, "unknown key \"" + key + "\"" + base::did_you_mean(key, keys));
      }
    }
  }

  const Node* field(const std::string& key) const {
    const Node* found = node_.find(key);
    return found == nullptr || found->is_null() ? nullptr : found;
  }

  std::string text(const std::string& key, bool required, size_t bytes_max) {
    const Node* found = field(key);
    if (found == nullptr || (required && found->is_text() && is_blank(found->text))) {
      if (required) fail(key, found == nullptr ? "missing" : "must not be empty");
      return "";
    }
    if (!found->is_text()) {
      fail(key, "must be a text, not " + found->describe());
    } else if (found->text.size() > bytes_max) {
      fail(key, "longer than " + std::to_string(bytes_max) + " bytes");
    }
    return found->text;
  }

  void fail(const std::string& key, std::string message) {
    problems_.push_back({prefix_ + key, 0, std::move(message)});
  }
  void add(const base::Error& error, const std::string& key) {
    base::Error placed = at_path(error, prefix_ + key);
    for (Problem& problem : placed.problems) problems_.push_back(std::move(problem));
  }

 private:
  static bool is_blank(const std::string& text) {
    return text.find_first_not_of(" \t\r\n") == std::string::npos;
  }

  const Node& node_;
  const std::string prefix_;
  std::vector<Problem>& problems_;
};

Result<void> require_map(const Node& body) {
  if (body.is_map()) return {};
  return base::invalid({{"", 0, "must be an object, not " + body.describe()}});
}

// A report that this version cannot answer is refused as a whole, with what it is.
Result<void> check_report(const Node& report, const std::string& key, Fields& fields,
                          const query::Catalog& catalog, base::TimeMs now) {
  auto bound = query::bind(report, catalog, now);
  if (bound) return {};
  if (bound.error().code != base::Error::Code::kInvalid) return std::move(bound).error();
  fields.add(bound.error(), key);
  return {};
}

// How a client draws a report; its insides are the client's own.
const Node* read_view(Fields& fields) {
  const Node* view = fields.field("view");
  if (view == nullptr) return nullptr;
  if (!view->is_map()) {
    fields.fail("view", "must be an object, not " + view->describe());
  } else if (base::to_json(*view).size() > kViewMax) {
    fields.fail("view", "longer than " + std::to_string(kViewMax) + " bytes");
  }
  return view;
}

int read_width(Fields& fields) {
  const Node* width = fields.field("width");
  if (width == nullptr) return kDefaultWidth;
  int value = 0;
  const std::string& text = width->text;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (width->kind != Node::Kind::kNumber || !whole || value < 3 || value > 12) {
    fields.fail("width", "must be a whole number from 3 to 12, not " + width->describe());
  }
  return value;
}

class BoardReader {
 public:
  BoardReader(const query::Catalog& catalog, base::TimeMs now, SavedThings& saved)
      : catalog_(catalog), now_(now), saved_(saved) {}

  // The card as it is kept: its one content, and its width.
  Result<Node> read(const Node& card, const std::string& path, std::vector<Problem>& problems) {
    if (!card.is_map()) {
      problems.push_back({path, 0, "must be an object, not " + card.describe()});
      return Node();
    }
    Fields fields(card, path + ".", problems);
    fields.only({"report_id", "report", "view", "text", "name", "width"});
    const int contents = (fields.field("report_id") != nullptr) +
                         (fields.field("report") != nullptr) + (fields.field("text") != nullptr);
    if (contents != 1) {
      problems.push_back({path, 0, "a card has exactly one of report_id, report and text"});
      return Node();
    }
    if (fields.field("view") != nullptr && fields.field("report") == nullptr) {
      fields.fail("view", "stands beside a report only; a saved report has its own");
    }
    std::vector<std::pair<std::string, Node>> kept;
    if (fields.field("report_id") != nullptr) TRY(read_saved(fields, kept));
    if (fields.field("report") != nullptr) TRY(read_inline(fields, kept));
    if (fields.field("text") != nullptr)
      kept.emplace_back("text", Node::of(fields.text("text", false, kTextMax)));
    const std::string name = fields.text("name", false, kNameMax);
    if (!name.empty()) kept.emplace_back("name", Node::of(name));
    kept.emplace_back("width", Node::of_number(std::to_string(read_width(fields))));
    return Node::of_map(std::move(kept));
  }

 private:
  Result<void> read_saved(Fields& fields, std::vector<std::pair<std::string, Node>>& kept) {
    const std::string id = fields.text("report_id", true, kNameMax);
    auto report = saved_.get(SavedKind::kReport, id);
    if (!report && report.error().code != base::Error::Code::kNotFound)
      return std::move(report).error();
    if (!report) fields.fail("report_id", report.error().message);
    kept.emplace_back("report_id", Node::of(id));
    return {};
  }

  Result<void> read_inline(Fields& fields, std::vector<std::pair<std::string, Node>>& kept) {
    const Node& report = *fields.field("report");
    TRY(check_report(report, "report", fields, catalog_, now_));
    kept.emplace_back("report", report);
    if (const Node* view = read_view(fields)) kept.emplace_back("view", *view);
    return {};
  }

  const query::Catalog& catalog_;
  const base::TimeMs now_;
  SavedThings& saved_;
};

}  // namespace

base::Error at_path(base::Error error, const std::string& prefix) {
  std::vector<Problem> problems = std::move(error.problems);
  if (problems.empty()) problems.push_back({"", 0, error.message});
  for (Problem& problem : problems)
    problem.path = problem.path.empty() ? prefix : prefix + "." + problem.path;
  return base::invalid(std::move(problems));
}

Result<Draft> read_report_draft(const Node& body, const query::Catalog& catalog, base::TimeMs now) {
  TRY(require_map(body));
  std::vector<Problem> problems;
  Fields fields(body, "", problems);
  fields.only({"name", "description", "report", "view"});
  Draft draft{fields.text("name", true, kNameMax),
              fields.text("description", false, kDescriptionMax), ""};
  if (const Node* report = fields.field("report")) {
    TRY(check_report(*report, "report", fields, catalog, now));
    draft.document = base::to_json(*report);
  } else {
    fields.fail("report", "missing");
  }
  if (const Node* view = read_view(fields)) draft.view = base::to_json(*view);
  if (!problems.empty()) return base::invalid(std::move(problems));
  return draft;
}

Result<Draft> read_board_draft(const Node& body, const query::Catalog& catalog, base::TimeMs now,
                               SavedThings& saved) {
  TRY(require_map(body));
  std::vector<Problem> problems;
  Fields fields(body, "", problems);
  fields.only({"name", "description", "cards"});
  Draft draft{fields.text("name", true, kNameMax),
              fields.text("description", false, kDescriptionMax), ""};
  const Node* cards = fields.field("cards");
  if (cards == nullptr || !cards->is_list() || cards->items.size() > kCardsMax) {
    fields.fail("cards", cards == nullptr ? "missing"
                         : cards->is_list()
                             ? "a board has at most " + std::to_string(kCardsMax) + " cards"
                             : "must be a list, not " + cards->describe());
    return base::invalid(std::move(problems));
  }
  BoardReader reader(catalog, now, saved);
  std::vector<Node> kept;
  for (size_t i = 0; i < cards->items.size(); ++i) {
    kept.push_back(TRY(reader.read(cards->items[i], "cards[" + std::to_string(i) + "]", problems)));
  }
  if (!problems.empty()) return base::invalid(std::move(problems));
  draft.document = base::to_json(Node::of_list(std::move(kept)));
  return draft;
}

Result<Draft> read_cohort_draft(const Node& body, const query::Catalog& catalog, base::TimeMs now) {
  TRY(require_map(body));
  std::vector<Problem> problems;
  Fields fields(body, "", problems);
  fields.only({"name", "definition"});
  Draft draft{fields.text("name", true, kNameMax), "", ""};
  if (const Node* definition = fields.field("definition")) {
    // Under its own name, so that a definition that leads back to itself is found.
    query::Catalog with_it = catalog;
    with_it.cohorts[draft.name] = *definition;
    auto checked = query::check_cohort(*definition, with_it, now);
    if (!checked && checked.error().code != base::Error::Code::kInvalid)
      return std::move(checked).error();
    if (!checked) fields.add(checked.error(), "definition");
    draft.document = base::to_json(*definition);
  } else {
    fields.fail("definition", "missing");
  }
  if (!problems.empty()) return base::invalid(std::move(problems));
  return draft;
}

void write_head(base::JsonWriter& json, const Saved& saved) {
  json.key("id").text(saved.id).key("name").text(saved.draft.name);
}

void write_times(base::JsonWriter& json, const Saved& saved) {
  json.key("created_at").text(base::utc_text(saved.created_at));
  json.key("updated_at").text(base::utc_text(saved.updated_at));
}

}  // namespace starling::api
