// Cohorts from two origins under one list: the model's, which change with its file only, and those
// people saved.
#include <algorithm>

#include "api/ask.h"
#include "api/explore/documents.h"
#include "api/handlers.h"
#include "api/saved/documents.h"
#include "base/hash.h"

namespace starling::api {

namespace {

using base::Node;

struct Cohort {
  std::string id;
  std::string name;
  bool of_model = false;
  std::string definition;
  std::optional<Saved> saved;
};

// Stable while the cohort keeps its name, and never an id of a saved one.
std::string model_id(const std::string& name) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string id = "model-";
  for (uint64_t bits = base::hash64(name), i = 0; i < 16; ++i, bits >>= 4) id += kDigits[bits & 15];
  return id;
}

Cohort from_saved(Saved saved) {
  return {saved.id, saved.draft.name, false, saved.draft.document, std::move(saved)};
}

std::optional<Cohort> find_in_model(const View& view, const std::string& id) {
  for (const auto& [name, definition] : view.catalog.cohorts) {
    if (model_id(name) == id)
      return Cohort{id, name, true, base::to_json(definition), std::nullopt};
  }
  return std::nullopt;
}

Result<std::vector<Cohort>> all_cohorts(const Call& call, const View& view) {
  std::vector<Cohort> out;
  for (const auto& [name, definition] : view.catalog.cohorts) {
    out.push_back({model_id(name), name, true, base::to_json(definition), std::nullopt});
  }
  for (Saved& saved : TRY(call.context.saved.list(SavedKind::kCohort)))
    out.push_back(from_saved(std::move(saved)));
  std::stable_sort(out.begin(), out.end(),
                   [](const Cohort& a, const Cohort& b) { return a.name < b.name; });
  return out;
}

// As of now, or "null" when the data no longer fit the definition. Remembered for an hour, and as
// long as neither the data nor any cohort changes: cohorts may refer to each other.
std::string size_of(const Call& call, const Asking& asking, const Cohort& cohort) {
  std::string key =
      "cohort/" + std::to_string(asking.now.value / base::kHourMs) + "\n" + cohort.definition;
  for (const auto& [name, definition] : asking.catalog.cohorts)
    key += "\n" + name + base::to_json(definition);
  auto size = call.context.memo.get(asking.view->version, key, [&]() -> Result<std::string> {
    const Node definition = TRY(base::parse_json(cohort.definition));
    const Node document = object(
        {{"report", Node::of("users")}, {"cohort", definition}, {"limit", Node::of_number("1")}});
    const Node result = TRY(asking.answer(document));
    const Node* found = result.find("size");
    return found == nullptr ? "null" : base::to_json(*found);
  });
  return size ? size.value() : "null";
}

void write(base::JsonWriter& json, const Call& call, const Asking& asking, const Cohort& cohort) {
  json.begin_object();
  json.key("id").text(cohort.id).key("name").text(cohort.name);
  json.key("origin").text(cohort.of_model ? "model" : "saved");
  json.key("definition").raw(cohort.definition);
  json.key("size").raw(size_of(call, asking, cohort));
  if (cohort.saved) write_times(json, *cohort.saved);
  json.end_object();
}

Result<http::Response> answer(const Call& call, const Cohort& cohort, int status) {
  const Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  base::JsonWriter json;
  write(json, call, asking, cohort);
  return json_response(json.take(), status);
}

// `own_name` is the name the cohort had before, whose definition must not be in the catalog.
Result<Draft> read_draft(const Call& call, const std::string& own_name) {
  Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  asking.catalog.cohorts.erase(own_name);
  Draft draft = TRY(read_cohort_draft(call.body, asking.catalog, asking.now));
  if (asking.view->catalog.cohorts.count(draft.name) > 0) {
    return base::Error{base::Error::Code::kConflict,
                       "the model has a cohort named \"" + draft.name + "\"; choose another name"};
  }
  return draft;
}

Result<void> refuse_model_cohort(const Call& call) {
  const auto view = TRY(call.context.data.view());
  const auto cohort = find_in_model(*view, call.arguments[0]);
  if (!cohort) return {};
  return base::Error{
      base::Error::Code::kConflict,
      "the cohort \"" + cohort->name + "\" belongs to the model; change it in the model's file"};
}

}  // namespace

Result<http::Response> list_cohorts(const Call& call) {
  const Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  base::JsonWriter json;
  json.begin_object().key("cohorts").begin_list();
  for (const Cohort& cohort : TRY(all_cohorts(call, *asking.view)))
    write(json, call, asking, cohort);
  json.end_list().end_object();
  return json_response(json.take());
}

Result<http::Response> create_cohort(const Call& call) {
  const Draft draft = TRY(read_draft(call, ""));
  Saved saved = TRY(call.context.saved.create(SavedKind::kCohort, draft, call.context.clock.now()));
  return answer(call, from_saved(std::move(saved)), 201);
}

Result<http::Response> get_cohort(const Call& call) {
  const auto view = TRY(call.context.data.view());
  if (auto cohort = find_in_model(*view, call.arguments[0])) return answer(call, *cohort, 200);
  return answer(
      call, from_saved(TRY(call.context.saved.get(SavedKind::kCohort, call.arguments[0]))), 200);
}

Result<http::Response> replace_cohort(const Call& call) {
  TRY(refuse_model_cohort(call));
  const Saved before = TRY(call.context.saved.get(SavedKind::kCohort, call.arguments[0]));
  const Draft draft = TRY(read_draft(call, before.draft.name));
  Saved saved = TRY(
      call.context.saved.replace(SavedKind::kCohort, before.id, draft, call.context.clock.now()));
  return answer(call, from_saved(std::move(saved)), 200);
}

Result<http::Response> delete_cohort(const Call& call) {
  TRY(refuse_model_cohort(call));
  TRY(call.context.saved.remove(SavedKind::kCohort, call.arguments[0]));
  return http::Response{204, {}, {}};
}

}  // namespace starling::api
