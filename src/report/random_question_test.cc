#include "report/random_question.h"

#include <fmt/format.h>

#include "base/document.h"

namespace starling::report {
namespace {

using event::Value;

constexpr int kDays =
    45;  // events lie in the 45 days from 20 February 2024, across the clock change of 10 March
const base::Date kFirstDay = base::Date::of(2024, 2, 20);

}  // namespace

const std::vector<RandomQuestions::Property>& RandomQuestions::properties() {
  static const std::vector<Property> all = {
      {R"("property": "city")", 't', "", false},
      {R"("property": "city.land")", 't', "", false},
      {R"("property": "total")", 'n', "", false},
      {R"("property": "count")", 'n', "", false},
      {R"("property": "score")", 'n', "", false},
      {R"("property": "vip")", 'b', "", false},
      {R"("property": "day")", 'd', "", false},
      {R"("property": "at")", 'd', "", false},
      {R"("property": "tags")", 't', "tags", false},
      {R"("property": "tags.group")", 't', "tags", false},
      {R"("property": "tags.weight")", 'n', "tags", false},
      {R"("property": "items.sku")", 't', "items", false},
      {R"("property": "items.price")", 'n', "items", false},
      {R"("property": "items.qty")", 'n', "items", false},
      {R"("property": "items.gift")", 'b', "items", false},
      {R"("property": "items.sku.kind")", 't', "items", false},
      {R"("property": "items.sku.weight")", 'n', "items", false},
      {R"("property": "twice")", 'n', "", false},
      {R"("property": "channel")", 't', "", false},
      {R"("property": "rich")", 'b', "", false},
      {R"("property": "due")", 'd', "", false},
      {R"("user": "tier")", 't', "", true},
      {R"("user": "points")", 'n', "", true},
      {R"("user": "country")", 't', "", true},
      {R"("user": "age")", 'n', "", true},
      {R"("user": "spent")", 'n', "", true},
      {R"("user": "since")", 'd', "", true},
      {R"("user": "store.town")", 't', "", true},
      {R"("user": "labels")", 't', "user labels", true},
      {R"("cohort": "Buyers")", 'c', "", true},
      {R"("cohort": "Mixed")", 'c', "", true},
      {R"("time": "day_of_week")", 't', "", false},
      {R"("time": "hour_of_day")", 'n', "", false},
      {R"("time": "week")", 't', "", false},
      {R"("time": "month")", 't', "", false},
      {R"("event": true)", 't', "", false},
  };
  return all;
}

const RandomQuestions::Property& RandomQuestions::property(const std::string& types,
                                                           bool about_users) {
  while (true) {
    const Property& found =
        properties()[static_cast<size_t>(below(static_cast<int>(properties().size())))];
    bool fits = types.empty() || types.find(found.type) != std::string::npos;
    if (histories_ && found.list == "user labels") continue;
    if (fits && (!about_users || found.of_user)) return found;
  }
}

const RandomQuestions::Property& RandomQuestions::member(const std::string& list) {
  while (true) {
    const Property& found = property("");
    if (found.list == list) return found;
  }
}

// A number of the event itself: what measures take.
const RandomQuestions::Property& RandomQuestions::number() {
  while (true) {
    const Property& found = property("n");
    if (found.reference.starts_with("\"property\"")) return found;
  }
}

std::string RandomQuestions::day() { return base::Date{kFirstDay.days + below(kDays)}.text(); }
std::string RandomQuestions::price() { return fmt::format("{}.{:02}", below(6), below(4) * 25); }

Named RandomQuestions::event_properties() {
  Named out;
  auto set = [&](const char* name, Value value) {
    if (!chance(20)) out[name] = std::move(value);
  };
  auto decimal = [&] { return Value{*base::Decimal::parse(price())}; };
  set("city", Value{pick({"", "Paris", "paris", "Rome", "Stra\u1E9Ee"})});
  set("total", decimal());
  set("count", Value{int64_t{below(5) - 1}});
  set("score", Value{below(9) / 3.0});
  set("vip", Value{chance(50)});
  set("day", Value{base::Date{kFirstDay.days + below(kDays)}});
  set("at", Value{base::TimeMs{(kFirstDay.days + below(kDays)) * base::kDayMs +
                               below(8) * 3 * base::kHourMs}});
  event::Values tags;
  for (int i = below(4); i > 0; --i) tags.push_back(Value{pick({"a", "b", "c", "missing"})});
  set("tags", Value{tags});
  std::vector<event::Object> items;
  for (int i = below(4); i > 0; --i) {
    event::Object item;
    auto add = [&](const char* name, Value value) {
      if (!chance(15)) item.emplace_back(name, std::move(value));
    };
    add("gift", Value{chance(50)});
    add("price", decimal());
    add("qty", Value{int64_t{below(4)}});
    add("sku", Value{pick({"tea", "pie", "cup", "missing"})});
    items.push_back(std::move(item));
  }
  set("items", Value{items});
  return out;
}

SmallWorld RandomQuestions::world(int users, int events) {
  SmallWorld world;
  int count = events / 2 + below(events);
  for (int i = 0; i < count; ++i) {
    SmallEvent event;
    if (!chance(8)) event.user = "u" + std::to_string(below(users));
    // Few distinct times, so that ties and exact boundaries happen.
    event.time = (kFirstDay.days + below(kDays)) * base::kDayMs + below(8) * 3 * base::kHourMs +
                 (chance(20) ? 1 : 0) + (chance(40) ? below(7) * 10 * base::kMinuteMs : 0) +
                 (chance(40) ? below(6) * 1000 : 0);
    event.name = pick({"order", "order", "visit", "refund"});
    event.id = std::to_string(i);
    event.properties = event_properties();
    world.events.push_back(std::move(event));
  }
  for (int i = 0; i < users + 2; ++i) {
    if (chance(25)) continue;
    Named& profile = world.profiles["u" + std::to_string(i)];
    if (chance(75)) profile["country"] = Value{pick({"US", "FR", "fr", ""})};
    if (chance(75)) profile["age"] = Value{int64_t{20 + below(4)}};
    if (chance(75)) profile["spent"] = Value{*base::Decimal::parse(price())};
    if (chance(75)) profile["since"] = Value{base::Date{kFirstDay.days + below(kDays)}};
    if (chance(75)) profile["store"] = Value{int64_t{below(3)}};
    event::Values labels;
    for (int j = below(3); j > 0; --j) labels.push_back(Value{pick({"x", "y", "z"})});
    if (chance(75)) profile["labels"] = Value{labels};
  }
  // Every property is there at least once, with a value that says its type: the documents name them
  // all.
  Named& one = world.profiles["u0"];
  one = {{"country", Value{std::string("US")}},
         {"age", Value{int64_t{20}}},
         {"spent", Value{base::Decimal{125, 2}}},
         {"since", Value{kFirstDay}},
         {"store", Value{int64_t{1}}},
         {"labels", Value{event::Values{Value{std::string("x")}}}}};
  world.events[0].properties = {
      {"city", Value{std::string("Paris")}},
      {"total", Value{base::Decimal{225, 2}}},
      {"count", Value{int64_t{1}}},
      {"score", Value{0.5}},
      {"vip", Value{true}},
      {"day", Value{kFirstDay}},
      {"at", Value{base::TimeMs{kFirstDay.days * base::kDayMs}}},
      {"tags", Value{event::Values{Value{std::string("a")}}}},
      {"items", Value{std::vector<event::Object>{{{"gift", Value{true}},
                                                  {"price", Value{base::Decimal{150, 2}}},
                                                  {"qty", Value{int64_t{2}}},
                                                  {"sku", Value{std::string("tea")}}}}}}};
  using Kind = event::LookupTarget::Kind;
  auto text = [](const char* value) { return Value{std::string(value)}; };
  world.lookups = {
      {"cities",
       {Kind::kEventProperty, "city", ""},
       {{"Paris", {{"land", text("France")}}}, {"Rome", {{"land", text("Italy")}}}}},
      {"tag_groups",
       {Kind::kEventProperty, "tags", ""},
       {{"a", {{"group", text("first")}, {"weight", Value{int64_t{1}}}}},
        {"b", {{"group", text("first")}}},
        {"c", {{"group", text("")}, {"weight", Value{int64_t{3}}}}}}},
      {"products",
       {Kind::kEventProperty, "items", "sku"},
       {{"tea", {{"kind", text("drink")}, {"weight", Value{base::Decimal{15, 1}}}}},
        {"cup", {{"kind", text("drink")}}},
        {"pie", {{"kind", text("food")}, {"weight", Value{base::Decimal{2, 0}}}}}}},
      {"stores",
       {Kind::kUserProperty, "store", ""},
       {{"1", {{"town", text("Brooklyn")}}}, {"2", {{"town", text("Queens")}}}}},
  };
  histories_ = chance(40);
  user_history_ = false;
  if (histories_) add_histories(world);
  return world;
}

query::Catalog RandomQuestions::catalog() {
  query::Catalog catalog;
  catalog.timezone = pick({"UTC", "America/New_York", "Asia/Kathmandu"});
  catalog.week_start = below(7);
  auto parsed = [](const std::string& text) { return base::parse_json(text).value(); };
  catalog.session_timeout_ms = (chance(50) ? 30 : 10) * base::kMinuteMs;
  catalog.cohorts["Buyers"] = parsed(R"({"all": [{"did": "order", "at_least": 3}]})");
  catalog.cohorts["Mixed"] = parsed(cohort(1));
  add_custom(catalog);
  return catalog;
}

base::TimeMs RandomQuestions::as_of() {
  return {(kFirstDay.days + 25 + below(kDays)) * base::kDayMs + below(24) * base::kHourMs};
}

std::string RandomQuestions::test(const Property& property, bool about_users) {
  std::string reference = about_users ? property.reference : dated(property);
  auto made = [&](const std::string& op, const std::string& value) {
    std::string out = fmt::format(R"({{{}, "op": "{}")", reference, op);
    return value.empty() ? out + "}" : out + fmt::format(R"(, "value": {}}})", value);
  };
  if (property.type == 'c') return made(pick({"in", "not in"}), "");
  if (chance(12)) return made(pick({"is set", "is not set"}), "");
  auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
  switch (property.type) {
    case 'n':
      if (chance(25))
        return made(pick({"between", "not between"}),
                    fmt::format("[{}, {}]", below(2), 2 + below(3)));
      return made(pick({"=", "!=", "<", "<=", ">", ">="}),
                  chance(50) ? price() : std::to_string(below(4)));
    case 'b':
      return made("is", pick({"true", "false"}));
    case 'd':
      if (chance(25))
        return made("between", fmt::format("[{}, {}]", quoted("2024-02-20"), quoted(day())));
      if (chance(25))
        return made(pick({"in last", "not in last"}),
                    quoted(pick({"10 days", "3 weeks", "1 month"})));
      return made(pick({"on", "before", "since"}), quoted(day()));
    default:
      if (property.reference.find("day_of_week") != std::string::npos) {
        return made(pick({"is", "is not"}), pick({"\"monday\"", "[\"saturday\", \"sunday\"]"}));
      }
      if (chance(30))
        return made(pick({"contains", "not contains", "starts with", "ends with"}),
                    quoted(pick({"A", "p", "r", "ß", "e"})));
      if (chance(15)) return made("matches", quoted(pick({"^[A-Z]", "[ae]$", "a|e"})));
      return made(pick({"is", "is not"}), pick({"[\"Paris\", \"tea\"]", "[\"tea\", \"a\", \"US\"]",
                                                "[\"drink\", \"US\", \"a\"]", "\"x\"", "\"order\"",
                                                "[\"first\", \"France\"]"}));
  }
}

std::string RandomQuestions::element_filter(const std::string& list, int depth) {
  if (depth > 0 && chance(40)) {
    return fmt::format(R"({{"{}": [{}, {}]}})", pick({"any", "all"}),
                       element_filter(list, depth - 1), element_filter(list, depth - 1));
  }
  if (depth > 0 && chance(20))
    return fmt::format(R"({{"not": {}}})", element_filter(list, depth - 1));
  return test(member(list));
}

std::string RandomQuestions::filter(int depth, bool about_users) {
  if (depth > 0 && chance(30)) {
    return fmt::format(R"({{"{}": [{}, {}]}})", pick({"any", "all"}),
                       filter(depth - 1, about_users), filter(depth - 1, about_users));
  }
  if (depth > 0 && chance(10))
    return fmt::format(R"({{"not": {}}})", filter(depth - 1, about_users));
  if (!about_users && chance(30)) {
    std::string quantifier = pick({"any", "any", "all"});
    std::string items = quantifier == "any" && chance(20) ? R"(, "items": "all")" : "";
    return fmt::format(R"({{"{}": {}{}}})", quantifier,
                       element_filter(pick({"items", "items", "tags"}), 1), items);
  }
  return test(property("", about_users), about_users);
}

std::string RandomQuestions::where(bool about_users) {
  std::string out = filter(1, about_users);
  if (chance(30)) out += ", " + filter(1, about_users);
  return "[" + out + "]";
}

std::string RandomQuestions::selector() {
  std::string out =
      "\"event\": " + pick({"\"order\"", "\"order\"", "\"visit\"", "[\"order\", \"refund\"]",
                            "\"*\"", "\"Engaged\"", "[\"Engaged\", \"visit\"]"});
  if (chance(25)) out += ", \"where\": " + where();
  if (chance(20)) out += ", \"first_time\": " + pick({"true", "\"matching\""});
  return out;
}

std::string RandomQuestions::measure() {
  auto path = [&](const Property& property) {
    return property.reference.substr(property.reference.find(": ") + 2);
  };
  switch (below(9)) {
    case 0:
      return "\"total\"";
    case 5:
      return "\"sessions\"";
    case 1:
      return "\"users\"";
    case 2:
      return fmt::format(R"({{"users": {{"rolling": "{} days"}}}})", pick({"1", "7", "30"}));
    case 3: {
      std::string of = chance(50) ? "\"total\"" : fmt::format(R"({{"sum": {}}})", path(number()));
      return fmt::format(R"({{"per_user": "{}", "of": {}}})",
                         pick({"avg", "median", "min", "max", "p25", "p75", "p90"}), of);
    }
    case 4: {
      const Property* any = &property("");
      while (!any->reference.starts_with("\"property\"")) any = &property("");
      return fmt::format(R"({{"distinct": {}}})", path(*any));
    }
    default:
      return fmt::format(
          R"({{"{}": {}}})",
          pick({"sum", "sum", "avg", "min", "max", "median", "p25", "p75", "p90", "p99"}),
          path(number()));
  }
}

std::string RandomQuestions::metrics(bool about_users) {
  std::string out;
  int count = 1 + below(3);
  for (int i = 0; i < count; ++i) {
    out += fmt::format(R"({}{{"name": "M{}", {}, "measure": {}}})", i > 0 ? ", " : "", i,
                       selector(), measure());
  }
  if (about_users) out += R"(, {"name": "S", "cohort_size": ")" + pick({"Buyers", "Mixed"}) + "\"}";
  if (chance(30)) {
    out += fmt::format(
        R"(, {{"name": "F", "formula": "{}", "with": {{"X": {{{}, "measure": {}}}}}}})",
        pick({"A / X", "A - X * 2", "(A + X) / (A - X)", "-X + 1.5"}), selector(), measure());
  }
  return "[" + out + "]";
}

