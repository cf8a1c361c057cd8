#include "source/clickhouse/types.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>

namespace starling::source::clickhouse {
namespace {

using event::Member;
using event::PropertyType;
using event::Type;
using Kind = NativeType::Kind;

struct Plain {
  std::string_view name;
  Kind kind;
  int bytes;
};
constexpr Plain kPlain[] = {
    {"UInt8", Kind::kUnsigned, 1},    {"UInt16", Kind::kUnsigned, 2},
    {"UInt32", Kind::kUnsigned, 4},   {"UInt64", Kind::kUnsigned, 8},
    {"UInt128", Kind::kUnsigned, 16}, {"UInt256", Kind::kUnsigned, 32},
    {"Int8", Kind::kSigned, 1},       {"Int16", Kind::kSigned, 2},
    {"Int32", Kind::kSigned, 4},      {"Int64", Kind::kSigned, 8},
    {"Int128", Kind::kSigned, 16},    {"Int256", Kind::kSigned, 32},
    {"Bool", Kind::kBoolean, 1},      {"Float32", Kind::kFloat, 4},
    {"Float64", Kind::kFloat, 8},     {"String", Kind::kText, 0},
    {"Date", Kind::kDate, 2},         {"Date32", Kind::kDate, 4},
    {"DateTime", Kind::kTime, 4},     {"UUID", Kind::kUuid, 16},
    {"Nothing", Kind::kNothing, 1},
};

// Reads a type's name from its beginning; what does not parse is unreadable.
class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  NativeType type() {
    std::string name = word();
    if (!take('(')) return plain(name);
    NativeType out;
    if (name == "Nullable" || name == "LowCardinality") {
      out = type();
      (name == "Nullable" ? out.nullable : out.has_dictionary) = true;
    } else if (name == "SimpleAggregateFunction") {
      skip_argument();
      out = take(',') ? type() : NativeType{};
    } else if (name == "Array") {
      out.kind = Kind::kArray;
      out.children.push_back(type());
    } else if (name == "Nested" || name == "Tuple") {
      out = tuple();
      if (name == "Nested") out = NativeType{.kind = Kind::kArray, .children = {out}};
    } else if (name == "Enum8" || name == "Enum16") {
      out = labels(name == "Enum8" ? 1 : 2);
    } else {
      out = with_numbers(name);
    }
    while (!at_end() && !at(')')) skip_argument_or_comma();
    if (!take(')')) return {};
    return out;
  }

 private:
  static NativeType plain(std::string_view name) {
    for (const Plain& each : kPlain) {
      if (each.name == name) return {.kind = each.kind, .bytes = each.bytes};
    }
    return {};
  }

  // DateTime('UTC'), DateTime64(3, 'UTC'), Decimal(12, 2), Decimal64(2), FixedString(8).
  NativeType with_numbers(const std::string& name) {
    if (name == "DateTime") {
      skip_argument();
      return plain(name);
    }
    std::optional<int> first = number();
    if (!first) return {};
    if (name == "DateTime64") return {.kind = Kind::kTime, .bytes = 8, .scale = *first};
    if (name == "FixedString") return {.kind = Kind::kFixedText, .bytes = *first};
    if (name == "Decimal" && take(',')) {
      std::optional<int> scale = number();
      if (!scale) return {};
      int bytes = *first <= 9 ? 4 : *first <= 18 ? 8 : *first <= 38 ? 16 : 32;
      return {.kind = Kind::kDecimal, .bytes = bytes, .scale = *scale};
    }
    for (int bits : {32, 64, 128, 256}) {
      if (name == "Decimal" + std::to_string(bits))
        return {.kind = Kind::kDecimal, .bytes = bits / 8, .scale = *first};
    }
    return {};
  }

  NativeType tuple() {
    NativeType out{.kind = Kind::kTuple};
    do {
      size_t begin = at_;
      std::string name = word();
      // A second word: the first was the member's name.
      bool named = !at_end() && !at('(') && !at(',') && !at(')');
      if (!named) at_ = begin;
      out.members.push_back(named ? name : "");
      out.children.push_back(type());
    } while (take(','));
    return out;
  }

