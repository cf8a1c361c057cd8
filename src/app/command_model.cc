#include <fmt/format.h>

#include <cstdio>
#include <set>

#include "app/commands.h"
#include "app/text_table.h"
#include "app/wire.h"
#include "base/file.h"
#include "model/dbt.h"
#include "propose/dbt.h"
#include "sync/sync.h"

namespace starling::app {

namespace {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

std::string action_text(const sync::Plan& plan) {
  if (plan.action.rfind("nothing", 0) == 0 || plan.action.rfind("remove", 0) == 0)
    return plan.action;
  bool mirror = plan.action.rfind("mirror", 0) == 0;
  std::string text =
      fmt::format("{}{} {}", plan.action, mirror ? "; insert" : "", grouped(plan.counts.stored));
  if (plan.counts.known > 0) text += fmt::format(", {} known", grouped(plan.counts.known));
  if (plan.counts.replaced > 0) text += fmt::format(", {} replaced", grouped(plan.counts.replaced));
  if (plan.counts.removed > 0) text += fmt::format(", {} removed", grouped(plan.counts.removed));
  if (plan.counts.changed > 0)
    text += fmt::format(", {} changed and left", grouped(plan.counts.changed));
  if (plan.counts.duplicates > 0)
    text += fmt::format(", {} duplicates", grouped(plan.counts.duplicates));
  return text;
}

}  // namespace

Result<void> check_model(const std::string& path) {
  const LoadedModel model = TRY(load_model(path));
  auto joins = check_joins(model);
  if (!joins) return std::move(joins).error().wrap(path);
  std::vector<std::vector<std::string>> rows = {{"source", "reads", "sync", "properties"}};
  for (const model::Select& select : model.compiled.selects) {
    static constexpr const char* kModes[] = {"standard", "mirror", "full", "once"};
    rows.push_back({select.source, select.relation, kModes[static_cast<size_t>(select.sync.mode)],
                    std::to_string(select.properties.size())});
  }
  print(text_table(rows, {3}));
  for (const std::string& note : model.compiled.notes) print("note: " + note + "\n");
  for (const std::string& gap : joins.value()) print("note: " + gap + "\n");
  print(fmt::format("{} fits {}.\n", path, model.warehouse->describe()));
  return {};
}

Result<void> print_model_sql(const std::string& path) {
  const LoadedModel model = TRY(load_model(path));
  print(model::to_sql(model.compiled));
  return {};
}

Result<void> write_dbt_models(const std::string& path, const std::string& out,
                              const std::string& dbt) {
  const LoadedModel model = TRY(load_model(path));
  const auto tables = TRY(model.warehouse->table_names());
  model::DbtNames names;
  for (const std::string& table : tables) {
    names.sources[table] = {model.warehouse->names().schema_of(table),
                            table.substr(table.rfind('.') + 1)};
  }
  if (!dbt.empty()) names.nodes = TRY(propose::read_dbt(dbt, tables)).nodes;
  sync::SourceDescriber warehouse(*model.warehouse);
  model::DbtDescriber describer(warehouse);
  const auto compiled = TRY(model::compile(model.compiled.model, describer));
  TRY(base::make_folder(out));
  std::set<std::string> written;
  for (const model::DbtFile& file : model::dbt_files(compiled, names)) {
    TRY(base::replace_file(out + "/" + file.name, file.text));
    written.insert(file.name);
    print("wrote " + file.name + "\n");
  }
  for (const std::string& name : TRY(base::list_folder(out))) {
    const std::string file = out + "/" + name;
    if (written.contains(name) || !name.ends_with(".sql") ||
        TRY(base::read_file(file)).rfind(model::kDbtHeader, 0) != 0)
      continue;
    TRY(base::remove_file(file));
    print("removed " + name + ", which the model no longer has\n");
  }
  return {};
}

// Without a data folder everything is new; a folder that is not there is not made, for a plan
// writes nothing.
Result<void> plan_sync(const std::string& path, const std::string& data) {
  const LoadedModel model = TRY(load_model(path));
  std::unique_ptr<ScratchStore> scratch;
  auto opened = open_store(data, false);
  if (!opened) {
    if (opened.error().code != base::Error::Code::kNotFound) return std::move(opened).error();
    scratch = TRY(ScratchStore::make());
  }
  store::Store& store = scratch ? scratch->store() : *opened.value();
  const base::SystemClock clock;
  const auto plans = TRY(sync::plan(model.compiled, *model.warehouse, store, clock, {}));
  std::vector<std::vector<std::string>> rows = {
      {"source", "kind", "table", "mode", "rows read", "kept aside", "would"}};
  for (const sync::Plan& plan : plans) {
    rows.push_back({plan.source, plan.kind, plan.table, plan.mode, grouped(plan.rows_read),
                    grouped(plan.kept_aside), action_text(plan)});
  }
  print(text_table(rows, {4, 5}));
  for (const sync::Plan& plan : plans) {
    if (!plan.objection.empty()) print(fmt::format("{}: {}\n", plan.source, plan.objection));
    for (const sync::KeptAside& row : plan.samples) {
      print(fmt::format("{}: would keep aside {}: {}\n", plan.source,
                        row.id.empty() ? "a row" : row.id, row.reason));
    }
  }
  return {};
}

}  // namespace starling::app
