// A model file, and its bytes once more as an SQL expression that is given an owner.
#include "model/model.h"

#include "fuzz/targets.h"
#include "model/expression.h"

namespace starling::fuzz {

void model(std::string_view text) {
  auto parsed = model::parse(text, "");
  CHECK(parsed || !parsed.error().message.empty());
  std::string owned = model::with_owner(text, {"amount", "id", "name"}, "facts");
  CHECK(owned.size() >= text.size());
}

}  // namespace starling::fuzz
