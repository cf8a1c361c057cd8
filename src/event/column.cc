#include "event/column.h"

#include <algorithm>

namespace starling::event {
namespace {

// The integer that stands for `value` in a column of this type, when it fits.
std::optional<int64_t> stored_integer(const PropertyType& type, const Value& value) {
  switch (type.type) {
    case Type::kBoolean:
      if (auto* boolean = std::get_if<bool>(&value.data)) return *boolean ? 1 : 0;
      return std::nullopt;
    case Type::kInteger:
      if (auto* integer = std::get_if<int64_t>(&value.data)) return *integer;
      return std::nullopt;
    case Type::kDecimal: {
      auto exact = value.exact();
      if (!exact) return std::nullopt;
      auto digits = base::rescale(exact->digits, exact->scale, type.scale);
      if (!digits || *digits > INT64_MAX || *digits < INT64_MIN) return std::nullopt;
      return static_cast<int64_t>(*digits);
    }
    case Type::kDate:
      if (auto* date = std::get_if<base::Date>(&value.data)) return date->days;
      return std::nullopt;
    case Type::kTime:
      if (auto* time = std::get_if<base::TimeMs>(&value.data)) return time->value;
      return std::nullopt;
    case Type::kFloat:
    case Type::kText:
    case Type::kList:
    case Type::kObjects:
      return std::nullopt;
  }
  return std::nullopt;
}

bool fits(const PropertyType& type, const Value& value) {
  if (value.is_null()) return true;
  switch (type.type) {
    case Type::kFloat:
      return value.is_number();
    case Type::kText:
      return std::holds_alternative<std::string>(value.data);
    case Type::kList: {
      auto* values = std::get_if<Values>(&value.data);
      return values != nullptr && std::all_of(values->begin(), values->end(), [&](const Value& v) {
               return fits(type.members[0].type, v);
             });
    }
    case Type::kObjects: {
      auto* objects = std::get_if<std::vector<Object>>(&value.data);
      if (objects == nullptr) return false;
      for (const Object& object : *objects) {
        for (const auto& [name, member_value] : object) {
          const Member* member = type.member(name);
          if (member == nullptr || !fits(member->type, member_value)) return false;
        }
      }
      return true;
    }
    case Type::kBoolean:
    case Type::kInteger:
    case Type::kDecimal:
    case Type::kDate:
    case Type::kTime:
      return stored_integer(type, value).has_value();
  }
  return false;
}

const Value* find_member(const Object& object, const std::string& name) {
  for (const auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

void push_objects(const std::vector<Object>& objects, Column& column) {
  for (const Object& object : objects) {
    for (size_t i = 0; i < column.children.size(); ++i) {
      const Value* value = find_member(object, column.type.members[i].name);
      column.children[i].push(value == nullptr ? Value{} : *value);
    }
  }
}

Value scalar_of(const PropertyType& type, int64_t stored) {
  switch (type.type) {
    case Type::kBoolean:
      return {stored != 0};
    case Type::kInteger:
      return {stored};
    case Type::kDecimal:
      return {base::Decimal{stored, type.scale}};
    case Type::kDate:
      return {base::Date{static_cast<int32_t>(stored)}};
    case Type::kTime:
      return {base::TimeMs{stored}};
    case Type::kFloat:
    case Type::kText:
    case Type::kList:
    case Type::kObjects:
      break;
  }
  CHECK(false);
  return {};
}

}  // namespace

Column::Column(PropertyType of_type) : type(std::move(of_type)) {
  if (!type.is_list()) return;
  offsets.push_back(0);
  for (const Member& member : type.members) children.emplace_back(member.type);
}

void Column::push_null() {
  valid.push_back(0);
  if (type.is_list()) {
    offsets.push_back(offsets.back());
  } else if (type.type == Type::kText) {
    texts.push_back("");
  } else if (type.type == Type::kFloat) {
    floats.push_back(0);
  } else {
    integers.push_back(0);
  }
}

void Column::push_integer(int64_t value) {
  valid.push_back(1);
  integers.push_back(value);
}

void Column::push_float(double value) {
  valid.push_back(1);
  floats.push_back(value);
}

void Column::push_text(std::string_view value) {
  valid.push_back(1);
  texts.push_back(value);
}

bool Column::push(const Value& value) {
  if (!fits(type, value)) return false;
  if (value.is_null()) {
    push_null();
  } else if (type.type == Type::kText) {
    push_text(std::get<std::string>(value.data));
  } else if (type.type == Type::kFloat) {
    push_float(value.to_double());
  } else if (type.type == Type::kList) {
    for (const Value& element : std::get<Values>(value.data)) children[0].push(element);
    end_list();
  } else if (type.type == Type::kObjects) {
    push_objects(std::get<std::vector<Object>>(value.data), *this);
    end_list();
  } else {
    push_integer(*stored_integer(type, value));
  }
  return true;
}

void Column::push_from(const Column& other, size_t row) {
  if (!other.valid[row]) {
    push_null();
  } else if (type.type == Type::kText) {
    push_text(other.texts[row]);
  } else if (type.type == Type::kFloat) {
    push_float(other.floats[row]);
  } else if (type.is_list()) {
    for (size_t child = 0; child < children.size(); ++child) {
      for (uint64_t at = other.offsets[row]; at < other.offsets[row + 1]; ++at) {
        children[child].push_from(other.children[child], at);
      }
    }
    end_list();
  } else {
    push_integer(other.integers[row]);
  }
}

void Column::end_list() {
  valid.push_back(1);
  offsets.push_back(children.empty() ? 0 : children[0].size());
}

Value Column::value(size_t row) const {
  if (!valid[row]) return {};
  if (type.type == Type::kText) return {std::string(texts[row])};
  if (type.type == Type::kFloat) return {floats[row]};
  if (!type.is_list()) return scalar_of(type, integers[row]);
  if (type.type == Type::kList) {
    Values values;
    for (uint64_t at = offsets[row]; at < offsets[row + 1]; ++at)
      values.push_back(children[0].value(at));
    return {std::move(values)};
  }
  std::vector<Object> objects;
  for (uint64_t at = offsets[row]; at < offsets[row + 1]; ++at) {
    Object& object = objects.emplace_back();
    for (size_t i = 0; i < children.size(); ++i) {
      Value member = children[i].value(at);
      if (!member.is_null()) object.emplace_back(type.members[i].name, std::move(member));
    }
  }
  return {std::move(objects)};
}

}  // namespace starling::event
