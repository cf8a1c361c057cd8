#include "query/bind/formula.h"

#include "fuzz/targets.h"

namespace starling::fuzz {

void formula(std::string_view text) {
  auto find = [](const std::string& name) -> base::Result<int> {
    if (name.size() == 1 && name[0] <= 'M') return name[0] - 'A';
    return base::Error{base::Error::Code::kInvalid, "there is no " + name};
  };
  auto parsed = query::parse_formula(text, find);
  CHECK(parsed || !parsed.error().message.empty());
}

}  // namespace starling::fuzz
