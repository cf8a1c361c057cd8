#include "store/encoding/numbers.h"

#include <cstring>

namespace starling::store {

uint8_t width_for(uint64_t range) {
  if (range == 0) return 0;
  if (range <= 0xFF) return 1;
  if (range <= 0xFFFF) return 2;
  if (range <= 0xFFFFFFFF) return 4;
  return 8;
}

EncodedSection encode_floats(std::vector<double> values) {
  EncodedSection encoded{{SectionRole::kValues, Encoding::kFloats, 8, values.size()}, {}};
  encoded.bytes.resize(values.size() * sizeof(double));
  if (!values.empty()) std::memcpy(encoded.bytes.data(), values.data(), encoded.bytes.size());
  return encoded;
}

void decode_bits(const std::byte* bytes, uint64_t first, size_t count, uint8_t* out) {
  for (size_t i = 0; i < count; ++i) {
    uint64_t at = first + i;
    out[i] = (static_cast<uint8_t>(bytes[at / 8]) >> (at % 8)) & 1;
  }
}

}  // namespace starling::store
