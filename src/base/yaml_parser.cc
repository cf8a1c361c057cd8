// YAML into a Node tree. yaml-cpp reads the structure; what a plain scalar means is decided here by
// the YAML 1.2 core rules, so that `on`, `yes`, dates and durations stay text and both document
// languages give the same tree.
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <cctype>
#include <set>

#include "base/decimal.h"
#include "base/document.h"

namespace starling::base {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxNodes = 1'000'000;  // aliases of aliases multiply

Error fault(const YAML::Mark& mark, std::string message) {
  return invalid({Problem{"", mark.is_null() ? 0 : mark.line + 1, std::move(message)}});
}

size_t count_digits(std::string_view text, size_t at) {
  size_t end = at;
  while (end < text.size() && std::isdigit(static_cast<unsigned char>(text[end]))) ++end;
  return end - at;
}

// [-+]? ( \.D+ | D+ (\.D*)? ) ([eE] [-+]? D+)?   in the form JSON writes it, or nothing.
std::optional<std::string> decimal_number(std::string_view text) {
  size_t at = 0;
  std::string out;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) {
    if (text[at] == '-') out += '-';
    ++at;
  }
  size_t whole = count_digits(text, at);
  std::string_view digits = text.substr(at, whole);
  at += whole;
  size_t zeros = std::min(digits.find_first_not_of('0'), digits.size());
  digits.remove_prefix(zeros);
  out += digits.empty() ? "0" : std::string(digits);
  size_t fraction = 0;
  if (at < text.size() && text[at] == '.') {
    fraction = count_digits(text, at + 1);
    if (fraction > 0) out += text.substr(at, fraction + 1);
    at += fraction + 1;
  }
  if (whole + fraction == 0) return std::nullopt;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    size_t exponent = at++;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    size_t length = count_digits(text, at);
    if (length == 0) return std::nullopt;
    at += length;
    out += text.substr(exponent, at - exponent);
  }
  if (at != text.size()) return std::nullopt;
  return out;
}

// 0x1F and 0o17; nothing when it is none or has more than 120 bits.
std::optional<std::string> based_number(std::string_view text) {
  if (text.size() < 3 || text[0] != '0' || (text[1] != 'x' && text[1] != 'o')) return std::nullopt;
  int base = text[1] == 'x' ? 16 : 8;
  Int128 value = 0;
  for (char c : text.substr(2)) {
    int lower = std::tolower(static_cast<unsigned char>(c));
    int digit = lower >= '0' && lower <= '9'   ? lower - '0'
                : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10
                                               : 99;
    if (digit >= base || value >> 120 != 0) return std::nullopt;
    value = value * base + digit;
  }
  return int128_text(value);
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (std::string_view word : words) {
    if (text == word) return true;
  }
  return false;
}

Result<Node> plain_scalar(const YAML::Node& from) {
  const std::string& text = from.Scalar();
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return Node{};
  if (is_one_of(text, {"true", "True", "TRUE"})) return Node::of_boolean(true);
  if (is_one_of(text, {"false", "False", "FALSE"})) return Node::of_boolean(false);
  if (is_one_of(text, {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF",
                       "-.inf", "-.Inf", "-.INF"})) {
    return fault(from.Mark(), fmt::format("{} is no number that can be used here", text));
  }
  if (auto number = decimal_number(text)) return Node::of_number(std::move(*number));
  if (auto number = based_number(text)) return Node::of_number(std::move(*number));
  return Node::of(text);
}

Result<Node> scalar(const YAML::Node& from) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  const std::string& tag = from.Tag();
  if (tag.empty() || tag == "?") return plain_scalar(from);
  if (tag == "!" || tag == std::string(kCore) + "str") return Node::of(from.Scalar());
  for (std::string_view name : {"int", "float", "bool", "null"}) {
    if (tag == std::string(kCore) + std::string(name)) return plain_scalar(from);
  }
  return fault(from.Mark(), fmt::format("the tag {} is unknown", tag));
}

class Converter {
 public:
  Result<Node> convert(const YAML::Node& from, int depth) {
    bool nests = from.IsSequence() || from.IsMap();
    if (nests && depth >= kMaxDepth) {
      return fault(
          from.Mark(),
          fmt::format("nested deeper than {} levels, or an anchor that holds itself", kMaxDepth));
    }
    if (++nodes_ > kMaxNodes)
      return fault(from.Mark(), "the document is too large: aliases multiply its parts");
    Node node = TRY(content(from, depth));
    node.line = from.Mark().is_null() ? 0 : from.Mark().line + 1;
    return node;
  }

 private:
  Result<Node> content(const YAML::Node& from, int depth) {
    switch (from.Type()) {
      case YAML::NodeType::Undefined:
      case YAML::NodeType::Null:
        return Node{};
      case YAML::NodeType::Scalar:
        return scalar(from);
      case YAML::NodeType::Sequence:
        return list(from, depth);
      case YAML::NodeType::Map:
        return map(from, depth);
    }
    return Node{};
  }

  Result<Node> list(const YAML::Node& from, int depth) {
    Node node = Node::of_list({});
    for (const YAML::Node& item : from) node.items.push_back(TRY(convert(item, depth + 1)));
    return node;
  }

  Result<Node> map(const YAML::Node& from, int depth) {
    Node node = Node::of_map({});
    std::set<std::string> keys;
    for (const auto& entry : from) {
      const YAML::Node& key = entry.first;
      if (!key.IsScalar()) return fault(key.Mark(), "a key must be a text");
      std::string name = key.Scalar();
      if (!keys.insert(name).second)
        return fault(key.Mark(), fmt::format("the key \"{}\" is given twice", name));
      Node child = TRY(convert(entry.second, depth + 1));
      // A value that is not written has no place of its own.
      if (child.line == 0) child.line = key.Mark().line + 1;
      node.fields.emplace_back(std::move(name), std::move(child));
    }
    return node;
  }

  int nodes_ = 0;
};

}  // namespace

Result<Node> parse_yaml(std::string_view text) {
  try {
    std::vector<YAML::Node> documents = YAML::LoadAll(std::string(text));
    if (documents.empty()) return Node{};
    if (documents.size() > 1)
      return fault(documents[1].Mark(), "a second document begins here; one is expected");
    return Converter().convert(documents[0], 0);
  } catch (const YAML::Exception& exception) {
    return fault(exception.mark, exception.msg);
  }
}

}  // namespace starling::base
