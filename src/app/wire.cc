#include "app/wire.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>

#include "api/ask.h"
#include "base/file.h"
#include "base/memory.h"
#include "engine/native/engine.h"
#include "sync/read.h"
#include "sync/sync.h"

namespace starling::app {

namespace {

using base::Error;

constexpr const char* kSavedFile = "meta.sqlite";

class StoreData : public api::Data {
 public:
  StoreData(const store::Store& store, uint64_t query_memory)
      : store_(store), query_memory_(query_memory) {}

  Result<std::shared_ptr<const api::View>> view() const override {
    const std::lock_guard lock(mutex_);
    const auto snapshot = TRY(store_.snapshot());
    if (!view_ || view_->version != snapshot->version()) view_ = TRY(make_view(snapshot));
    return view_;
  }

  Result<std::vector<sync::SourceRecord>> sources() const override {
    const std::lock_guard lock(mutex_);
    TRY(store_.snapshot());
    return sync::status(store_);
  }

  Result<std::vector<sync::RunRecord>> runs(const std::string& source) const override {
    const std::lock_guard lock(mutex_);
    const auto snapshot = TRY(store_.snapshot());
    return sync::parse_runs(snapshot->document(sync::runs_document(source)).value_or(""));
  }

  Result<std::vector<sync::KeptAside>> kept_aside(const std::string& source) const override {
    const std::lock_guard lock(mutex_);
    const auto snapshot = TRY(store_.snapshot());
    return sync::parse_kept_aside(
        snapshot->document(sync::kept_aside_document(source)).value_or(""));
  }

 private:
  Result<std::shared_ptr<const api::View>> make_view(
      std::shared_ptr<const store::Snapshot> snapshot) const {
    auto view = std::make_shared<api::View>();
    view->catalog =
        TRY(query::read_catalog(snapshot->document("project").value_or(""), snapshot->schema()));
    view->version = snapshot->version();
    view->selects = snapshot->document("selects").value_or("");
    std::map<std::string, api::EventExtent> extents;
    for (const store::EventTable* table : snapshot->tables()) {
      auto [first_ms, last_ms] = table->live_times();
      const base::TimeMs first{first_ms}, last{last_ms};
      auto [at, is_new] =
          extents.try_emplace(table->event(), api::EventExtent{table->event(), 0, first, last});
      at->second.rows += table->live_size();
      at->second.first = std::min(at->second.first, first);
      at->second.last = std::max(at->second.last, last);
    }
    for (auto& [name, extent] : extents) view->extents.push_back(extent);
    view->newest = newest_time(*snapshot);
    view->backend = engine::make_native_engine(std::move(snapshot),
                                               {.threads = 0, .kept_bytes_max = query_memory_});
    return std::shared_ptr<const api::View>(std::move(view));
  }

  static base::TimeMs newest_time(const store::Snapshot& snapshot) {
    int64_t newest = INT64_MIN;
    for (const store::EventTable* table : snapshot.tables())
      newest = std::max(newest, table->last_time());
    auto look_at = [&](const store::Versions* versions) {
      if (versions == nullptr) return;
      for (int64_t start : versions->starts) newest = std::max(newest, start);
    };
    look_at(snapshot.user_versions());
    for (const event::Lookup& lookup : snapshot.schema().lookups)
      look_at(snapshot.lookup(lookup.name)->versions());
    return {newest};
  }

  const store::Store& store_;
  const uint64_t query_memory_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const api::View> view_;  // guarded by mutex_
};

}  // namespace

Result<std::unique_ptr<store::Store>> open_store(const std::string& folder, bool create) {
  store::Store::Options options;
  options.create = create;
  auto store = store::Store::open(folder, options);
  if (!store && store.error().code == Error::Code::kNotFound) {
    return Error{Error::Code::kNotFound,
                 "there are no data in " + folder +
                     ": name the folder with --data or STARLING_DATA, or bring data into it "
                     "with `starling sync MODEL --data " +
                     folder + "`"};
  }
  return store;
}

Result<std::unique_ptr<ScratchStore>> ScratchStore::make() {
  std::string folder = (std::filesystem::temp_directory_path() / "starling-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    return Error{Error::Code::kUnavailable, folder + ": " + base::errno_text(errno)};
  }
  auto scratch = std::make_unique<ScratchStore>();
  scratch->folder_ = folder;
  scratch->store_ = TRY(open_store(folder, true));
  return scratch;
}

ScratchStore::~ScratchStore() {
  store_.reset();
  std::error_code ignored;
  if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
}

Result<std::unique_ptr<api::SavedThings>> open_saved(const std::string& folder) {
  return api::SavedThings::open(folder + "/" + kSavedFile);
}

bool has_saved(const std::string& folder) { return base::file_exists(folder + "/" + kSavedFile); }

std::unique_ptr<api::Data> make_data(const store::Store& store, uint64_t query_memory) {
  return std::make_unique<StoreData>(store,
                                     query_memory > 0 ? query_memory : base::memory_limit() / 2);
}

Result<query::Catalog> question_catalog(const api::View& view, const std::string& folder) {
  query::Catalog catalog = view.catalog;
  if (has_saved(folder)) {
    auto saved = TRY(open_saved(folder));
    TRY(api::add_saved_cohorts(catalog, *saved));
  }
  return catalog;
}

Result<LoadedModel> load_model(const std::string& path) {
  if (!base::file_exists(path)) {
    return Error{Error::Code::kNotFound, "there is no model file " + path};
  }
  const std::string yaml = TRY(base::read_file(path));
  const std::string folder = std::filesystem::path(path).parent_path().string();
  auto model = model::parse(yaml, folder.empty() ? "." : folder);
  if (!model) return std::move(model).error().wrap(path);
  auto warehouse = source::Source::open(model.value().warehouse);
  if (!warehouse) return std::move(warehouse).error().wrap(path);
  sync::SourceDescriber describer(*warehouse.value());
  auto compiled = model::compile(model.value(), describer);
  if (!compiled) return std::move(compiled).error().wrap(path);
  return LoadedModel{std::move(compiled).value(), std::move(warehouse).value()};
}

Result<std::vector<std::string>> check_joins(const LoadedModel& model) {
  auto scratch = TRY(ScratchStore::make());
  const base::SystemClock clock;
  const sync::Options options;
  const sync::Context context{model.compiled, *model.warehouse,      scratch->store(),     clock,
                              options,        base::TimeZone::utc(), base::TimeZone::utc()};
  std::vector<std::string> gaps;
  for (const model::Select& select : model.compiled.selects) {
    TRY(sync::check_fanout(context, select));
    for (std::string& gap : TRY(sync::describe_gaps(context, select)))
      gaps.push_back(std::move(gap));
  }
  return gaps;
}

}  // namespace starling::app
