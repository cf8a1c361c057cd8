// Errors as values. A function that can fail for a reason outside the program returns Result<T>; a
// broken invariant is a CHECK and ends the process.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace starling::base {

// One thing that is wrong in a document (model, report): where, and what would fit.
struct Problem {
  std::string path;     // "metrics[0].measure"; empty for the document as a whole
  int line = 0;         // 1-based; 0 when unknown
  std::string message;  // `unknown measure "ttl"; did you mean "total"?`

  std::string text() const;  // "line 12: metrics[0].measure: unknown …"
};

struct Error {
  enum class Code : uint8_t {
    kInvalid,   // the caller asked for something that cannot be: refused (exit status 2, HTTP 400)
    kNotFound,  // a named thing does not exist (HTTP 404)
    kConflict,  // a name is taken, a lock is held (HTTP 409)
    kUnsupported,  // understood, but this version cannot do it (HTTP 422)
    kCorrupt,      // stored bytes are not what was written (HTTP 503)
    kUnavailable,  // disk, network or warehouse failed (exit status 1, HTTP 503)
    kCancelled,    // the caller went away
  };

  Code code = Code::kInvalid;
  std::string message;
  std::vector<Problem> problems = {};

  // Puts "where: " before the message.
  Error wrap(std::string_view where) &&;
};

// The message of an errno value: "No space left on device".
std::string errno_text(int number);

// Joins problems into one refused-document error; REQUIRES: at least one problem.
Error invalid(std::vector<Problem> problems);

struct Unit {};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state_.index() == 0; }
  bool ok() const { return state_.index() == 0; }
  T& value() & { return std::get<0>(state_); }
  const T& value() const& { return std::get<0>(state_); }
  T value() && { return std::get<0>(std::move(state_)); }
  const Error& error() const& { return std::get<1>(state_); }
  Error error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Unit) {}
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  explicit operator bool() const { return ok_; }
  bool ok() const { return ok_; }
  Unit value() const { return {}; }
  const Error& error() const& { return error_; }
  Error error() && { return std::move(error_); }

 private:
  Error error_;
  bool ok_ = true;
};

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace starling::base

// The value of a Result, or returns its error from the enclosing function. Compilers do not destroy
// what a larger expression has made before it: no TRY after the first part of a braced list, and
// none among the arguments of `new`.
#define TRY(expression)                                      \
  __extension__({                                            \
    auto try_result_ = (expression);                         \
    if (!try_result_) return std::move(try_result_).error(); \
    std::move(try_result_).value();                          \
  })

#define CHECK(condition) \
  ((condition) ? void(0) : ::starling::base::check_failed(#condition, __FILE__, __LINE__))
