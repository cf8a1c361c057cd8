// The seam between questions and whatever counts them.
#pragma once

#include <atomic>
#include <functional>

#include "base/result.h"
#include "engine/answer.h"
#include "event/schema.h"
#include "query/query.h"

namespace starling::engine {

using base::Result;

class Backend {
 public:
  virtual ~Backend() = default;

  // Answers exactly what docs/semantics say, whatever the number of threads or parts. Fails with
  // kCancelled soon after *cancelled becomes true, kCorrupt or kUnavailable when data cannot be
  // read, kUnsupported when it cannot answer.
  virtual Result<Answer> answer(const query::Query& query,
                                const std::atomic<bool>* cancelled) const = 0;
};

}  // namespace starling::engine
