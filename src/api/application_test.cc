// The API without data: what it refuses, what it keeps, how it names itself.
#include "api/application.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "api/openapi.h"

namespace starling::api {
namespace {

using base::Node;

// Knows one event and cannot count it.
class StubBackend : public engine::Backend {
 public:
  engine::Result<engine::Answer> answer(const query::Query&,
                                        const std::atomic<bool>*) const override {
    return base::Error{base::Error::Code::kCorrupt, "part 7 is damaged"};
  }
};

class StubData : public Data {
 public:
  StubData() {
    auto view = std::make_shared<View>();
    view->backend = std::make_shared<StubBackend>();
    view->version = 3;
    view->catalog.project = "stub";
    view->catalog.schema.properties = {{"size", {event::Type::kText, 0, {}}}};
    view->catalog.schema.events = {{"bought", {"size"}}};
    view->catalog.cohorts["Loyal"] =
        base::parse_json(R"({"all": [{"did": "bought", "at_least": 3}]})").value();
    view_ = std::move(view);
  }
  Result<std::shared_ptr<const View>> view() const override { return view_; }
  Result<std::vector<sync::SourceRecord>> sources() const override {
    sync::SourceRecord record;
    record.source = "bought/app";
    record.kind = "events";
    return std::vector<sync::SourceRecord>{record};
  }
  Result<std::vector<sync::RunRecord>> runs(const std::string&) const override {
    return std::vector<sync::RunRecord>{};
  }
  Result<std::vector<sync::KeptAside>> kept_aside(const std::string&) const override {
    std::vector<sync::KeptAside> rows;
    for (int i = 0; i < 3; ++i)
      rows.push_back({std::to_string(i), "no time", "2025-01-01T00:00:00Z", "{\"a\":1}"});
    return rows;
  }

