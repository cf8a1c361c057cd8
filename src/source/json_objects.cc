#include "source/json_objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/decimal.h"
#include "base/document.h"
#include "base/time.h"

namespace starling::source {
namespace {

using event::Column;
using event::Type;

void push_finite(double value, Column& into) {
  std::isfinite(value) ? into.push_float(value) : into.push_null();
}

// The cell of a member ; false when it is not of the type.
bool push_json(const base::Node& node, Column& into) {
  switch (into.type.type) {
    case Type::kBoolean:
      // MariaDB's and SQLite's booleans are 0 and 1.
      into.push_integer(node.boolean || node.text == "1" ? 1 : 0);
      return node.kind == base::Node::Kind::kBoolean || node.text == "0" || node.text == "1";
    case Type::kInteger:
    case Type::kDecimal: {
      auto number = base::Decimal::parse(node.text);
      auto digits =
          number ? base::rescale(number->digits, number->scale, into.type.scale) : std::nullopt;
      if (!digits || *digits > INT64_MAX || *digits < INT64_MIN) return false;
      into.push_integer(static_cast<int64_t>(*digits));
      return true;
    }
    case Type::kFloat:
      push_finite(std::strtod(node.text.c_str(), nullptr), into);  // infinities are texts in JSON
      return true;
    case Type::kText:
      into.push_text(node.text);
      return true;
    case Type::kDate: {
      auto date = base::Date::parse(node.text);
      date ? into.push_integer(date->days) : into.push_null();
      return date || node.text.ends_with("infinity");
    }
    case Type::kTime: {
      std::string text = node.text;
      std::ranges::replace(text, ' ', 'T');
      auto time = base::parse_rfc3339(text.ends_with("+00:00") ? text : text + "Z");
      time ? into.push_integer(time->value) : into.push_null();
      return time || node.text.ends_with("infinity");
    }
    case Type::kList:
    case Type::kObjects:
      break;
  }
  return false;
}

}  // namespace

base::Result<void> append_json_objects(std::string_view json, const ColumnInfo& info,
                                       Column& into) {
  base::Node list = TRY(base::parse_json(json));
  for (const base::Node& object : list.items) {
    for (size_t i = 0; i < info.type->members.size(); ++i) {
      const std::string& member = info.type->members[i].name;
      const base::Node* value = object.find(member);
      Column& child = into.children[i];
      if (value == nullptr || value->is_null()) {
        child.push_null();
      } else if (!push_json(*value, child)) {
        return base::Error{
            base::Error::Code::kInvalid,
            fmt::format(R"(column "{}": the member "{}" of a list holds {}, which is no value of )"
                        "its type of at most 64 bits; cast it in the model",
                        info.name, member, value->text)};
      }
    }
  }
  into.end_list();
  return {};
}

}  // namespace starling::source
