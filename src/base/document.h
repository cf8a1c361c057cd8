// A parsed YAML or JSON document as plain data. Both languages give the same tree (reports.md:
// "YAML (1.2 core) and JSON are the same document"), and every node knows its line, so that an
// error can say where.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace starling::base {

struct Node {
  enum class Kind { kNull, kBoolean, kNumber, kText, kList, kMap };

  Kind kind = Kind::kNull;
  int line = 0;             // 1-based line of the document; 0 in JSON
  bool boolean = false;     // kBoolean
  std::string text;         // kText: the text; kNumber: as written ("20", "1.50", "1e3")
  std::vector<Node> items;  // kList
  std::vector<std::pair<std::string, Node>> fields;  // kMap, in written order; keys are unique

  // Defined where the type is whole: clang looks into it while pair<string, Node> is not.
  Node();

  bool is_map() const { return kind == Kind::kMap; }
  bool is_list() const { return kind == Kind::kList; }
  bool is_text() const { return kind == Kind::kText; }
  bool is_null() const { return kind == Kind::kNull; }

  // The field's node, or nullptr when this is no map or has no such key.
  const Node* find(std::string_view key) const;
  // "a list", "the number 20", `the text "x"`: for error messages.
  std::string describe() const;

  static Node of(std::string text);
  static Node of_number(std::string text);
  static Node of_boolean(bool value);
  static Node of_list(std::vector<Node> items);
  static Node of_map(std::vector<std::pair<std::string, Node>> fields);

  // Equal as documents; lines do not count.
  friend bool operator==(const Node& a, const Node& b);
};

// Both fail with kInvalid and the line of the fault. Duplicate keys, anchors with cycles, NaN and
// nesting deeper than 64 are faults.
Result<Node> parse_json(std::string_view text);
Result<Node> parse_yaml(std::string_view text);
// JSON when the first character that is no space is '{' or '[', else YAML.
Result<Node> parse_document(std::string_view text);

// Compact JSON of the tree; numbers as written (YAML's hexadecimal and ".5" forms are normalised by
// the parser).
std::string to_json(const Node& node);

// The candidate nearest to `word` by edit distance, when it is near enough to be a slip of the
// finger.
std::optional<std::string> nearest(std::string_view word,
                                   const std::vector<std::string>& candidates);
// `; did you mean "total"?`, or "" when nothing is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace starling::base