std::string RandomQuestions::breakdown(bool with_at, bool about_users) {
  const Property& by = property("", about_users);
  std::string out = "{" + dated(by);
  if (by.type == 'n' && chance(30))
    out += R"(, "buckets": [0, 1.5, 4])";
  else if (by.type == 'n' && chance(30))
    out += R"(, "bucket_size": )" + pick({"0.5", "2"});
  else if (by.type == 't' && by.reference.find("time") == std::string::npos && chance(20)) {
    out += R"(, "groups": {"Good": ["tea", "Paris", "a", "US"], "Other": ["Paris", "pie", "b"]})";
  }
  if (with_at && chance(50)) out += ", \"at\": " + pick({"\"born\"", "\"returned\""});
  return out + "}";
}

std::string RandomQuestions::breakdowns(bool with_at, bool about_users) {
  std::string out = breakdown(with_at, about_users);
  if (chance(35)) out += ", " + breakdown(with_at, about_users);
  return "[" + out + "]";
}

std::string RandomQuestions::range(int days_at_most) {
  if (chance(30)) return fmt::format(R"("last": "{}")", pick({"7 days", "3 weeks", "2 months"}));
  int first = below(kDays), length = below(days_at_most);
  return fmt::format(R"("from": "{}", "to": "{}")", base::Date{kFirstDay.days + first}.text(),
                     base::Date{kFirstDay.days + first + length}.text());
}

