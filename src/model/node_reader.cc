#include "model/node_reader.h"

#include <fmt/format.h>

#include <algorithm>

namespace starling::model {

std::string one_of(const std::vector<std::string>& words) {
  std::string out;
  for (size_t i = 0; i < words.size(); ++i) {
    if (i > 0) out += i + 1 == words.size() ? " or " : ", ";
    out += fmt::format("\"{}\"", words[i]);
  }
  return out;
}

bool NodeReader::map(const At& at, const std::vector<std::string>& known,
                     const std::vector<std::string>& later) {
  if (!at.node.is_map()) {
    problem(at,
            fmt::format("a map with {} is expected, found {}", one_of(known), at.node.describe()));
    return false;
  }
  auto has = [](const std::vector<std::string>& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
  };
  for (const auto& [key, value] : at.node.fields) {
    if (has(known, key)) continue;
    At here = at.field(key, value);
    if (has(later, key)) {
      problem(here, fmt::format("\"{}\" comes in a later version", key));
    } else {
      std::string hint = base::did_you_mean(key, known);
      problem(here, fmt::format("unknown key \"{}\"{}", key,
                                hint.empty() ? "; known are " + one_of(known) : hint));
    }
  }
  return true;
}

bool NodeReader::list(const At& at) {
  if (at.node.is_list()) return true;
  problem(at, fmt::format("a list is expected, found {}", at.node.describe()));
  return false;
}

std::optional<At> NodeReader::field(const At& at, const std::string& key) const {
  const Node* value = at.node.find(key);
  if (value == nullptr) return std::nullopt;
  return at.field(key, *value);
}

std::string NodeReader::text(const At& at, const std::string& key, bool required) {
  std::optional<At> value = field(at, key);
  if (!value) {
    if (required) problem(at, fmt::format("\"{}\" is missing", key));
    return "";
  }
  if (!value->node.is_text() || value->node.text.empty()) {
    problem(*value, fmt::format("a text is expected, found {}",
                                value->node.is_text() ? "an empty one" : value->node.describe()));
    return "";
  }
  return value->node.text;
}

std::vector<std::string> NodeReader::texts(const At& at) {
  std::vector<std::string> out;
  if (at.node.is_text() && !at.node.text.empty()) {
    out.push_back(at.node.text);
    return out;
  }
  if (!at.node.is_list()) {
    problem(at, fmt::format("a name or a list of names is expected, found {}", at.node.describe()));
    return out;
  }
  for (size_t i = 0; i < at.node.items.size(); ++i) {
    At item = at.item(i);
    if (item.node.is_text() && !item.node.text.empty()) {
      out.push_back(item.node.text);
    } else {
      problem(item, fmt::format("a name is expected, found {}", item.node.describe()));
    }
  }
  return out;
}

}  // namespace starling::model
