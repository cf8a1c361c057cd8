#include "source/location.h"

#include <algorithm>
#include <cctype>
#include <cstring>

namespace starling::source {

// postgresql://user:password@host/… and password=… in either form.
std::string without_password(const std::string& url) {
  std::string out = url;
  size_t scheme = out.find("://");
  if (scheme != std::string::npos) {
    size_t from = scheme + 3, end = out.find_first_of("/?", from);
    size_t at = out.rfind('@', end == std::string::npos ? end : end - 1);
    size_t colon = out.find(':', from);
    if (at != std::string::npos && at >= from && colon != std::string::npos && colon < at)
      out.erase(colon, at - colon);
  }
  for (size_t key = out.find("password="); key != std::string::npos;
       key = out.find("password=", key + 12)) {
    size_t from = key + std::strlen("password="), end = out.find_first_of("& ", from);
    out.replace(from, (end == std::string::npos ? out.size() : end) - from, "...");
  }
  return out;
}

std::string dsn_without_password(const std::string& dsn) {
  std::string out = dsn, lower = dsn;
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  for (const char* key : {"pwd=", "password="}) {
    size_t at = lower.find(key);
    if (at == std::string::npos) continue;
    size_t from = at + std::string(key).size();
    size_t end = lower[from] == '{' ? lower.find('}', from) + 1 : lower.find(';', from);
    size_t count = (end == std::string::npos || end == 0 ? out.size() : end) - from;
    out.replace(from, count, "...");
    lower.replace(from, count, "...");
  }
  return out;
}

}  // namespace starling::source
