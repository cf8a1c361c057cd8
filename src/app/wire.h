// Where the concrete classes meet: the store, the native engine and the warehouse behind what the
// rest of the program sees.
#pragma once

#include <memory>
#include <string>

#include "api/data.h"
#include "api/saved/saved_things.h"
#include "base/result.h"
#include "model/compile.h"
#include "source/source.h"
#include "store/store.h"

namespace starling::app {

using base::Result;

// Opens a data folder. Without `create` a folder that holds no store fails with kNotFound and what
// to do about it.
Result<std::unique_ptr<store::Store>> open_store(const std::string& folder, bool create);

// A store that is removed with this object, for what needs one to look and writes nothing to keep.
class ScratchStore {
 public:
  static Result<std::unique_ptr<ScratchStore>> make();
  ~ScratchStore();
  store::Store& store() { return *store_; }

 private:
  std::string folder_;
  std::unique_ptr<store::Store> store_;
};

// Reports, boards and cohorts of a data folder; they lie beside the store.
Result<std::unique_ptr<api::SavedThings>> open_saved(const std::string& folder);
bool has_saved(const std::string& folder);

// Questions over a store, answered by the native engine with a thread a core. A question may keep
// values up to so many bytes (0: half of the memory there is). The store outlives it.
std::unique_ptr<api::Data> make_data(const store::Store& store, uint64_t query_memory = 0);

// The model's cohorts and metrics with the data's schema, and the saved cohorts of the folder when
// there are any.
Result<query::Catalog> question_catalog(const api::View& view, const std::string& folder);

struct LoadedModel {
  model::Compiled compiled;
  std::unique_ptr<source::Source> warehouse;
};
// Reads a model file, opens its warehouse and compiles the one against the other.
Result<LoadedModel> load_model(const std::string& path);

// Looks in the warehouse for joins that would multiply facts; names the keys that do it. Gives a
// sentence for each join that leaves gaps between its validity ranges.
Result<std::vector<std::string>> check_joins(const LoadedModel& model);

}  // namespace starling::app
