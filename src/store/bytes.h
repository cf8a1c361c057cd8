// Little-endian bytes of the store's small structures: the manifest, file directories and column
// descriptions.
//
// Texts are a u32 length and their bytes. The reader never trusts a length: the first read past the
// end makes every later one give zero values, and finish() says so; callers check it once, before
// they use what they read.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "event/value.h"

namespace starling::store {

class ByteWriter {
 public:
  void u8(uint8_t value) { number(value); }
  void u32(uint32_t value) { number(value); }
  void u64(uint64_t value) { number(value); }
  void i64(int64_t value) { number(value); }
  void text(std::string_view value);
  void type(const event::PropertyType& type);

  const std::string& str() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  template <class T>
  void number(T value) {
    char raw[sizeof(T)];
    std::memcpy(raw, &value, sizeof(T));
    bytes_.append(raw, sizeof(T));
  }

  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}
  explicit ByteReader(std::span<const std::byte> bytes)
      : bytes_(reinterpret_cast<const char*>(bytes.data()), bytes.size()) {}

  uint8_t u8() { return number<uint8_t>(); }
  uint32_t u32() { return number<uint32_t>(); }
  uint64_t u64() { return number<uint64_t>(); }
  int64_t i64() { return number<int64_t>(); }
  std::string text();
  event::PropertyType type();
  // How many entries follow. A count that the remaining bytes cannot hold, at `bytes_each` or more
  // an entry, is a fault and gives 0, so that no damaged count makes the caller reserve memory.
  uint32_t count(size_t bytes_each);

  void fail() { failed_ = true; }
  bool failed() const { return failed_; }
  // Whether everything was read, and nothing beyond the end.
  bool finish() const { return !failed_ && bytes_.empty(); }

 private:
  template <class T>
  T number() {
    T value = 0;
    if (bytes_.size() < sizeof(T)) {
      failed_ = true;
      bytes_ = {};
      return value;
    }
    std::memcpy(&value, bytes_.data(), sizeof(T));
    bytes_.remove_prefix(sizeof(T));
    return value;
  }
  event::PropertyType type(int depth);

  std::string_view bytes_;
  bool failed_ = false;
};

}  // namespace starling::store
