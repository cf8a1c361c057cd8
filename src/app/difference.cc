#include "app/difference.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace starling::app {
namespace {

constexpr size_t kAround = 3;

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

struct Line {
  char mark;  // ' ', '-', '+'
  const std::string* text;
};

// By the longest common subsequence.
std::vector<Line> compare(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::vector<uint32_t>> common(a.size() + 1, std::vector<uint32_t>(b.size() + 1));
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      common[i][j] =
          a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
    }
  }
  std::vector<Line> out;
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      out.push_back({' ', &a[i++]});
      ++j;
    } else if (j == b.size() || (i < a.size() && common[i + 1][j] >= common[i][j + 1])) {
      out.push_back({'-', &a[i++]});
    } else {
      out.push_back({'+', &b[j++]});
    }
  }
  return out;
}

}  // namespace

std::string difference(const std::string& before, const std::string& after) {
  std::vector<std::string> a = lines_of(before), b = lines_of(after);
  std::vector<Line> lines = compare(a, b);
  std::vector<bool> shown(lines.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].mark == ' ') continue;
    size_t end = std::min(lines.size(), i + kAround + 1);
    for (size_t k = i - std::min(i, kAround); k < end; ++k) shown[k] = true;
  }
  std::string out;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!shown[i]) continue;
    if (i > 0 && !shown[i - 1] && !out.empty()) out += "...\n";
    out += std::string(1, lines[i].mark) + " " + *lines[i].text + "\n";
  }
  return out;
}

}  // namespace starling::app
