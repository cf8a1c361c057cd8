// JSON into a Node tree by simdjson's on-demand reader, which hands out every number as it was
// written.
#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <set>

#include "base/document.h"

namespace starling::base {
namespace {

namespace ondemand = simdjson::ondemand;

constexpr int kMaxDepth = 64;

// The reader's own messages speak of its internals; a person needs to know what to look for.
std::string message_of(simdjson::error_code code) {
  switch (code) {
    case simdjson::EMPTY:
      return "the document is empty";
    case simdjson::UTF8_ERROR:
      return "the text is not valid UTF-8";
    case simdjson::UNCLOSED_STRING:
      return "a text is not closed by a quote";
    case simdjson::UNESCAPED_CHARS:
      return "a text holds a control character, which must be escaped";
    case simdjson::STRING_ERROR:
      return "a text holds an escape that does not exist";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "a list or object is not closed";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
      return "unknown word; expected true, false or null";
    case simdjson::TRAILING_CONTENT:
      return "something follows the end of the document";
    case simdjson::CAPACITY:
    case simdjson::MEMALLOC:
      return "the document is too large";
    default:
      return "a comma, colon, quote or bracket is missing or too much";
  }
}

// Digits, point and exponent as JSON has them: no leading zeros, no plus sign, no bare point.
bool is_json_number(std::string_view text) {
  size_t at = 0;
  auto digits = [&] {
    size_t start = at;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') ++at;
    return at - start;
  };
  if (at < text.size() && text[at] == '-') ++at;
  size_t first = at;
  size_t whole = digits();
  if (whole == 0 || (whole > 1 && text[first] == '0')) return false;
  if (at < text.size() && text[at] == '.') {
    ++at;
    if (digits() == 0) return false;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    if (digits() == 0) return false;
  }
  return at == text.size();
}

std::string_view trimmed(std::string_view text) {
  size_t end = text.find_last_not_of(" \t\r\n");
  return text.substr(0, end == std::string_view::npos ? 0 : end + 1);
}

class Reader {
 public:
  explicit Reader(std::string_view text) : padded_(text) {}

  Result<Node> read() {
    // Without a document the reader knows no place, and must not be asked for one.
    if (auto code = parser_.iterate(padded_).get(document_))
      return invalid({Problem{"", 0, message_of(code)}});
    Node node = TRY(value(document_, 0));
    const char* rest = nullptr;
    bool at_end = document_.current_location().get(rest) == simdjson::OUT_OF_BOUNDS;
    if (!at_end) return fault(message_of(simdjson::TRAILING_CONTENT));
    return node;
  }

 private:
  // The document itself and a value in it have the same operations but no common type.
  template <class Value>
  Result<Node> value(Value& from, int depth) {
    ondemand::json_type type;
    if (auto code = from.type().get(type)) return fault(message_of(code));
    bool nests = type == ondemand::json_type::array || type == ondemand::json_type::object;
    if (nests && depth >= kMaxDepth)
      return fault(fmt::format("nested deeper than {} levels", kMaxDepth));
    switch (type) {
      case ondemand::json_type::array:
        return list(from, depth);
      case ondemand::json_type::object:
        return map(from, depth);
      case ondemand::json_type::number:
        return number(from);
      case ondemand::json_type::string: {
        std::string_view text;
        if (auto code = from.get_string().get(text)) return fault(message_of(code));
        return Node::of(std::string(text));
      }
      case ondemand::json_type::boolean: {
        bool boolean = false;
        if (auto code = from.get_bool().get(boolean)) return fault(message_of(code));
        return Node::of_boolean(boolean);
      }
      case ondemand::json_type::null: {
        bool null = false;
        auto code = simdjson::simdjson_result<bool>(from.is_null()).get(null);
        if (code || !null) return fault(message_of(simdjson::N_ATOM_ERROR));
        return Node{};
      }
    }
    return fault(message_of(simdjson::TAPE_ERROR));
  }

  template <class Value>
  Result<Node> number(Value& from) {
    std::string_view token;
    if (auto code = simdjson::simdjson_result<std::string_view>(from.raw_json_token()).get(token)) {
      return fault(message_of(code));
    }
    token = trimmed(token);
    if (!is_json_number(token))
      return fault(fmt::format("\"{}\" is no number", token.substr(0, 40)));
    Node node = Node::of_number(std::string(token));
    double unused;
    int64_t whole;
    uint64_t large;
    // Moves the reader past the token; numbers beyond 64 bits are fine for us, so its verdict does
    // not count.
    if (from.get_int64().get(whole) != simdjson::SUCCESS &&
        from.get_uint64().get(large) != simdjson::SUCCESS &&
        from.get_double().get(unused) != simdjson::SUCCESS) {
      return fault(fmt::format("the number {} is too large", token.substr(0, 40)));
    }
    return node;
  }

  template <class Value>
  Result<Node> list(Value& from, int depth) {
    ondemand::array items;
    if (auto code = from.get_array().get(items)) return fault(message_of(code));
    Node node = Node::of_list({});
    for (auto item : items) {
      ondemand::value element;
      if (auto code = item.get(element)) return fault(message_of(code));
      node.items.push_back(TRY(value(element, depth + 1)));
    }
    return node;
  }

  template <class Value>
  Result<Node> map(Value& from, int depth) {
    ondemand::object object;
    if (auto code = from.get_object().get(object)) return fault(message_of(code));
    Node node = Node::of_map({});
    std::set<std::string> keys;
    for (auto entry : object) {
      ondemand::field field;
      if (auto code = std::move(entry).get(field)) return fault(message_of(code));
      std::string_view key;
      if (auto code = field.unescaped_key().get(key)) return fault(message_of(code));
      std::string name(key);
      if (!keys.insert(name).second)
        return fault(fmt::format("the key \"{}\" is given twice", name));
      ondemand::value element = field.value();
      Node child = TRY(value(element, depth + 1));
      node.fields.emplace_back(std::move(name), std::move(child));
    }
    return node;
  }

  Error fault(std::string message) {
    const char* at = nullptr;
    std::string_view text(padded_.data(), padded_.size());
    int line = 0;
    if (document_.current_location().get(at) == simdjson::SUCCESS && at >= text.data()) {
      size_t offset = std::min<size_t>(at - text.data(), text.size());
      line = 1 + static_cast<int>(std::count(text.begin(), text.begin() + offset, '\n'));
    }
    return invalid({Problem{"", line, std::move(message)}});
  }

  simdjson::padded_string padded_;
  ondemand::parser parser_;
  ondemand::document document_;
};

}  // namespace

Result<Node> parse_json(std::string_view text) { return Reader(text).read(); }

}  // namespace starling::base