std::string RandomQuestions::window() {
  switch (below(4)) {
    case 0:
      return fmt::format(R"(, "last": "{}")", pick({"5 days", "2 weeks", "1 month"}));
    case 1:
      return fmt::format(R"(, "between": ["{} days ago", "{} days ago"])", below(10),
                         10 + below(20));
    case 2:
      return fmt::format(R"(, "from": "{}")", day());
    default:
      return "";
  }
}

std::string RandomQuestions::condition(int depth) {
  auto path = [&](const Property& property) {
    return property.reference.substr(property.reference.find(": ") + 2);
  };
  std::string event = pick({"\"order\"", "\"visit\"", "\"*\""});
  std::string filters = chance(30) ? fmt::format(R"(, "where": [{}])", test(property("ntbd"))) : "";
  switch (below(depth > 0 ? 6 : 4)) {
    case 0:
    case 1: {
      std::string of = pick({"\"total\"", fmt::format(R"({{"sum": {}}})", path(number())),
                             fmt::format(R"({{"avg": {}}})", path(number())),
                             fmt::format(R"({{"distinct": {}}})", path(number()))});
      return fmt::format(R"({{"did": {}{}, "of": {}, "{}": {}{}}})", event, filters, of,
                         pick({"at_least", "at_most", "exactly", "more_than", "less_than"}),
                         below(4), window());
    }
    case 2:
      return fmt::format(R"({{"{}": {}{}{}}})", pick({"did_not", "first_did"}), event, filters,
                         window());
    case 3:
      return test(property("ntd", true));
    case 4:
      return cohort(depth - 1);
    default:
      return R"({"cohort": "Buyers", "op": ")" + pick({"in", "not in"}) + "\"}";
  }
}

