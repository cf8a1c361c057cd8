// Reads fields of a document and collects what is wrong with them, so that one pass names every
// problem.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/document.h"
#include "base/result.h"

namespace starling::model {

using base::Node;
using base::Problem;

// A node and how it is called: "events[0].joins.store".
struct At {
  const Node& node;
  std::string path;

  At field(const std::string& key, const Node& value) const {
    return {value, path.empty() ? key : path + "." + key};
  }
  At item(size_t index) const {
    return {node.items[index], path + "[" + std::to_string(index) + "]"};
  }
};

class NodeReader {
 public:
  void problem(const At& at, std::string message) {
    problems_.push_back({at.path, at.node.line, std::move(message)});
  }

  // Whether it is a map; its keys must be among `known`. A key of `later` is one that this version
  // does not do yet.
  bool map(const At& at, const std::vector<std::string>& known,
           const std::vector<std::string>& later = {});
  bool list(const At& at);
  // The text of a field; "" when it is missing (a problem when it is required) or no text.
  std::string text(const At& at, const std::string& key, bool required);
  // One text or a list of texts.
  std::vector<std::string> texts(const At& at);
  std::optional<At> field(const At& at, const std::string& key) const;

  const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

// `"a", "b" or "c"`.
std::string one_of(const std::vector<std::string>& words);

}  // namespace starling::model
