#include "event/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "base/json_writer.h"

namespace starling::event {
namespace {

using base::Decimal;

// The shortest digits that read back as the same float; no exponent where a person would not write
// one.
std::string shortest_text(double value) {
  if (value == 0) return "0";
  double magnitude = std::fabs(value);
  auto format = magnitude >= 1e-6 && magnitude < 1e15 ? std::chars_format::fixed
                                                      : std::chars_format::scientific;
  std::array<char, 64> buffer;
  auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, format).ptr;
  return std::string(buffer.data(), end);
}

std::optional<std::vector<Member>> union_of(const std::vector<Member>& a,
                                            const std::vector<Member>& b) {
  std::vector<Member> out = a;
  for (const Member& member : b) {
    auto same = std::find_if(out.begin(), out.end(),
                             [&](const Member& other) { return other.name == member.name; });
    if (same == out.end()) {
      out.push_back(member);
      continue;
    }
    auto type = common_type(same->type, member.type);
    if (!type) return std::nullopt;
    same->type = std::move(*type);
  }
  std::sort(out.begin(), out.end(),
            [](const Member& x, const Member& y) { return x.name < y.name; });
  return out;
}

void write(const Value& value, base::JsonWriter& out);

void write_object(const Object& object, base::JsonWriter& out) {
  out.begin_object();
  for (const auto& [name, member] : object) {
    if (member.is_null()) continue;
    out.key(name);
    write(member, out);
  }
  out.end_object();
}

struct Writer {
  base::JsonWriter& out;

  void operator()(std::monostate) const { out.null(); }
  void operator()(bool value) const { out.boolean(value); }
  void operator()(int64_t value) const { out.integer(value); }
  void operator()(const Decimal& value) const { out.decimal(value); }
  void operator()(double value) const {
    if (std::isfinite(value)) {
      out.raw(shortest_text(value));
    } else {
      out.null();
    }
  }
  void operator()(const std::string& value) const { out.text(value); }
  void operator()(base::Date value) const { out.text(value.text()); }
  void operator()(base::TimeMs value) const { out.text(base::utc_text(value)); }
  void operator()(const Values& values) const {
    out.begin_list();
    for (const Value& value : values) write(value, out);
    out.end_list();
  }
  void operator()(const std::vector<Object>& objects) const {
    out.begin_list();
    for (const Object& object : objects) write_object(object, out);
    out.end_list();
  }
};

void write(const Value& value, base::JsonWriter& out) { std::visit(Writer{out}, value.data); }

}  // namespace

Value::Value() = default;
Value::Value(Data given) : data(std::move(given)) {}

const Member* PropertyType::member(std::string_view name) const {
  for (const Member& member : members) {
    if (member.name == name) return &member;
  }
  return nullptr;
}

std::string_view type_name(Type type) {
  switch (type) {
    case Type::kBoolean:
      return "boolean";
    case Type::kInteger:
      return "integer";
    case Type::kDecimal:
      return "decimal";
    case Type::kFloat:
      return "float";
    case Type::kText:
      return "text";
    case Type::kDate:
      return "date";
    case Type::kTime:
      return "time";
    case Type::kList:
      return "list";
    case Type::kObjects:
      return "list of objects";
  }
  return "";
}

std::optional<PropertyType> common_type(const PropertyType& a, const PropertyType& b) {
  if (a == b) return a;
  if (a.is_number() && b.is_number()) {
    if (a.type == Type::kFloat || b.type == Type::kFloat) return PropertyType{Type::kFloat};
    return PropertyType{Type::kDecimal, std::max(a.scale, b.scale)};
  }
  if (a.type != b.type || !a.is_list()) return std::nullopt;
  auto members = union_of(a.members, b.members);
  if (!members) return std::nullopt;
  return PropertyType{a.type, 0, std::move(*members)};
}

std::optional<Decimal> Value::exact() const {
  if (auto* integer = std::get_if<int64_t>(&data)) return Decimal{*integer, 0};
  if (auto* decimal = std::get_if<Decimal>(&data)) return *decimal;
  return std::nullopt;
}

double Value::to_double() const {
  CHECK(is_number());
  if (auto* number = std::get_if<double>(&data)) return *number;
  return exact()->to_double();
}

bool operator==(const Value& a, const Value& b) {
  if (!a.is_number() || !b.is_number()) return a.data == b.data;
  auto left = a.exact(), right = b.exact();
  return left && right ? *left == *right : a.to_double() == b.to_double();
}

std::string to_json(const Value& value) {
  base::JsonWriter out;
  write(value, out);
  return out.take();
}

std::string to_text(const Value& value) {
  if (value.is_null()) return "";
  if (auto* text = std::get_if<std::string>(&value.data)) return *text;
  if (auto* date = std::get_if<base::Date>(&value.data)) return date->text();
  if (auto* time = std::get_if<base::TimeMs>(&value.data)) return base::utc_text(*time);
  return to_json(value);
}

}  // namespace starling::event
