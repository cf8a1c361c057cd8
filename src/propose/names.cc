#include "propose/names.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace starling::propose {
namespace {

template <size_t N>
bool any_of(const std::array<const char*, N>& list, std::string_view word) {
  return std::any_of(list.begin(), list.end(), [&](const char* entry) { return word == entry; });
}

constexpr std::array kPeople = {"customer", "user",    "client",     "account", "member",  "person",
                                "people",   "contact", "subscriber", "patient", "student", "guest",
                                "buyer",    "shopper", "visitor",    "player",  "donor"};
constexpr std::array kKeyEnds = {"id", "key", "code", "number", "no", "uuid", "guid", "sk", "pk"};
constexpr std::array kTimeEnds = {"at",       "on", "date", "time", "timestamp",
                                  "datetime", "ts", "day",  "utc"};

std::string without_schema(std::string_view name) {
  return std::string(name.substr(name.rfind('.') + 1));
}

std::string singular_word(const std::string& word) {
  if (word.size() > 4 && word.ends_with("ies")) return word.substr(0, word.size() - 3) + "y";
  for (const char* end : {"sses", "shes", "ches", "xes"}) {
    if (word.ends_with(end)) return word.substr(0, word.size() - 2);
  }
  bool keeps = word.ends_with("ss") || word.ends_with("us") || word.ends_with("is");
  if (word.size() > 3 && word.ends_with("s") && !keeps) return word.substr(0, word.size() - 1);
  return word;
}

// A verb as what has happened: "ship" and "shipped" give "shipped".
std::string participle(const std::string& verb) {
  static const std::map<std::string, std::string> kIrregular = {
      {"ship", "shipped"},     {"begin", "began"},  {"start", "started"},
      {"send", "sent"},        {"pay", "paid"},     {"buy", "bought"},
      {"cancel", "cancelled"}, {"end", "ended"},    {"refund", "refunded"},
      {"sent", "sent"},        {"paid", "paid"},    {"sold", "sold"},
      {"due", "due"},          {"stop", "stopped"}, {"delivery", "delivered"},
      {"creation", "created"}};
  auto found = kIrregular.find(verb);
  if (found != kIrregular.end()) return found->second;
  if (verb.ends_with("ed")) return verb;
  return verb.ends_with("e") ? verb + "d" : verb + "ed";
}

std::string joined(const std::vector<std::string>& words, const char* between) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "" : between) + word;
  return out;
}

bool has_word(std::string_view name, std::initializer_list<const char*> wanted) {
  for (const std::string& word : words(name)) {
    for (const char* one : wanted) {
      if (word == one) return true;
    }
  }
  return false;
}

}  // namespace

std::vector<std::string> words(std::string_view name) {
  std::string bare = without_schema(name);
  std::vector<std::string> out(1);
  for (size_t i = 0; i < bare.size(); ++i) {
    auto c = static_cast<unsigned char>(bare[i]);
    bool lower_before = i > 0 && std::islower(static_cast<unsigned char>(bare[i - 1]));
    bool ends = c == '_' || c == ' ' || c == '-' || c == '.';
    if ((ends || (std::isupper(c) && lower_before)) && !out.back().empty()) out.emplace_back();
    if (!ends) out.back() += static_cast<char>(std::tolower(c));
  }
  if (out.back().empty()) out.pop_back();
  return out;
}

std::string plain(std::string_view name) { return joined(words(name), ""); }

std::string singular(std::string_view table) {
  std::vector<std::string> all = words(table);
  static constexpr std::array kPrefixes = {"fct", "fact", "dim", "mart", "marts", "stg", "int"};
  while (all.size() > 1 && any_of(kPrefixes, all[0])) all.erase(all.begin());
  if (!all.empty()) all.back() = singular_word(all.back());
  return joined(all, " ");
}

bool names_people(std::string_view table) {
  std::string name = singular(table);
  return any_of(kPeople, name.substr(name.rfind(' ') + 1));
}

bool names_a_key(std::string_view column) {
  std::vector<std::string> all = words(column);
  if (all.empty()) return false;
  return any_of(kKeyEnds, all.back()) || all.back().ends_with("id") ||
         plain(column).ends_with("code");
}

bool names_upkeep(std::string_view column) {
  return has_word(column, {"update", "updated", "modified", "loaded", "synced", "inserted", "etl",
                           "ingested", "extracted", "deleted", "changed"});
}

bool names_a_plan(std::string_view column) {
  return has_word(column, {"required", "due", "expected", "planned", "scheduled", "estimated",
                           "deadline", "promised", "expires", "expiry", "expiration", "next"});
}

bool names_a_birthday(std::string_view column) {
  return has_word(column, {"birth", "birthday", "dob", "hire", "hired", "opened", "release",
                           "released", "first", "last"});
}

bool names_staging(std::string_view table) {
  std::vector<std::string> all = words(table);
  static constexpr std::array kPrefixes = {"stg", "staging", "raw", "int", "base", "tmp"};
  return all.size() > 1 && any_of(kPrefixes, all[0]);
}

bool names_validity_start(std::string_view column) {
  std::string name = plain(column);
  return name.ends_with("validfrom") || name.ends_with("effectivefrom") ||
         name.ends_with("validfromdate") || name.ends_with("effectivestart");
}

bool names_validity_end(std::string_view column) {
  std::string name = plain(column);
  return name.ends_with("validto") || name.ends_with("effectiveto") ||
         name.ends_with("validtodate") || name.ends_with("effectiveend");
}

std::string event_name(std::string_view table, std::string_view time_column) {
  std::string noun = singular(table);
  std::vector<std::string> stem = words(time_column);
  while (!stem.empty() && any_of(kTimeEnds, stem.back())) stem.pop_back();
  std::string head = noun.substr(noun.rfind(' ') + 1);
  std::erase(stem, head);  // order_shipped_at of orders
  bool is_own = stem.empty() || (stem.size() == 1 && stem[0].starts_with(head));
  if (is_own || stem.back() == "happened" || stem.back() == "occurred" || stem.back() == "event")
    return noun == "order" ? "order submitted" : noun;
  stem.back() = participle(stem.back());
  return noun + " " + joined(stem, " ");
}

}  // namespace starling::propose
