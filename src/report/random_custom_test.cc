// Custom properties and custom events for random worlds.
#include <fmt/format.h>

#include "base/json_writer.h"
#include "report/random_question.h"

namespace starling::report {

void RandomQuestions::add_custom(query::Catalog& catalog) {
  auto add = [&](const std::string& kind, const std::string& name,
                 const std::vector<std::string>& formulas) {
    std::string text = fmt::format(R"({{"{}": "{}", "formula": {}}})", kind, name,
                                   base::json_quoted(pick(formulas)));
    catalog.custom_properties.push_back(base::parse_json(text).value());
  };
  add("property", "twice",
      {"total * 2", "total + count * 0.5", "round(total / count, 1)", "score * total - 1",
       "sum(map(i, items, i['price'] * i['qty']))", "len(tags) + sum(items.qty)",
       "if(vip, max(total, user(spent)), count % 3)", "number(mid(string(total), 1, 1))",
       "datedif(user(since), time(), 'D')", "items[1]['price']", "ceil(user(points) / 2)"});
  add("property", "channel",
      {"ifs(city == 'PARIS', 'a', 'r' in city, 'drink')", "upper(left(city, 2)) + string(count)",
       "if(any(t, tags, t == 'A'), tags[1], city.land)", "split(city, 'a', 2)",
       "regex_replace(city, '[aeiou]', '_')", "if(vip, user(country), event())",
       "string(due) + lower(user(tier))", "let(x, city, if(defined(x), x + '!', 'none'))"});
  add("property", "rich",
      {"total > 2 and not vip", "'tea' in items.sku", "all(i, items, i['qty'] >= 1) or vip",
       "regex_match(city, '^p')", "user(spent) <= total", "defined(score) != vip",
       "len(filter(i, items, i['gift'])) > 0"});
  add("property", "due", {"date(at)", "if(count > 0, day, user(since))", "date(string(day))"});
  // Profiles with history hold no lists.
  std::string labels = histories_ ? "split(country, 'R')" : "labels";
  add("user", "tier",
      {"if(spent >= 2, 'US', 'tea')", "store.town + string(age)", "upper(country)", labels + "[2]",
       "if('x' in " + labels + ", country, undefined)"});
  add("user", "points",
      {"spent * 3 + age", "len(" + labels + ")", "datedif(since, today(), 'M')",
       "0 - spent / age"});
  catalog.custom_events["Engaged"] =
      base::parse_json(
          fmt::format(R"({{"any": [{{"event": "visit", "where": [{}]}}, {{"event": "refund"}}]}})",
                      test(property("ntb"))))
          .value();
}

}  // namespace starling::report
