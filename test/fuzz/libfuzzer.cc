// Where libFuzzer enters; STARLING_FUZZ_TARGET is one function of targets.h.
#include <cstddef>
#include <cstdint>

#include "fuzz/targets.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t count) {
  starling::fuzz::STARLING_FUZZ_TARGET({reinterpret_cast<const char*>(bytes), count});
  return 0;
}
