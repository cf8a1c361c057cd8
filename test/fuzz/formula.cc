// A formula of a metric, and the same text as a custom property, evaluated for a row where nothing
// is set and for one where everything is.
#include "query/bind/formula.h"

#include "fuzz/targets.h"
#include "query/bind_fixture.h"
#include "query/evaluate.h"
#include "query/formula_values.h"

namespace starling::fuzz {
namespace {

using event::Type;
using event::Value;

Value sample(const event::PropertyType& type) {
  switch (type.type) {
    case Type::kBoolean:
      return Value{true};
    case Type::kInteger:
      return Value{int64_t{-7}};
    case Type::kDecimal:
      return Value{base::Decimal{INT64_MAX, type.scale}};
    case Type::kFloat:
      return Value{-1e300};
    case Type::kText:
      return Value{std::string("https://Straße.example.co.uk/a?b=12")};
    case Type::kDate:
      return Value{base::Date::of(2024, 2, 29)};
    case Type::kTime:
      return Value{query::halloween()};
    case Type::kList:
      return Value{event::Values{sample(type.members[0].type), Value{}}};
    case Type::kObjects: {
      event::Object object;
      for (const event::Member& member : type.members)
        object.emplace_back(member.name, sample(member.type));
      return Value{std::vector<event::Object>{object, {}}};
    }
  }
  return {};
}

Value sample(const query::Catalog& catalog, const query::Reference& reference) {
  if (reference.kind != query::Reference::Kind::kMember) return sample(reference.type);
  const event::Property* list = catalog.schema.find_property(reference.property);
  return query::values_of_list(sample(list->type), reference.member);
}

void custom_property(std::string_view text) {
  static const query::Catalog catalog = query::jaffle();
  auto map = [](const char* key, std::string_view value) {
    return std::pair<std::string, base::Node>(key, base::Node::of(std::string(value)));
  };
  base::Node document = base::Node::of_map(
      {map("report", "insights"),
       {"custom_properties", base::Node::of_list({base::Node::of_map(
                                 {map("property", "fuzzed"), map("formula", text)})})},
       {"metrics", base::Node::of_list({base::Node::of_map({map("event", "refund")})})},
       {"breakdown", base::Node::of_list({base::Node::of_map({map("property", "fuzzed")})})}});
  auto question = query::bind(document, catalog, query::halloween());
  if (!question) {
    CHECK(!question.error().message.empty());
    return;
  }
  const auto& insights = std::get<query::Insights>(question.value().report);
  const query::PropertyFormula& formula = *insights.breakdowns[0].reference.formula;
  base::TimeZone zone = base::TimeZone::utc();
  query::Evaluator evaluator(formula, zone, base::Date::of(2024, 10, 31));
  std::vector<Value> nothing(formula.references.size()), all;
  for (const query::Reference& reference : formula.references)
    all.push_back(sample(catalog, reference));
  evaluator.value(nothing, std::nullopt);
  Value once = evaluator.value(all, query::halloween());
  CHECK(event::to_text(once) == event::to_text(evaluator.value(all, query::halloween())));
}

}  // namespace

void formula(std::string_view text) {
  auto find = [](const std::string& name) -> base::Result<int> {
    if (name.size() == 1 && name[0] <= 'M') return name[0] - 'A';
    return base::Error{base::Error::Code::kInvalid, "there is no " + name};
  };
  auto parsed = query::parse_formula(text, find);
  CHECK(parsed || !parsed.error().message.empty());
  custom_property(text);
}

}  // namespace starling::fuzz