std::string RandomQuestions::cohort(int depth) {
  std::string out = condition(depth);
  if (chance(50)) out += ", " + condition(depth);
  return fmt::format(R"({{"{}": [{}]}})", pick({"all", "any"}), out);
}

std::string RandomQuestions::insights() {
  std::string out = R"({"report": "insights", )" + range(40);
  if (chance(60)) out += R"(, "unit": ")" + pick({"day", "week", "month", "quarter"}) + "\"";
  if (chance(25)) out += ", \"where\": " + where();
  // A cohort's size goes with what is known of users alone.
  bool sizes = chance(15);
  if (chance(70)) out += ", \"breakdown\": " + breakdowns(false, sizes);
  out += R"(, "limit": )" + pick({"1000", "1000", "2", "0"});
  return out + ", \"metrics\": " + metrics(sizes) + "}";
}

std::string RandomQuestions::retention() {
  std::string out = R"({"report": "retention", )" + range(40);
  out += fmt::format(R"(, "born": {{{}}}, "returned": {{{}}})", selector(), selector());
  out += R"(, "unit": ")" + pick({"day", "week", "month"}) + R"(", "buckets": )" +
         pick({"0", "4", "[1, 3, 4]"});
  out += R"(, "clock": ")" + pick({"calendar", "rolling"}) + "\"";
  std::string criterion = pick({"on", "on or after", "on or before", "streak"});
  out += R"(, "criterion": ")" + criterion + "\"";
  if (criterion != "streak" && chance(60)) {
    std::string path = number().reference;
    out += fmt::format(R"(, "measure": {{"{}": {}}})", pick({"sum", "avg"}),
                       path.substr(path.find(": ") + 2));
  }
  if (chance(30)) out += R"(, "count_birth": true)";
  if (chance(25)) out += ", \"where\": " + where();
  if (chance(60)) out += ", \"breakdown\": " + breakdowns(true);
  return out + R"(, "limit": 1000})";
}

