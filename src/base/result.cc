#include "base/result.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <system_error>

namespace starling::base {

std::string Problem::text() const {
  std::string out;
  if (line > 0) out += fmt::format("line {}: ", line);
  if (!path.empty()) out += path + ": ";
  return out + message;
}

Error Error::wrap(std::string_view where) && {
  message.insert(0, std::string(where) + ": ");
  return std::move(*this);
}

std::string errno_text(int number) { return std::generic_category().message(number); }

Error invalid(std::vector<Problem> problems) {
  CHECK(!problems.empty());
  std::string message;
  for (const Problem& problem : problems) {
    if (!message.empty()) message += "\n";
    message += problem.text();
  }
  return Error{Error::Code::kInvalid, std::move(message), std::move(problems)};
}

void check_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, condition);
  std::abort();
}

}  // namespace starling::base
