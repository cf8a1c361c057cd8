// A document that parses is the same one after printing, and asks the same question.
#include "fuzz/targets.h"
#include "query/bind_fixture.h"

namespace starling::fuzz {

void report(std::string_view text) {
  static const query::Catalog catalog = query::jaffle();
  auto document = base::parse_document(text);
  if (!document) return;
  auto again = base::parse_json(base::to_json(document.value()));
  CHECK(again && again.value() == document.value());
  auto question = query::bind(document.value(), catalog, query::halloween());
  auto question_again = query::bind(again.value(), catalog, query::halloween());
  CHECK(question.ok() == question_again.ok());
  if (question) CHECK(query::print(question.value()) == query::print(question_again.value()));
}

}  // namespace starling::fuzz