std::string RandomQuestions::users() {
  std::string out =
      R"({"report": "users", "columns": [{"user": "country"}, {"user": "store.town"}, {"user": "spent"}, {"user": "tier"})";
  out += histories_ ? "]" : R"(, {"user": "labels"}])";
  if (chance(80)) out += ", \"cohort\": " + (chance(20) ? "\"Mixed\"" : cohort(2));
  if (chance(40)) out += ", \"where\": " + where(true);
  if (chance(60)) {
    std::string by =
        pick({R"({"user": "age"})", R"({"user": "country"})", R"({"user": "store.town"})",
              R"({"user": "since"})", R"({"user": "points"})"});
    out += ", \"sort\": [" + (chance(50) ? by : "{\"desc\": " + by + "}") + "]";
  }
  if (chance(30)) out += fmt::format(R"(, "limit": {}, "offset": {})", below(5), below(3));
  return out + "}";
}

std::string RandomQuestions::held() {
  return R"(, "hold": [{)" +
         pick({R"("property": "city")", R"("property": "count")", R"("property": "vip")",
               R"("property": "city.land")", R"("user": "country")", R"("property": "twice")",
               R"("user": "tier")"}) +
         (chance(20) ? R"(}, {"property": "score"}])" : "}]");
}

std::string RandomQuestions::steps(int most) {
  std::string out;
  for (int i = 2 + below(most - 1); i > 0; --i)
    out += (out.empty() ? "{" : ", {") + selector() + "}";
  return "[" + out + "]";
}