  NativeType labels(int bytes) {
    NativeType out{.kind = Kind::kLabel, .bytes = bytes};
    do {
      std::string label = word();
      std::optional<int> value = take('=') ? number() : std::nullopt;
      if (!value) return {};
      out.labels[*value] = label;
    } while (take(','));
    return out;
  }

  void skip_blanks() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool at_end() {
    skip_blanks();
    return at_ >= text_.size();
  }
  bool at(char c) {
    skip_blanks();
    return at_ < text_.size() && text_[at_] == c;
  }
  bool take(char c) {
    if (!at(c)) return false;
    ++at_;
    return true;
  }

  // A name, or what stands in quotes or backticks, without them.
  std::string word() {
    skip_blanks();
    std::string out;
    if (at('\'') || at('`')) {
      char quote = text_[at_++];
      for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
        if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
        out += text_[at_];
      }
      ++at_;
      return out;
    }
    auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '.'; };
    while (at_ < text_.size() && fits(static_cast<unsigned char>(text_[at_]))) out += text_[at_++];
    return out;
  }

  std::optional<int> number() {
    skip_blanks();
    int value = 0;
    auto [end, error] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (error != std::errc()) return std::nullopt;
    at_ = static_cast<size_t>(end - text_.data());
    return value;
  }

  void skip_argument_or_comma() {
    if (!take(',')) skip_argument();
  }
  void skip_argument() {
    int depth = 0;
    do {
      if (at('\'') || at('`')) {
        word();
        continue;
      }
      if (depth == 0 && (at(',') || at(')'))) return;
      depth += at('(') ? 1 : at(')') ? -1 : 0;
      ++at_;
    } while (!at_end());
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::optional<PropertyType> scalar_type(const NativeType& type) {
  switch (type.kind) {
    case Kind::kUnsigned:
    case Kind::kSigned:
      return PropertyType{Type::kInteger};
    case Kind::kBoolean:
      return PropertyType{Type::kBoolean};
    case Kind::kFloat:
      return PropertyType{Type::kFloat};
    case Kind::kDecimal:
      if (type.scale == 0) return PropertyType{Type::kInteger};
      return PropertyType{Type::kDecimal, static_cast<uint8_t>(type.scale)};
    case Kind::kText:
    case Kind::kFixedText:
    case Kind::kLabel:
    case Kind::kUuid:
      return PropertyType{Type::kText};
    case Kind::kDate:
      return PropertyType{Type::kDate};
    case Kind::kTime:
      return PropertyType{Type::kTime};
    case Kind::kNothing:
    case Kind::kArray:
    case Kind::kTuple:
    case Kind::kUnreadable:
      break;
  }
  return std::nullopt;
}

void set_list_type(ColumnInfo& info, const NativeType& element) {
  auto is_zoned = [](const NativeType& type) -> uint8_t { return type.kind == Kind::kTime; };
  if (element.kind != Kind::kTuple) {
    auto type = scalar_type(element);
    if (!type) return;
    info.type = PropertyType{Type::kList, 0, {{"", *type}}};
    info.zoned_members = {is_zoned(element)};
    return;
  }
  std::vector<std::pair<Member, uint8_t>> members;
  for (size_t i = 0; i < element.children.size(); ++i) {
    auto type = scalar_type(element.children[i]);
    if (!type || element.members[i].empty()) return;
    members.push_back({{element.members[i], *type}, is_zoned(element.children[i])});
  }
  std::ranges::sort(members, {}, [](const auto& member) { return member.first.name; });
  info.type = PropertyType{Type::kObjects};
  for (auto& [member, zoned] : members) {
    info.type->members.push_back(std::move(member));
    info.zoned_members.push_back(zoned);
  }
}

}  // namespace

NativeType parse_type(std::string_view name) { return TypeParser(name).type(); }

ColumnInfo column_info(std::string name, const std::string& type) {
  ColumnInfo info;
  info.name = std::move(name);
  info.native_type = type;
  NativeType native = parse_type(type);
  info.zoned = native.kind == Kind::kTime;
  if (native.kind == Kind::kArray) {
    set_list_type(info, native.children[0]);
  } else {
    info.type = scalar_type(native);
  }
  return info;
}

}  // namespace starling::source::clickhouse
