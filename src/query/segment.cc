#include "query/segment.h"

#include <algorithm>

namespace starling::query {
namespace {

using base::Decimal;
using event::Value;

int sign(bool less, bool greater) { return greater ? 1 : less ? -1 : 0; }

// The place of each kind of coordinate among the others (§8.8).
enum class Rank : uint8_t { kNumber, kBoolean, kText, kBucket, kCohort, kSpecial };

Rank rank(const Coordinate& coordinate) {
  switch (coordinate.data.index()) {
    case 0: {
      const Value& value = std::get<Value>(coordinate.data);
      if (value.is_number()) return Rank::kNumber;
      return std::holds_alternative<bool>(value.data) ? Rank::kBoolean : Rank::kText;
    }
    case 1:
      return Rank::kSpecial;
    case 2:
      return Rank::kBucket;
    default:
      return Rank::kCohort;
  }
}

int compare_number_values(const Value& a, const Value& b) {
  auto left = a.exact(), right = b.exact();
  if (left && right) return sign(*left < *right, *right < *left);
  double x = a.to_double(), y = b.to_double();
  return sign(x < y, y < x);
}

// An open lower end comes first.
int compare_buckets(const Bucket& a, const Bucket& b) {
  if (!a.low || !b.low) return sign(!a.low && b.low, a.low && !b.low);
  return sign(*a.low < *b.low, *b.low < *a.low);
}

}  // namespace

int compare(const Coordinate& a, const Coordinate& b) {
  Rank left = rank(a), right = rank(b);
  if (left != right) return sign(left < right, right < left);
  switch (left) {
    case Rank::kNumber:
      return compare_number_values(std::get<Value>(a.data), std::get<Value>(b.data));
    case Rank::kBoolean: {
      bool x = std::get<bool>(std::get<Value>(a.data).data),
           y = std::get<bool>(std::get<Value>(b.data).data);
      return sign(x < y, y < x);
    }
    case Rank::kText: {
      const auto* left_text = std::get_if<std::string>(&std::get<Value>(a.data).data);
      const auto* right_text = std::get_if<std::string>(&std::get<Value>(b.data).data);
      if (left_text != nullptr && right_text != nullptr) {
        int order = left_text->compare(*right_text);
        return sign(order < 0, 0 < order);
      }
      std::string x = event::to_text(std::get<Value>(a.data)),
                  y = event::to_text(std::get<Value>(b.data));
      return sign(x < y, y < x);
    }
    case Rank::kBucket:
      return compare_buckets(std::get<Bucket>(a.data), std::get<Bucket>(b.data));
    case Rank::kCohort: {
      const InCohort& x = std::get<InCohort>(a.data);
      const InCohort& y = std::get<InCohort>(b.data);
      if (x.name != y.name) return sign(x.name < y.name, y.name < x.name);
      return sign(x.in && !y.in, !x.in && y.in);
    }
    case Rank::kSpecial: {
      Special x = std::get<Special>(a.data), y = std::get<Special>(b.data);
      return sign(x < y, y < x);
    }
  }
  return 0;
}

bool segment_less(const Segment& a, const Segment& b) {
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    int order = compare(a[i], b[i]);
    if (order != 0) return order < 0;
  }
  return a.size() < b.size();
}

}  // namespace starling::query
