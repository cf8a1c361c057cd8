#include <algorithm>
#include <cctype>
#include <numeric>

#include "base/document.h"
#include "base/json_writer.h"

namespace starling::base {
namespace {

constexpr size_t kLongestWord = 100;

std::string lower(std::string_view text) {
  std::string out(text.substr(0, kLongestWord));
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

// Insertions, deletions, replacements and swaps of neighbours.
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
    before_last.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

void write(const Node& node, JsonWriter& out) {
  switch (node.kind) {
    case Node::Kind::kNull:
      out.null();
      return;
    case Node::Kind::kBoolean:
      out.boolean(node.boolean);
      return;
    case Node::Kind::kNumber:
      out.raw(node.text);
      return;
    case Node::Kind::kText:
      out.text(node.text);
      return;
    case Node::Kind::kList:
      out.begin_list();
      for (const Node& item : node.items) write(item, out);
      out.end_list();
      return;
    case Node::Kind::kMap:
      out.begin_object();
      for (const auto& [key, value] : node.fields) {
        out.key(key);
        write(value, out);
      }
      out.end_object();
      return;
  }
}

}  // namespace

Node::Node() = default;

const Node* Node::find(std::string_view key) const {
  for (const auto& [name, value] : fields) {
    if (name == key) return &value;
  }
  return nullptr;
}

std::string Node::describe() const {
  switch (kind) {
    case Kind::kNull:
      return "nothing";
    case Kind::kBoolean:
      return boolean ? "true" : "false";
    case Kind::kNumber:
      return "the number " + text;
    case Kind::kText:
      return "the text " + json_quoted(text);
    case Kind::kList:
      return items.empty() ? "an empty list" : "a list";
    case Kind::kMap:
      return "an object";
  }
  return "";
}

Node Node::of(std::string text) {
  Node node;
  node.kind = Kind::kText;
  node.text = std::move(text);
  return node;
}

Node Node::of_number(std::string text) {
  Node node;
  node.kind = Kind::kNumber;
  node.text = std::move(text);
  return node;
}

Node Node::of_boolean(bool value) {
  Node node;
  node.kind = Kind::kBoolean;
  node.boolean = value;
  return node;
}

Node Node::of_list(std::vector<Node> items) {
  Node node;
  node.kind = Kind::kList;
  node.items = std::move(items);
  return node;
}

Node Node::of_map(std::vector<std::pair<std::string, Node>> fields) {
  Node node;
  node.kind = Kind::kMap;
  node.fields = std::move(fields);
  return node;
}

bool operator==(const Node& a, const Node& b) {
  return a.kind == b.kind && a.boolean == b.boolean && a.text == b.text && a.items == b.items &&
         a.fields == b.fields;
}

Result<Node> parse_document(std::string_view text) {
  size_t start = text.find_first_not_of(" \t\r\n");
  bool json = start != std::string_view::npos && (text[start] == '{' || text[start] == '[');
  if (!json) return parse_yaml(text);
  Result<Node> as_json = parse_json(text);
  if (as_json) return as_json;
  // YAML's flow style opens with the same bracket: {report: insights, last: 7 days}.
  Result<Node> as_yaml = parse_yaml(text);
  return as_yaml ? std::move(as_yaml) : std::move(as_json);
}

std::string to_json(const Node& node) {
  JsonWriter out;
  write(node, out);
  return out.take();
}

std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates) {
  std::string wanted = lower(word);
  std::optional<std::string> best;
  size_t best_distance = 0;
  for (const std::string& candidate : candidates) {
    std::string name = lower(candidate);
    size_t longer = std::max(wanted.size(), name.size());
    size_t limit = 1 + longer / 4;
    if (longer - std::min(wanted.size(), name.size()) > limit) continue;
    size_t distance = edit_distance(wanted, name);
    if (distance > limit || distance >= longer) continue;
    if (!best || distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  auto found = nearest(word, candidates);
  return found ? "; did you mean " + json_quoted(*found) + "?" : "";
}

}  // namespace starling::base
