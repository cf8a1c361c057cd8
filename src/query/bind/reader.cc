#include "query/bind/reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json_writer.h"

namespace starling::query {
namespace {

using base::Node;

constexpr size_t kFewNames = 12;  // more are not listed in a message

}  // namespace

Place Place::item(size_t index) const {
  return {&node->items[index], fmt::format("{}[{}]", path, index)};
}

Place Place::field(std::string_view key, const Node& value) const {
  return {&value, path.empty() ? std::string(key) : fmt::format("{}.{}", path, key)};
}

void Problems::add(const Place& at, std::string message) {
  problems_.push_back({at.path, at.node == nullptr ? 0 : at->line, std::move(message)});
  only_unsupported_ = false;
}

void Problems::add_unsupported(const Place& at, const std::string& what) {
  problems_.push_back({at.path, at.node == nullptr ? 0 : at->line, what + " in a later version"});
}

base::Error Problems::error() const {
  base::Error error = base::invalid(problems_);
  if (only_unsupported_) error.code = base::Error::Code::kUnsupported;
  return error;
}

Fields::Fields(Place at, Problems& problems) : at_(std::move(at)), problems_(problems) {
  if (!at_->is_map()) add_expected(at_, problems_, "an object");
}

bool Fields::has(std::string_view key) const {
  const Node* node = at_->find(key);
  return node != nullptr && !node->is_null();
}

std::optional<Place> Fields::get(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.emplace_back(key);
  if (!has(key)) return std::nullopt;
  return at_.field(key, *at_->find(key));
}

std::optional<Place> Fields::require(std::string_view key) {
  auto place = get(key);
  if (!place && at_->is_map()) problems_.add(at_, fmt::format("the key \"{}\" is missing", key));
  return place;
}

void Fields::finish() {
  for (const auto& [key, value] : at_->fields) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    problems_.add(at_.field(key, value), unknown("key", key, known_));
  }
}

std::optional<std::string> read_text(const Place& at, Problems& problems) {
  if (at->is_text()) return at->text;
  bool scalar = at->kind == Node::Kind::kNumber || at->kind == Node::Kind::kBoolean;
  add_expected(at, problems, scalar ? "a text (in quotes)" : "a text");
  return std::nullopt;
}

std::optional<bool> read_boolean(const Place& at, Problems& problems) {
  if (at->kind == Node::Kind::kBoolean) return at->boolean;
  add_expected(at, problems, "true or false");
  return std::nullopt;
}

std::optional<base::Decimal> read_number(const Place& at, Problems& problems) {
  if (at->kind != Node::Kind::kNumber) {
    add_expected(at, problems, "a number");
    return std::nullopt;
  }
  auto number = base::Decimal::parse(at->text);
  if (!number) problems.add(at, fmt::format("the number {} has more than 38 digits", at->text));
  return number;
}

std::optional<int64_t> read_whole_number(const Place& at, Problems& problems, int64_t low,
                                         int64_t high) {
  if (at->kind == Node::Kind::kNumber) {
    auto number = base::Decimal::parse(at->text);
    auto whole = number ? base::rescale(number->digits, number->scale, 0) : std::nullopt;
    if (whole && *whole >= low && *whole <= high) return static_cast<int64_t>(*whole);
  }
  add_expected(at, problems, fmt::format("a whole number from {} to {}", low, high));
  return std::nullopt;
}

std::vector<Place> read_list(const Place& at, Problems& problems) {
  std::vector<Place> items;
  if (!at->is_list()) add_expected(at, problems, "a list");
  for (size_t i = 0; i < at->items.size(); ++i) items.push_back(at.item(i));
  return items;
}

void add_expected(const Place& at, Problems& problems, std::string_view what) {
  problems.add(at, fmt::format("expected {}; found {}", what, at->describe()));
}

std::string unknown(std::string_view what, std::string_view name,
                    const std::vector<std::string>& known) {
  std::string hint = base::did_you_mean(name, known);
  if (hint.empty() && !known.empty() && known.size() <= kFewNames)
    hint = "; expected " + any_of(known);
  return fmt::format("unknown {} {}{}", what, base::json_quoted(name), hint);
}

std::string any_of(const std::vector<std::string>& names) {
  std::string out;
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) out += i + 1 == names.size() ? " or " : ", ";
    out += names[i];
  }
  return out;
}

}  // namespace starling::query
