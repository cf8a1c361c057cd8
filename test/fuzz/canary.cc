#include "base/result.h"
#include "fuzz/targets.h"

namespace starling::fuzz {

void canary(std::string_view text) { CHECK(!text.starts_with("fall")); }

}  // namespace starling::fuzz
