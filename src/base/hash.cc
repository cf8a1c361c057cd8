#include "base/hash.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <memory>

#include "base/result.h"

namespace starling::base {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Fetching the algorithm and making a context cost far more than the digest of a short id, so both
// are kept.
EVP_MD_CTX* md5_context() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "MD5", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  CHECK(algorithm != nullptr && context != nullptr);
  CHECK(EVP_DigestInit_ex2(context.get(), algorithm, nullptr) == 1);
  return context.get();
}

}  // namespace

uint64_t md5_prefix(std::string_view text) {
  EVP_MD_CTX* context = md5_context();
  unsigned char digest[EVP_MAX_MD_SIZE];
  CHECK(EVP_DigestUpdate(context, text.data(), text.size()) == 1);
  CHECK(EVP_DigestFinal_ex(context, digest, nullptr) == 1);
  uint64_t out = 0;
  for (int i = 0; i < 8; ++i) out = out << 8 | digest[i];
  return out;
}

Hash128 hash128(std::string_view bytes) {
  XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

uint64_t hash64(std::string_view bytes, uint64_t seed) {
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

uint64_t checksum64(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace starling::base