std::string RandomQuestions::funnel() {
  std::string out = R"({"report": "funnel", )" + range(40) + ", \"steps\": " + steps(4);
  out += R"(, "window": ")" +
         pick({"2 seconds", "10 minutes", "1 hour", "3 hours", "7 days", "30 days"}) + "\"";
  bool any = chance(20), users = chance(50), sessions = !users && chance(40);
  if (any) out += R"(, "order": "any")";
  if (!users) out += sessions ? R"(, "count": "sessions")" : R"(, "count": "totals")";
  if (users && chance(40)) out += R"(, "reentry": "optimized")";
  if (chance(50)) out += ", \"grace\": " + pick({"0", "\"2 seconds\"", "\"10 minutes\""});
  if (!any && chance(30)) {
    out += ", \"exclude\": [{" + selector() + (chance(50) ? R"(, "between": [1, 2])" : "") + "}]";
  }
  if (!sessions && chance(25)) out += held();
  if (chance(40)) out += ", \"attribute\": " + pick({"\"first\"", "\"last\"", R"({"step": 2})"});
  if (chance(25)) out += ", \"where\": " + where();
  if (chance(50)) out += ", \"breakdown\": " + breakdowns(false);
  if (chance(25)) out += R"(, "unit": ")" + pick({"day", "week", "month"}) + "\"";
  return out + R"(, "limit": 1000})";
}

std::string RandomQuestions::flow() {
  std::string out = R"({"report": "flow", )" + range(40);
  bool several = chance(40);
  out += ", \"anchors\": " + (several ? steps(3) : "[{" + selector() + "}]");
  out +=
      fmt::format(R"(, "after": {}, "before": {}, "rows": {})", below(4), below(3), 1 + below(3));
  if (chance(60)) out += R"(, "count": ")" + pick({"users", "totals", "sessions"}) + "\"";
  if (several && chance(50)) out += R"(, "window": ")" + pick({"1 hour", "5 days"}) + "\"";
  if (chance(40)) out += R"(, "collapse_repeats": true)";
  if (chance(30)) out += R"(, "hide": ["visit"])";
  if (chance(25)) out += held();
  if (chance(25)) out += ", \"where\": " + where();
  return out + "}";
}

