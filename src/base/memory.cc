#include "base/memory.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string>

#include "base/file.h"

namespace starling::base {
namespace {

// The file's number, or nothing smaller than any limit ("max").
uint64_t number_in(const std::string& path) {
  auto text = read_file(path);
  uint64_t number = UINT64_MAX;
  if (text) std::from_chars(text.value().data(), text.value().data() + text.value().size(), number);
  return number;
}

// Of the group itself and those above it. "0::/system.slice/starling.service" names the group.
uint64_t group_limit(const std::string& root) {
  auto groups = read_file(root + "/proc/self/cgroup");
  if (!groups) return UINT64_MAX;
  size_t at = groups.value().find("0::");
  if (at == std::string::npos) return UINT64_MAX;
  std::string group = groups.value().substr(at + 3);
  group = group.substr(0, group.find('\n'));
  uint64_t limit = UINT64_MAX;
  while (true) {
    limit = std::min(limit, number_in(root + "/sys/fs/cgroup" + group + "/memory.max"));
    size_t slash = group.rfind('/');
    if (slash == std::string::npos || group == "/") return limit;
    group = group.substr(0, slash);
  }
}

}  // namespace

uint64_t memory_limit(const std::string& root) {
  uint64_t machine = static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) *
                     static_cast<uint64_t>(sysconf(_SC_PAGE_SIZE));
  return std::min(machine, group_limit(root));
}

}  // namespace starling::base