 private:
  std::shared_ptr<const View> view_;
};

class ApplicationTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ =
        std::filesystem::path(::testing::TempDir()) / (std::string("application_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    auto saved = SavedThings::open(folder_ / "meta.sqlite");
    ASSERT_TRUE(saved) << saved.error().message;
    saved_ = std::move(saved).value();
    application_ = std::make_unique<Application>(data_, *saved_, clock_, Application::Options{});
  }
  void TearDown() override {
    application_.reset();
    saved_.reset();
    std::filesystem::remove_all(folder_);
  }

  http::Response send(const std::string& method, std::vector<std::string> path,
                      const std::string& body = "",
                      std::vector<std::pair<std::string, std::string>> headers = {
                          {"content-type", "application/json"}, {"host", "localhost:8080"}}) {
    http::Request request;
    request.method = method;
    for (const std::string& segment : path) request.path += "/" + segment;
    if (path.empty()) request.path = "/";
    request.segments = std::move(path);
    request.body = body;
    request.headers = std::move(headers);
    return application_->handle(request);
  }
  http::Response api(const std::string& method, std::vector<std::string> path,
                     const std::string& body = "") {
    path.insert(path.begin(), {"api", "v1"});
    return send(method, std::move(path), body);
  }

  static std::string header(const http::Response& response, const std::string& name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return "";
  }
  static std::string field(const http::Response& response, const std::string& name) {
    const auto node = base::parse_json(response.body);
    const Node* found = node ? node.value().find(name) : nullptr;
    return found == nullptr ? "absent" : found->is_text() ? found->text : base::to_json(*found);
  }

  std::filesystem::path folder_;
  StubData data_;
  base::FixedClock clock_{base::TimeMs{1'750'000'000'000}};
  std::unique_ptr<SavedThings> saved_;
  std::unique_ptr<Application> application_;
};

const char* const kReport =
    R"({"name": "R", "report": {"report": "insights", "metrics": [{"event": "bought"}]}})";

TEST_F(ApplicationTest, AnswersOnlyUnderItsOwnName) {
  for (const char* host : {"localhost:8080", "127.0.0.1", "LOCALHOST", "[::1]:1"}) {
    EXPECT_EQ(send("GET", {"healthz"}, "", {{"host", host}}).status, 200) << host;
  }
  for (const char* host :
       {"evil.example", "localhost.evil.example:8080", "", "127.0.0.1.evil.example"}) {
    EXPECT_EQ(send("GET", {"healthz"}, "", {{"host", host}}).status, 403) << host;
  }
}

TEST_F(ApplicationTest, EveryAnswerHasSecurityHeaders) {
  for (const auto& response :
       {send("GET", {"healthz"}), api("GET", {"nothing"}), send("GET", {})}) {
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_NE(header(response, "Content-Security-Policy").find("default-src 'none'"),
              std::string::npos);
    EXPECT_EQ(header(response, "Content-Security-Policy").find("unsafe"), std::string::npos);
  }
}

TEST_F(ApplicationTest, SaysWhatAPathTakes) {
  EXPECT_EQ(api("GET", {"nothing"}).status, 404);
  const auto wrong = api("OPTIONS", {"reports"});
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(header(wrong, "Allow"), "GET, HEAD, POST");
  EXPECT_EQ(api("PATCH", {"reports", "x"}).status, 405);
  EXPECT_EQ(api("HEAD", {"reports"}).status, 200);
}

TEST_F(ApplicationTest, TakesJsonOnly) {
  EXPECT_EQ(send("POST", {"api", "v1", "query"}, "{}", {{"host", "localhost"}}).status, 415);
  EXPECT_EQ(send("POST", {"api", "v1", "query"}, "{}",
                 {{"host", "localhost"}, {"content-type", "text/plain"}})
                .status,
            415);
  const auto broken = api("POST", {"query"}, "{\"report\": ");
  EXPECT_EQ(broken.status, 400);
  EXPECT_EQ(header(broken, "Content-Type"), "application/problem+json");
  EXPECT_EQ(field(broken, "detail").rfind("the body is no JSON", 0), 0u) << broken.body;
}

TEST_F(ApplicationTest, AReportIsRefusedWithEveryPath) {
  const auto response = api(
      "POST", {"query"},
      R"({"report": "insights", "metrics": [{"event": "baught"}, {"event": "bought", "measure": "ttl"}]})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(field(response, "title"), "Invalid report");
  const auto errors = base::parse_json(field(response, "errors"));
  ASSERT_TRUE(errors) << response.body;
  ASSERT_EQ(errors.value().items.size(), 2u) << response.body;
  EXPECT_EQ(errors.value().items[0].find("path")->text, "metrics[0].event");
  EXPECT_EQ(errors.value().items[1].find("path")->text, "metrics[1].measure");
}

TEST_F(ApplicationTest, WhatIsDamagedIsSaid) {
  const auto damaged =
      api("POST", {"query"}, R"({"report": "insights", "metrics": [{"event": "bought"}]})");
  EXPECT_EQ(damaged.status, 503);
  EXPECT_EQ(field(damaged, "detail"), "part 7 is damaged");
}

TEST_F(ApplicationTest, KeepsReports) {
  const auto created = api("POST", {"reports"}, kReport);
  ASSERT_EQ(created.status, 201) << created.body;
  const std::string id = field(created, "id");
  EXPECT_EQ(
      created.body,
      R"({"id":")" + id +
          R"(","name":"R","description":"","report":{"report":"insights","metrics":[{"event":"bought"}]},)"
          R"("created_at":"2025-06-15T15:06:40Z","updated_at":"2025-06-15T15:06:40Z"})");
  EXPECT_EQ(api("GET", {"reports", id}).body, created.body);
  EXPECT_EQ(api("GET", {"reports"}).body, "{\"reports\":[" + created.body + "]}");
  EXPECT_EQ(api("POST", {"reports"}, kReport).status, 409);
  EXPECT_EQ(api("PUT", {"reports", "gone"}, kReport).status, 404);
  EXPECT_EQ(field(api("PUT", {"reports", id}, R"({"name": "S", "description": "d",
      "report": {"report": "insights", "metrics": [{"event": "bought"}]}})"),
                  "name"),
            "S");
  const auto deleted = api("DELETE", {"reports", id});
  EXPECT_EQ(deleted.status, 204);
  EXPECT_EQ(deleted.body, "");
  EXPECT_EQ(api("DELETE", {"reports", id}).status, 404);
}

