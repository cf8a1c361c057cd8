#include "engine/answer.h"

namespace starling::engine {

using base::Decimal;

bool is_null(const Number& value) { return std::holds_alternative<std::monostate>(value); }

double to_double(const Number& value) {
  if (const Decimal* exact = std::get_if<Decimal>(&value)) return exact->to_double();
  return std::get<double>(value);
}

int compare_numbers(const Number& a, const Number& b) {
  if (is_null(a) || is_null(b)) return static_cast<int>(is_null(b)) - static_cast<int>(is_null(a));
  const Decimal* left = std::get_if<Decimal>(&a);
  const Decimal* right = std::get_if<Decimal>(&b);
  if (left != nullptr && right != nullptr) return *left < *right ? -1 : *right < *left ? 1 : 0;
  double x = to_double(a), y = to_double(b);
  return x < y ? -1 : y < x ? 1 : 0;
}

}  // namespace starling::engine