std::optional<RandomQuestions::Cell> RandomQuestions::cell(const std::string& document,
                                                           const base::Node& result) {
  auto one_of = [&](const base::Node& list) -> const base::Node& {
    return list.items[static_cast<size_t>(below(static_cast<int>(list.items.size())))];
  };
  auto asking = [&](const std::string& who) {
    return document.substr(0, document.size() - 1) + ", \"who\": {" + who + "}}";
  };
  const std::string& kind = result.find("report")->text;
  if (kind == "flow") {
    const base::Node* nodes = result.find("nodes");
    if (nodes->items.empty()) return std::nullopt;
    const base::Node& node = one_of(*nodes);
    std::optional<std::string> size;
    bool users = document.find(R"("count": "totals")") == std::string::npos &&
                 document.find(R"("count": "sessions")") == std::string::npos;
    if (users) size = node.find("count")->text;
    return Cell{asking("\"node\": " + base::to_json(*node.find("id"))), size};
  }
  if (kind == "users") return std::nullopt;
  const base::Node& series = one_of(*result.find("series"));
  std::string segment = "\"segment\": " + base::to_json(*series.find("segment"));
  if (kind == "funnel") {
    const base::Node& steps = *series.find("steps");
    auto step = static_cast<size_t>(below(static_cast<int>(steps.items.size())));
    bool dropped = step > 0 && chance(40);
    std::string who = fmt::format("\"step\": {}, {}", step + 1, segment);
    std::optional<std::string> size;
    bool users = document.find(R"("count": )") == std::string::npos;
    if (users && !dropped) size = steps.items[step].find("count")->text;
    return Cell{asking(who + (dropped ? ", \"dropped\": true" : "")), size};
  }
  if (kind == "retention") {
    const base::Node& cohorts = *series.find("cohorts");
    if (cohorts.items.empty()) return std::nullopt;
    const base::Node& cohort = one_of(cohorts);
    const base::Node& buckets = *result.find("buckets");
    auto bucket = static_cast<size_t>(below(static_cast<int>(buckets.items.size())));
    const base::Node& found = cohort.find("cells")->items[bucket];
    std::string who = fmt::format("\"born\": {}, {}", base::to_json(*cohort.find("born")), segment);
    if (chance(25)) return Cell{asking(who), cohort.find("size")->text};
    who += ", \"bucket\": " + buckets.items[bucket].text;
    if (chance(25)) return Cell{asking(who + ", \"dropped\": true"), std::nullopt};
    if (found.is_null()) return Cell{asking(who), std::nullopt};
    return Cell{asking(who), found.find("users")->text};
  }
  const std::string& metric = series.find("metric")->text;
  std::string who = fmt::format("\"metric\": \"{}\", {}", metric, segment);
  size_t entry = document.find("\"name\": \"" + metric + "\"");
  size_t end = document.find("\"name\": ", entry + 1);
  bool users =
      document.substr(entry, end - entry).find(R"("measure": "users")") != std::string::npos &&
      metric != "F";
  const base::Node* intervals = result.find("intervals");
  if (!intervals->items.empty() && chance(60)) {
    auto i = static_cast<size_t>(below(static_cast<int>(intervals->items.size())));
    auto size = users ? std::optional(series.find("values")->items[i].text) : std::nullopt;
    return Cell{asking(who + ", \"interval\": " + base::to_json(intervals->items[i])), size};
  }
  return Cell{asking(who), users ? std::optional(series.find("overall")->text) : std::nullopt};
}

std::string RandomQuestions::document() {
  int kind = below(16);
  if (kind < 5) return insights();
  if (kind < 8) return retention();
  if (kind < 12) return funnel();
  return kind < 14 ? flow() : users();
}

}  // namespace starling::report
