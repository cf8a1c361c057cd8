// Reading a document key by key: every value knows its path, every problem is collected, unknown
// keys are refused.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/decimal.h"
#include "base/document.h"
#include "base/result.h"

namespace starling::query {

// A node of the document and how to get there: "metrics[0].measure".
struct Place {
  const base::Node* node = nullptr;
  std::string path;

  const base::Node* operator->() const { return node; }
  Place item(size_t index) const;  // REQUIRES: a list longer than `index`
  Place field(std::string_view key, const base::Node& value) const;
};

class Problems {
 public:
  void add(const Place& at, std::string message);
  // The document asks for something that is understood but comes in a later version.
  void add_unsupported(const Place& at, const std::string& what);

  bool empty() const { return problems_.empty(); }
  size_t count() const { return problems_.size(); }
  // kUnsupported when nothing else is wrong. REQUIRES: not empty.
  base::Error error() const;

 private:
  std::vector<base::Problem> problems_;
  bool only_unsupported_ = true;
};

// The keys of one object. A key whose value is null counts as absent. Call finish() when all known
// keys have been asked for: it refuses the others.
class Fields {
 public:
  // Adds a problem when `at` is no object; then no key is found.
  Fields(Place at, Problems& problems);

  bool is_map() const { return at_->is_map(); }
  const Place& at() const { return at_; }
  bool has(std::string_view key) const;                // without making the key known
  std::optional<Place> get(std::string_view key);      // nothing when absent
  std::optional<Place> require(std::string_view key);  // adds a problem when absent
  void finish();

 private:
  Place at_;
  Problems& problems_;
  std::vector<std::string> known_;
};

std::optional<std::string> read_text(const Place& at, Problems& problems);
std::optional<bool> read_boolean(const Place& at, Problems& problems);
std::optional<base::Decimal> read_number(const Place& at, Problems& problems);
std::optional<int64_t> read_whole_number(const Place& at, Problems& problems, int64_t low,
                                         int64_t high);
// The items of a list; adds a problem when it is none.
std::vector<Place> read_list(const Place& at, Problems& problems);

// `expected a list; found the number 20`
void add_expected(const Place& at, Problems& problems, std::string_view what);
// `unknown measure "ttl"; did you mean "total"?`, or the few names there are, when none is near.
std::string unknown(std::string_view what, std::string_view name,
                    const std::vector<std::string>& known);
// "a, b or c"
std::string any_of(const std::vector<std::string>& names);

// One of a few words.
template <class T>
std::optional<T> read_choice(const Place& at, Problems& problems, std::string_view what,
                             std::initializer_list<std::pair<std::string_view, T>> choices) {
  auto text = read_text(at, problems);
  if (!text) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) {
    if (*text == name) return value;
    names.emplace_back(name);
  }
  problems.add(at, unknown(what, *text, names));
  return std::nullopt;
}

}  // namespace starling::query
