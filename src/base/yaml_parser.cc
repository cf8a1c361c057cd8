// YAML into a Node tree. libyaml reads the structure; what a plain scalar means is decided here by
// the YAML 1.2 core rules, so that `on`, `yes`, dates and durations stay text and both document
// languages give the same tree.
#include <fmt/format.h>
#include <yaml.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <map>
#include <set>

#include "base/decimal.h"
#include "base/document.h"

namespace starling::base {
namespace {

constexpr int kMaxDepth = 64;
constexpr int kMaxNodes = 1'000'000;  // aliases of aliases multiply

Error fault(size_t line, std::string message) {
  return invalid({Problem{"", static_cast<int>(line), std::move(message)}});
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
    out += text[at++];
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) out += text[at++];
    size_t length = count_digits(text, at);
    if (length == 0) return std::nullopt;
    // Without leading zeros: JSON's parser has no room for many.
    size_t first = std::min(text.find_first_not_of('0', at), at + length - 1);
    out += text.substr(first, at + length - first);
    at += length;
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

struct Event : yaml_event_t {
  Event() : yaml_event_t{} {}
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(this); }

  size_t line() const { return start_mark.line + 1; }
};

std::string text_of(const yaml_char_t* text) {
  return text == nullptr ? "" : reinterpret_cast<const char*>(text);
}

std::string scalar_text(const Event& event) {
  return {reinterpret_cast<const char*>(event.data.scalar.value), event.data.scalar.length};
}

Result<Node> plain_scalar(const Event& from) {
  std::string text = scalar_text(from);
  if (is_one_of(text, {"", "~", "null", "Null", "NULL"})) return Node{};
  if (is_one_of(text, {"true", "True", "TRUE"})) return Node::of_boolean(true);
  if (is_one_of(text, {"false", "False", "FALSE"})) return Node::of_boolean(false);
  if (is_one_of(text, {".nan", ".NaN", ".NAN", ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF",
                       "-.inf", "-.Inf", "-.INF"})) {
    return fault(from.line(), fmt::format("{} is no number that can be used here", text));
  }
  if (auto number = decimal_number(text)) {
    // As in JSON, whose parser has no room for more, be it in the exponent of a zero.
    constexpr size_t kMaxExponent = 18;  // digits
    size_t exponent = number->find_first_of("eE");
    bool large = std::isinf(std::strtod(number->c_str(), nullptr)) ||
                 (exponent != std::string::npos && number->size() - exponent > kMaxExponent + 2);
    if (large)
      return fault(from.line(), fmt::format("the number {} is too large", text.substr(0, 40)));
    return Node::of_number(std::move(*number));
  }
  if (auto number = based_number(text)) return Node::of_number(std::move(*number));
  return Node::of(std::move(text));
}

Result<Node> scalar(const Event& from) {
  constexpr std::string_view kCore = "tag:yaml.org,2002:";
  std::string tag = text_of(from.data.scalar.tag);
  if (tag.empty()) {
    return from.data.scalar.style == YAML_PLAIN_SCALAR_STYLE ? plain_scalar(from)
                                                             : Node::of(scalar_text(from));
  }
  if (tag == "!" || tag == std::string(kCore) + "str") return Node::of(scalar_text(from));
  for (std::string_view name : {"int", "float", "bool", "null"}) {
    if (tag == std::string(kCore) + std::string(name)) return plain_scalar(from);
  }
  return fault(from.line(), fmt::format("the tag {} is unknown", tag));
}

// Builds the tree from the library's events. An alias copies what its anchor holds, so that what
// comes out is a tree; both bounds count the copies.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    CHECK(yaml_parser_initialize(&parser_) == 1);
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()),
                                 text.size());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { yaml_parser_delete(&parser_); }

  Result<Node> document() {
    while (true) {
      Event event;
      TRY(next(event));
      if (event.type == YAML_STREAM_END_EVENT) return Node{};
      if (event.type == YAML_DOCUMENT_START_EVENT) break;
    }
    Event root;
    TRY(next(root));
    Node node = TRY(convert(root, 0));
    while (true) {
      Event event;
      TRY(next(event));
      if (event.type == YAML_DOCUMENT_START_EVENT)
        return fault(event.line(), "a second document begins here; one is expected");
      if (event.type == YAML_STREAM_END_EVENT) return node;
    }
  }

 private:
  Result<void> next(Event& event) {
    if (yaml_parser_parse(&parser_, &event) == 1) return {};
    std::string problem = parser_.problem == nullptr ? "out of memory" : parser_.problem;
    if (parser_.error == YAML_READER_ERROR) {
      size_t end = std::min(parser_.problem_offset, text_.size());
      return fault(1 + std::count(text_.begin(), text_.begin() + end, '\n'), problem);
    }
    if (parser_.context != nullptr) problem = fmt::format("{}: {}", parser_.context, problem);
    return fault(parser_.problem_mark.line + 1, problem);
  }

  Result<Node> convert(const Event& from, int depth) {
    if (from.type == YAML_ALIAS_EVENT) return copy_of(from, depth);
    if (++nodes_ > kMaxNodes) return too_large(from);
    bool nests = from.type != YAML_SCALAR_EVENT;
    if (nests && depth >= kMaxDepth) return too_deep(from);
    std::string anchor =
        text_of(from.type == YAML_SCALAR_EVENT           ? from.data.scalar.anchor
                : from.type == YAML_SEQUENCE_START_EVENT ? from.data.sequence_start.anchor
                                                         : from.data.mapping_start.anchor);
    if (!anchor.empty()) anchors_[anchor] = std::nullopt;
    Node node = TRY(!nests                                   ? scalar(from)
                    : from.type == YAML_SEQUENCE_START_EVENT ? list(depth)
                                                             : map(depth));
    node.line = static_cast<int>(from.line());
    if (!anchor.empty()) anchors_[anchor] = node;
    return node;
  }

  Result<Node> copy_of(const Event& alias, int depth) {
    std::string name = text_of(alias.data.alias.anchor);
    auto anchor = anchors_.find(name);
    if (anchor == anchors_.end())
      return fault(alias.line(), fmt::format("the anchor \"{}\" is unknown", name));
    if (!anchor->second)
      return fault(alias.line(), fmt::format("the anchor \"{}\" holds itself", name));
    int height = count(*anchor->second);
    if (nodes_ > kMaxNodes) return too_large(alias);
    if (depth + height > kMaxDepth) return too_deep(alias);
    return *anchor->second;
  }

  // Counts the node's parts in; returns how deep it nests.
  int count(const Node& node) {
    if (++nodes_ > kMaxNodes) return 0;
    int height = 0;
    for (const Node& item : node.items) height = std::max(height, count(item));
    for (const auto& [name, field] : node.fields) height = std::max(height, count(field));
    return height + (node.is_list() || node.is_map() ? 1 : 0);
  }

  Result<Node> list(int depth) {
    Node node = Node::of_list({});
    while (true) {
      Event event;
      TRY(next(event));
      if (event.type == YAML_SEQUENCE_END_EVENT) return node;
      node.items.push_back(TRY(convert(event, depth + 1)));
    }
  }

  Result<Node> map(int depth) {
    Node node = Node::of_map({});
    std::set<std::string> names;
    while (true) {
      Event key;
      TRY(next(key));
      if (key.type == YAML_MAPPING_END_EVENT) return node;
      std::string name = TRY(key_text(key));
      if (!names.insert(name).second)
        return fault(key.line(), fmt::format("the key \"{}\" is given twice", name));
      Event value;
      TRY(next(value));
      node.fields.emplace_back(std::move(name), TRY(convert(value, depth + 1)));
    }
  }

  // A key is the text as written: 2 and true are names, too.
  Result<std::string> key_text(const Event& key) {
    if (key.type != YAML_SCALAR_EVENT) return fault(key.line(), "a key must be a text");
    std::string text = scalar_text(key);
    if (key.data.scalar.anchor != nullptr)
      anchors_[text_of(key.data.scalar.anchor)] = Node::of(text);
    return text;
  }

  static Error too_large(const Event& at) {
    return fault(at.line(), "the document is too large: aliases multiply its parts");
  }
  static Error too_deep(const Event& at) {
    return fault(at.line(), fmt::format("nested deeper than {} levels", kMaxDepth));
  }

  std::string_view text_;
  yaml_parser_t parser_;
  std::map<std::string, std::optional<Node>> anchors_;  // without a node: still being read
  int nodes_ = 0;
};

}  // namespace

Result<Node> parse_yaml(std::string_view text) { return Reader(text).document(); }

}  // namespace starling::base