TEST_F(ApplicationTest, KeepsTheViewOfAReportAsItIs) {
  const std::string head =
      R"({"name": "R", "report": {"report": "insights", "metrics": [{"event": "bought"}]})";
  const auto created =
      api("POST", {"reports"}, head + R"(, "view": {"show": {"0": "USD"}, "x": [1.50, null]}})");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(field(created, "view"), R"({"show":{"0":"USD"},"x":[1.50,null]})");
  const std::string id = field(created, "id");
  EXPECT_EQ(api("GET", {"reports", id}).body, created.body);
  EXPECT_EQ(api("PUT", {"reports", id}, head + "}").body.find("\"view\""), std::string::npos);
  // {"x":""} is 8 bytes.
  EXPECT_EQ(
      api("PUT", {"reports", id}, head + R"(, "view": {"x": ")" + std::string(4088, 'a') + "\"}}")
          .status,
      200);
  for (const std::string& view : {std::string("[]"), std::string("\"bar\""), std::string("1"),
                                  "{\"x\": \"" + std::string(4089, 'a') + "\"}"}) {
    const auto refused = api("PUT", {"reports", id}, head + R"(, "view": )" + view + "}");
    EXPECT_EQ(refused.status, 400) << view;
    EXPECT_NE(field(refused, "errors").find(R"("path":"view")"), std::string::npos) << refused.body;
  }
}

TEST_F(ApplicationTest, KeepsOnlyReportsThatCanBeAsked) {
  const auto response = api(
      "POST", {"reports"},
      R"({"nane": "x", "name": " ", "report": {"report": "insights", "metrics": [{"event": "baught"}]}})");
  EXPECT_EQ(response.status, 400);
  const auto errors = base::parse_json(field(response, "errors"));
  ASSERT_EQ(errors.value().items.size(), 3u) << response.body;
  EXPECT_EQ(errors.value().items[0].find("message")->text,
            "unknown key \"nane\"; did you mean \"name\"?");
  EXPECT_EQ(errors.value().items[1].find("message")->text, "must not be empty");
  EXPECT_EQ(errors.value().items[2].find("path")->text, "report.metrics[0].event");
  EXPECT_EQ(api("POST", {"reports"}, R"({"name": "F", "report": {"report": "flow"}})").status, 400);
  EXPECT_EQ(api("POST", {"reports"}, "[]").status, 400);
}

TEST_F(ApplicationTest, KeepsBoardsOfReportsAndText) {
  const std::string report = field(api("POST", {"reports"}, kReport), "id");
  const auto created = api("POST", {"boards"},
                           R"({"name": "B", "cards": [{"report_id": ")" + report +
                               R"(", "width": 12}, {"text": "# Hello"}, {"name": "C", "width": 3,
      "view": {"chart": "bar"}, "report": {"report": "insights", "metrics": [{"event": "bought"}]}}]})");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(
      field(created, "cards"),
      R"([{"report_id":")" + report +
          R"(","width":12},{"text":"# Hello","width":6},)"
          R"({"report":{"report":"insights","metrics":[{"event":"bought"}]},"view":{"chart":"bar"},"name":"C","width":3}])");
  for (const char* cards :
       {R"([{"report_id": "gone"}])", R"([{}])", R"([{"text": "a", "report_id": "b"}])",
        R"([{"text": "a", "width": 2}])", R"([{"text": "a", "width": 3.5}])", R"([3])", R"({})",
        R"([{"report": {"report": "insights"}}])", R"([{"text": "a", "view": {}}])",
        R"([{"report": {"report": "insights", "metrics": [{"event": "bought"}]}, "view": 1}])"}) {
    const auto refused =
        api("POST", {"boards"}, std::string(R"({"name": "X", "cards": )") + cards + "}");
    EXPECT_EQ(refused.status, 400) << cards << refused.body;
    EXPECT_NE(field(refused, "errors").find("\"cards"), std::string::npos) << refused.body;
  }
}

