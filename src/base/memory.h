// How much memory this process may use.
#pragma once

#include <cstdint>

namespace starling::base {

// The machine's memory in bytes, or the limit of the process's control group where that is less.
uint64_t memory_limit();

}  // namespace starling::base
