// How much memory this process may use.
#pragma once

#include <cstdint>
#include <string>

namespace starling::base {

// The machine's memory in bytes, or the limit of the process's control group (or of one above it)
// where that is less. `root` is where /proc and /sys are.
uint64_t memory_limit(const std::string& root = "");

}  // namespace starling::base