TEST_F(ApplicationTest, TheModelsCohortsCannotBeChanged) {
  const auto list = base::parse_json(api("GET", {"cohorts"}).body);
  ASSERT_EQ(list.value().find("cohorts")->items.size(), 1u);
  const std::string id = list.value().find("cohorts")->items[0].find("id")->text;
  EXPECT_EQ(field(api("GET", {"cohorts", id}), "origin"), "model");
  const std::string body = R"({"name": "Other", "definition": {"all": [{"did": "bought"}]}})";
  EXPECT_EQ(api("PUT", {"cohorts", id}, body).status, 409);
  EXPECT_EQ(api("DELETE", {"cohorts", id}).status, 409);
  EXPECT_EQ(
      api("POST", {"cohorts"}, R"({"name": "Loyal", "definition": {"all": [{"did": "bought"}]}})")
          .status,
      409);
  const auto created = api("POST", {"cohorts"}, body);
  EXPECT_EQ(created.status, 201);
  EXPECT_EQ(field(created, "origin"), "saved");
  EXPECT_EQ(field(created, "size"), "null");
}

TEST_F(ApplicationTest, SavedCohortsCanBeNamedInQuestions) {
  const std::string question = R"({"report": "users", "cohort": "Mine"})";
  EXPECT_EQ(api("POST", {"query"}, question).status, 400);
  const auto created =
      api("POST", {"cohorts"},
          R"({"name": "Mine", "definition": {"all": [{"cohort": "Loyal", "op": "in"}]}})");
  ASSERT_EQ(created.status, 201) << created.body;
  EXPECT_EQ(api("POST", {"query"}, question).status, 503);
  const std::string id = field(created, "id");
  const auto circle =
      api("PUT", {"cohorts", id},
          R"({"name": "Mine", "definition": {"all": [{"cohort": "Mine", "op": "in"}]}})");
  EXPECT_EQ(circle.status, 400) << circle.body;
}

TEST_F(ApplicationTest, ShowsRowsKeptAside) {
  const auto rows = api("GET", {"sources", "bought/app", "kept-aside"});
  EXPECT_EQ(field(rows, "total"), "3");
  EXPECT_EQ(api("GET", {"sources", "other", "kept-aside"}).status, 404);
  EXPECT_EQ(
      field(api("GET", {"sources"}), "sources").find(R"([{"source":"bought/app","kind":"event")"),
      0u);
}

TEST_F(ApplicationTest, TheDescriptionAndTheRoutesAreTheSame) {
  const auto document = base::parse_json(api("GET", {"openapi.json"}).body);
  ASSERT_TRUE(document) << document.error().message;
  std::set<std::string> described, routed;
  for (const auto& [path, operations] : document.value().find("paths")->fields) {
    for (const auto& [method, operation] : operations.fields) {
      described.insert(method + " " + path + " " + operation.find("operationId")->text);
    }
  }
  for (const Route& route : routes()) {
    std::string method(route.method);
    for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
    routed.insert(method + " " + std::string(route.pattern) + " " + std::string(route.id));
  }
  EXPECT_EQ(described, routed);
  EXPECT_EQ(routed.size(), routes().size()) << "an operation stands twice in the table";
}

void collect_references(const Node& node, std::set<std::string>& out) {
  if (const Node* reference = node.find("$ref")) out.insert(reference->text);
  for (const Node& item : node.items) collect_references(item, out);
  for (const auto& [key, value] : node.fields) collect_references(value, out);
}

TEST_F(ApplicationTest, EverySchemaIsThereAndUsed) {
  const auto document = base::parse_json(openapi_json());
  ASSERT_TRUE(document) << document.error().message;
  std::set<std::string> used, defined;
  collect_references(document.value(), used);
  for (const auto& [name, schema] : document.value().find("components")->find("schemas")->fields) {
    defined.insert("#/components/schemas/" + name);
  }
  EXPECT_EQ(used, defined);
}

}  // namespace
}  // namespace starling::api
