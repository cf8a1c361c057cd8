// Questions of a request: all of them see one view of the data, one instant, and the model's and
// the saved cohorts.
#pragma once

#include <memory>
#include <string>

#include "api/route.h"

namespace starling::api {

struct Asking {
  std::shared_ptr<const View> view;
  query::Catalog catalog;     // with the saved cohorts; the model's win where names are the same
  std::string saved_cohorts;  // all that they say, to tell one state of them from another
  base::TimeMs now;
  const std::atomic<bool>* cancelled = nullptr;

  // The result document as text, or as a tree.
  Result<std::string> run(const base::Node& document) const;
  Result<base::Node> answer(const base::Node& document) const;
};

Result<Asking> start_asking(const Context& context, const std::atomic<bool>* cancelled);

// Adds the saved cohorts to a model's catalog; gives all that they say.
Result<std::string> add_saved_cohorts(query::Catalog& catalog, SavedThings& saved);

// The instant that a question without one is asked as of: the last full minute where nothing in the
// data is newer than that, so that what is asked again within the minute is the same question;
// otherwise now.
base::TimeMs default_as_of(base::TimeMs newest, base::TimeMs now);

}  // namespace starling::api
