// Reports asked again: when the answer is counted once, and when it must be counted anew.
#include "api/ask.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "api/application.h"

namespace starling::api {
namespace {

// Counts one event a call, so that every counting gives another answer.
class CountingBackend : public engine::Backend {
 public:
  engine::Result<engine::Answer> answer(const query::Query&,
                                        const std::atomic<bool>*) const override {
    engine::InsightsAnswer insights;
    insights.operands.emplace_back().series.emplace_back().overall = base::Decimal{++calls_, 0};
    return engine::Answer{std::move(insights)};
  }

 private:
  mutable std::atomic<int> calls_ = 0;
};

class OneEvent : public Data {
 public:
  Result<std::shared_ptr<const View>> view() const override {
    auto view = std::make_shared<View>();
    view->backend = backend_;
    view->version = version;
    view->newest = newest;
    view->catalog.schema.events = {{"bought", {}}};
    return std::shared_ptr<const View>(view);
  }
  Result<std::vector<sync::SourceRecord>> sources() const override {
    return std::vector<sync::SourceRecord>();
  }
  Result<std::vector<sync::RunRecord>> runs(const std::string&) const override {
    return std::vector<sync::RunRecord>{};
  }
  Result<std::vector<sync::KeptAside>> kept_aside(const std::string&) const override {
    return std::vector<sync::KeptAside>();
  }

  uint64_t version = 1;
  base::TimeMs newest{0};

 private:
  std::shared_ptr<const engine::Backend> backend_ = std::make_shared<CountingBackend>();
};

class SetClock : public base::Clock {
 public:
  base::TimeMs now() const override { return time; }
  base::TimeMs time{1'750'000'020'000};  // a full minute
};

class AskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(::testing::TempDir()) / (std::string("ask_") + test->name());
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    saved_ = SavedThings::open(folder_ / "meta.sqlite").value();
    application_ = std::make_unique<Application>(data_, *saved_, clock_, Application::Options{});
  }
  void TearDown() override {
    application_.reset();
    saved_.reset();
    std::filesystem::remove_all(folder_);
  }

  // The number that the answer counts.
  std::string ask(const std::string& report = kReport, bool no_cache = false) {
    http::Request request;
    request.method = "POST";
    request.path = "/api/v1/query";
    request.segments = {"api", "v1", "query"};
    request.body = report;
    request.headers = {{"content-type", "application/json"}, {"host", "localhost"}};
    if (no_cache) request.headers.emplace_back("cache-control", "no-cache");
    http::Response response = application_->handle(request);
    EXPECT_EQ(response.status, 200) << response.body;
    auto result = base::parse_json(response.body).value();
    return result.find("series")->items[0].find("overall")->text;
  }

  static constexpr const char* kReport =
      R"({"report": "insights", "last": "7 days", "metrics": [{"event": "bought"}]})";

  std::filesystem::path folder_;
  OneEvent data_;
  SetClock clock_;
  std::unique_ptr<SavedThings> saved_;
  std::unique_ptr<Application> application_;
};

TEST_F(AskTest, TheSameQuestionIsCountedOnceAMinute) {
  EXPECT_EQ(ask(), "1");
  clock_.time.value += 59'999;
  EXPECT_EQ(ask(), "1");
  EXPECT_EQ(ask(R"({"report": "insights", "last": "8 days", "metrics": [{"event": "bought"}]})"),
            "2");
  EXPECT_EQ(ask(kReport, true), "3");
  EXPECT_EQ(ask(), "1");
  clock_.time.value += 1;
  EXPECT_EQ(ask(), "4");
}

TEST_F(AskTest, NewDataAreSeenAtOnce) {
  EXPECT_EQ(ask(), "1");
  data_.version = 2;
  EXPECT_EQ(ask(), "2");
  EXPECT_EQ(ask(), "2");
}

TEST_F(AskTest, ASavedCohortThatChangesIsANewQuestion) {
  EXPECT_EQ(ask(), "1");
  Draft draft{"Buyers", "", R"({"all": [{"did": "bought"}]})"};
  std::string id = saved_->create(SavedKind::kCohort, draft, clock_.now()).value().id;
  EXPECT_EQ(ask(), "2");
  draft.document = R"({"all": [{"did": "bought", "at_least": 2}]})";
  ASSERT_TRUE(saved_->replace(SavedKind::kCohort, id, draft, clock_.now()));
  EXPECT_EQ(ask(), "3");
  EXPECT_EQ(ask(), "3");
}

// An event of this minute, or one still to come, is seen the moment it happens.
TEST_F(AskTest, AsOfIsNowWhereSomethingIsNewerThanTheMinute) {
  const base::TimeMs minute{1'750'000'020'000};
  for (int64_t later : {0, 1, 59'999}) {
    const base::TimeMs now{minute.value + later};
    EXPECT_EQ(default_as_of({minute.value - 1}, now), minute);
    EXPECT_EQ(default_as_of(minute, now), now);
    EXPECT_EQ(default_as_of({minute.value + 90'000}, now), now);
  }
}

}  // namespace
}  // namespace starling::api
