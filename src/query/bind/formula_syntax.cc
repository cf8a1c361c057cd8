// A recursive descent, one function a level of binding.
#include "query/bind/formula_syntax.h"

#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>
#include <optional>

namespace starling::query {
namespace {

using base::Error;
using base::Result;
using Kind = FormulaSyntax::Kind;

constexpr size_t kMaxCharacters = 20'000;
constexpr int kMaxParts = 2'000;
constexpr int kMaxDepth = 64;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool begins_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_in_name(char c) { return begins_name(c) || is_digit(c); }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Result<FormulaSyntax> whole() {
    if (text_.size() > kMaxCharacters)
      return Error{Error::Code::kInvalid,
                   fmt::format("a formula has at most {} characters", kMaxCharacters)};
    FormulaSyntax out = TRY(disjunction());
    if (at_ < text_.size()) return fault("an operator or the end");
    return out;
  }

 private:
  Result<FormulaSyntax> disjunction() {
    FormulaSyntax left = TRY(conjunction());
    while (auto found = take_operator({"or"})) {
      FormulaSyntax right = TRY(conjunction());
      left = TRY(join(*found, std::move(left), std::move(right)));
    }
    return left;
  }

  Result<FormulaSyntax> conjunction() {
    FormulaSyntax left = TRY(negation());
    while (auto found = take_operator({"and"})) {
      FormulaSyntax right = TRY(negation());
      left = TRY(join(*found, std::move(left), std::move(right)));
    }
    return left;
  }

  Result<FormulaSyntax> negation() {
    auto found = take_operator({"not"});
    if (!found) return comparison();
    TRY(go_deeper());
    FormulaSyntax child = TRY(negation());
    --depth_;
    found->children.push_back(std::move(child));
    return std::move(*found);
  }

  Result<FormulaSyntax> comparison() {
    FormulaSyntax left = TRY(sum());
    while (auto found = take_operator({"==", "!=", "<=", ">=", "<", ">", "in"})) {
      FormulaSyntax right = TRY(sum());
      left = TRY(join(*found, std::move(left), std::move(right)));
    }
    return left;
  }

  Result<FormulaSyntax> sum() {
    FormulaSyntax left = TRY(product());
    while (auto found = take_operator({"+", "-"})) {
      FormulaSyntax right = TRY(product());
      left = TRY(join(*found, std::move(left), std::move(right)));
    }
    return left;
  }

  Result<FormulaSyntax> product() {
    FormulaSyntax left = TRY(value());
    while (auto found = take_operator({"*", "/", "%"})) {
      FormulaSyntax right = TRY(value());
      left = TRY(join(*found, std::move(left), std::move(right)));
    }
    return left;
  }

  Result<FormulaSyntax> value() {
    TRY(go_deeper());
    if (auto minus = take_operator({"-"})) {
      FormulaSyntax child = TRY(value());
      --depth_;
      minus->children.push_back(std::move(child));
      return std::move(*minus);
    }
    FormulaSyntax out = TRY(primary());
    skip_space();
    while (at_ < text_.size() && text_[at_] == '[') {
      FormulaSyntax index = TRY(part(Kind::kIndex, "[]"));
      ++at_;
      FormulaSyntax where = TRY(disjunction());
      TRY(close(']'));
      index.children.push_back(std::move(out));
      index.children.push_back(std::move(where));
      out = std::move(index);
      skip_space();
    }
    --depth_;
    return out;
  }

