#include "engine/reference/segments.h"

#include <algorithm>

namespace starling::engine::reference {

using base::Decimal;
using event::Value;
using query::Breakdown;
using query::Reference;

namespace {

// floor(number / size), in whole numbers; nothing when a number of 38 digits cannot hold both.
std::optional<base::Int128> floor_divide(const Decimal& number, const Decimal& size) {
  uint8_t scale = std::max(number.scale, size.scale);
  auto n = base::rescale(number.digits, number.scale, scale),
       s = base::rescale(size.digits, size.scale, scale);
  if (!n || !s) return std::nullopt;
  base::Int128 quotient = *n / *s;
  return *n % *s < 0 ? quotient - 1 : quotient;
}

// A float is bucketed as the decimal a person sees.
std::optional<Decimal> bucketed_number(const Value& value) {
  if (auto exact = value.exact()) return exact->normalized();
  if (const double* real = std::get_if<double>(&value.data))
    return Decimal::parse(event::to_text(Value{*real}));
  return std::nullopt;
}

Coordinate coordinate_among_bounds(const std::vector<Decimal>& bounds, const Value& value) {
  Bucket bucket;
  for (const Decimal& bound : bounds) {
    bool reached = value.exact() ? bound <= *value.exact() : bound.to_double() <= value.to_double();
    if (reached) {
      bucket.low = bound;
    } else {
      bucket.high = bound;
      break;
    }
  }
  return {bucket};
}

Coordinate coordinate_by_size(const Decimal& size, const Value& value) {
  std::optional<Decimal> number = bucketed_number(value);
  if (!number) return {Special{Special::Kind::kNonNumeric}};
  Decimal unit = size.normalized();
  std::optional<base::Int128> index = floor_divide(*number, unit);
  if (!index) return {Value{*number}};  // buckets too fine for the number: it is its own
  return {Bucket{Decimal{*index * unit.digits, unit.scale},
                 Decimal{(*index + 1) * unit.digits, unit.scale}}};
}

Coordinate coordinate_of(const Question& question, const Breakdown& breakdown, const Value& value) {
  if (breakdown.reference.kind == Reference::Kind::kCohort) {
    return {InCohort{question.query().cohorts[breakdown.reference.cohort].name,
                     std::get<bool>(value.data)}};
  }
  if (value.is_null()) return {Special{Special::Kind::kNotSet}};
  if (!breakdown.bounds.empty() || breakdown.bucket_size) {
    if (!value.is_number()) return {Special{Special::Kind::kNonNumeric}};
    if (breakdown.bucket_size) return coordinate_by_size(*breakdown.bucket_size, value);
    return coordinate_among_bounds(breakdown.bounds, value);
  }
  if (!breakdown.groups.empty()) {
    for (const Breakdown::Group& group : breakdown.groups) {
      if (std::ranges::find(group.values, value) != group.values.end()) return {Value{group.name}};
    }
    return {Special{Special::Kind::kRemaining}};
  }
  if (value == Value{std::string()}) return {Special{Special::Kind::kEmptyString}};
  return {value};
}

using Elements = std::map<ListId, std::vector<size_t>>;  // what the filters leave of each list

// The coordinates of an event on one breakdown: one, or one a kept element; a list with no elements
// is not set.
std::vector<Coordinate> event_coordinates(const Question& question, const Breakdown& breakdown,
                                          const Elements& kept, Subject subject) {
  std::optional<ListId> list = question.list_of(breakdown.reference);
  if (!list)
    return {coordinate_of(question, breakdown, question.value_of(breakdown.reference, subject))};
  std::vector<Coordinate> out;
  for (size_t element : kept.at(*list)) {
    out.push_back(coordinate_of(question, breakdown,
                                question.element_of(breakdown.reference, subject, element)));
  }
  if (out.empty()) out.push_back({Special{Special::Kind::kNotSet}});
  return out;
}

// Every way to take one coordinate from each breakdown.
std::vector<Segment> combinations(const std::vector<std::vector<Coordinate>>& choices) {
  std::vector<Segment> out = {{}};
  for (const auto& choice : choices) {
    std::vector<Segment> longer;
    for (const Segment& start : out) {
      for (const Coordinate& coordinate : choice) {
        longer.push_back(start);
        longer.back().push_back(coordinate);
      }
    }
    out = std::move(longer);
  }
  return out;
}

}  // namespace

Split split(const Question& question, const query::Selector& selector,
            const std::vector<Breakdown>& breakdowns, const std::optional<Reference>& measured,
            Subject subject) {
  Elements kept;
  auto note_list = [&](const Reference& reference) {
    auto list = question.list_of(reference);
    if (list && !kept.contains(*list))
      kept[*list] = question.kept_elements(selector, *list, subject);
    return list;
  };
  std::optional<ListId> measured_list = measured ? note_list(*measured) : std::nullopt;
  bool aligned = false;
  for (const Breakdown& breakdown : breakdowns) {
    auto list = note_list(breakdown.reference);
    aligned = aligned || (list && list == measured_list);
  }

  // The segments, each with the values it gets: of one element at a time when aligned, else of the
  // whole event.
  Split out;
  auto add = [&](std::optional<size_t> element, const std::vector<Value>& values) {
    std::vector<std::vector<Coordinate>> choices;
    for (const Breakdown& breakdown : breakdowns) {
      bool same_element = element && question.list_of(breakdown.reference) == measured_list;
      if (same_element) {
        Value value = question.element_of(breakdown.reference, subject, *element);
        choices.push_back({coordinate_of(question, breakdown, value)});
      } else {
        choices.push_back(event_coordinates(question, breakdown, kept, subject));
      }
    }
    std::map<Segment, bool, SegmentLess> distinct;
    for (Segment& segment : combinations(choices)) distinct[std::move(segment)] = true;
    for (const auto& [segment, present] : distinct) {
      out[segment].insert(out[segment].end(), values.begin(), values.end());
    }
  };
  if (aligned) {
    for (size_t element : kept[*measured_list])
      add(element, {question.element_of(*measured, subject, element)});
    return out;
  }
  std::vector<Value> whole;
  if (measured_list) {
    for (size_t element : kept[*measured_list])
      whole.push_back(question.element_of(*measured, subject, element));
  } else if (measured) {
    whole.push_back(question.value_of(*measured, subject));
  }
  add(std::nullopt, whole);
  return out;
}

bool overlaps(const Question& question, const std::vector<Breakdown>& breakdowns,
              const std::optional<Reference>& measured) {
  std::optional<ListId> measured_list = measured ? question.list_of(*measured) : std::nullopt;
  return std::ranges::any_of(breakdowns, [&](const Breakdown& breakdown) {
    auto list = question.list_of(breakdown.reference);
    return list && list != measured_list;
  });
}

}  // namespace starling::engine::reference
