#include "source/location.h"

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

}  // namespace starling::source