  Result<FormulaSyntax> primary() {
    skip_space();
    if (at_ == text_.size()) return fault("a value");
    char next = text_[at_];
    if (next == '(') {
      ++at_;
      FormulaSyntax out = TRY(disjunction());
      TRY(close(')'));
      return out;
    }
    if (next == '"' || next == '\'') return quoted(Kind::kText);
    if (next == '`') return quoted(Kind::kName);
    bool number =
        is_digit(next) || (next == '.' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]));
    if (number) return this->number();
    if (begins_name(next)) return name_or_call();
    return fault("a value");
  }

  Result<FormulaSyntax> number() {
    FormulaSyntax out = TRY(part(Kind::kNumber, ""));
    while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.')) ++at_;
    out.text = text_.substr(out.at - 1, at_ - out.at + 1);
    return out;
  }

  Result<FormulaSyntax> name_or_call() {
    FormulaSyntax out = TRY(part(Kind::kName, ""));
    while (at_ < text_.size()) {
      bool point = text_[at_] == '.' && at_ + 1 < text_.size() && is_in_name(text_[at_ + 1]);
      if (!point && !is_in_name(text_[at_])) break;
      ++at_;
    }
    out.text = text_.substr(out.at - 1, at_ - out.at + 1);
    skip_space();
    if (at_ == text_.size() || text_[at_] != '(') return out;
    ++at_;
    out.kind = Kind::kCall;
    skip_space();
    if (at_ < text_.size() && text_[at_] == ')') {
      ++at_;
      return out;
    }
    while (true) {
      out.children.push_back(TRY(disjunction()));
      skip_space();
      if (at_ == text_.size() || text_[at_] != ',') break;
      ++at_;
    }
    TRY(close(')'));
    return out;
  }

  // Between two of the same quotes; a backslash takes the character after it as it is.
  Result<FormulaSyntax> quoted(Kind kind) {
    FormulaSyntax out = TRY(part(kind, ""));
    out.quoted = true;
    char quote = text_[at_++];
    while (at_ < text_.size() && text_[at_] != quote) {
      // A backslash before anything else stands for itself, so that patterns need no second one.
      bool escape = text_[at_] == '\\' && at_ + 1 < text_.size() &&
                    (text_[at_ + 1] == quote || text_[at_ + 1] == '\\');
      if (escape) ++at_;
      out.text += text_[at_++];
    }
    if (at_ == text_.size()) return fault(fmt::format("{} at the end of the text", quote));
    ++at_;
    return out;
  }

  Result<FormulaSyntax> part(Kind kind, std::string text) {
    if (++parts_ > kMaxParts)
      return Error{Error::Code::kInvalid, fmt::format("a formula has at most {} parts", kMaxParts)};
    FormulaSyntax out;
    out.kind = kind;
    out.text = std::move(text);
    out.at = at_ + 1;
    return out;
  }

  Result<FormulaSyntax> join(FormulaSyntax operation, FormulaSyntax left, FormulaSyntax right) {
    if (++parts_ > kMaxParts)
      return Error{Error::Code::kInvalid, fmt::format("a formula has at most {} parts", kMaxParts)};
    operation.children.push_back(std::move(left));
    operation.children.push_back(std::move(right));
    return operation;
  }

  // The first of the operators that stands here.
  std::optional<FormulaSyntax> take_operator(std::initializer_list<std::string_view> operators) {
    skip_space();
    for (std::string_view one : operators) {
      std::string_view here = text_.substr(at_, one.size());
      bool word = begins_name(one[0]);
      if (word ? lower_case_word(here) != one : here != one) continue;
      size_t end = at_ + one.size();
      if (word && end < text_.size() && (is_in_name(text_[end]) || text_[end] == '.')) continue;
      FormulaSyntax out;
      out.kind = Kind::kOperator;
      out.text = one;
      out.at = at_ + 1;
      at_ = end;
      return out;
    }
    return std::nullopt;
  }

  Result<void> close(char bracket) {
    skip_space();
    if (at_ == text_.size() || text_[at_] != bracket) return fault(fmt::format("\"{}\"", bracket));
    ++at_;
    return {};
  }

  Result<void> go_deeper() {
    if (++depth_ <= kMaxDepth) return {};
    return Error{Error::Code::kInvalid, fmt::format("nested deeper than {} levels", kMaxDepth)};
  }

  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }

  Error fault(std::string_view expected) {
    skip_space();
    size_t length = 1;  // of a whole character
    while (at_ + length < text_.size() && (text_[at_ + length] & 0xC0) == 0x80) ++length;
    std::string found =
        at_ < text_.size() ? fmt::format("\"{}\"", text_.substr(at_, length)) : "the end";
    return formula_fault(at_ + 1, fmt::format("expected {}; found {}", expected, found));
  }

  std::string_view text_;
  size_t at_ = 0;
  int depth_ = 0;
  int parts_ = 0;
};

}  // namespace

Result<FormulaSyntax> parse_formula_syntax(std::string_view text) { return Parser(text).whole(); }

Error formula_fault(size_t at, std::string_view what) {
  return {Error::Code::kInvalid, fmt::format("at character {}: {}", at, what)};
}

std::string lower_case_word(std::string_view word) {
  std::string out(word);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

}  // namespace starling::query
