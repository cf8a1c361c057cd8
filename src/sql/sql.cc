#include "sql/sql.h"

#include <fmt/format.h>

#include "query/say.h"
#include "sql/report.h"
#include "sql/text.h"
#include "sql/warehouse.h"

namespace starling::sql {
namespace {

struct Writer {
  Question& question;

  std::string operator()(const query::Insights& report) const { return insights(question, report); }
  std::string operator()(const query::Retention& report) const {
    return retention(question, report);
  }
  std::string operator()(const query::Funnel& report) const { return funnel(question, report); }
  std::string operator()(const query::Flow&) const {
    question.refuse("flows cannot be said in SQL yet; insights, retention and funnels can");
    return "";
  }
  std::string operator()(const query::Users&) const {
    question.refuse(
        "lists of users cannot be said in SQL yet; insights, retention and funnels can");
    return "";
  }
};

std::string head(const query::Query& query, const Warehouse& warehouse) {
  std::string out = comment(query::say(query));
  out += comment(fmt::format("As of {}; days are those of {}.", query.timezone.rfc3339(query.as_of),
                             query.timezone_name));
  if (warehouse.files) {
    out += comment(
        "The warehouse is a folder of files: make a view of each first, like CREATE VIEW orders AS "
        "FROM 'orders.csv'.");
  }
  return out;
}

}  // namespace

Result<std::string> to_sql(const query::Query& query, const event::Schema& schema,
                           const std::string& selects_json) {
  Warehouse warehouse = TRY(read_warehouse(selects_json));
  Question question(query, schema, warehouse);
  if (query.who)
    question.refuse("the users behind a number cannot be said in SQL yet; the number can");
  std::string last = std::visit(Writer{question}, query.report);
  std::string statement = question.refusal() ? "" : question.finish(last);
  if (question.refusal()) return base::Error{base::Error::Code::kUnsupported, *question.refusal()};
  return head(query, warehouse) + statement;
}

}  // namespace starling::sql
