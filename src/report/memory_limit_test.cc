// Questions that keep every value: within their memory, and over it.
#include <gtest/gtest.h>

#include "engine/native/engine.h"
#include "report/golden_file.h"
#include "report/run.h"

namespace starling::report {
namespace {

constexpr const char* kWorld = R"(settings
  as_of: 2024-03-01
events
  ann 2024-01-01T10:00 order {total: 1.50}
  ann 2024-01-02T10:00 order {total: 2.50}
  bob 2024-01-03T10:00 order {total: 3.50}
  bob 2024-01-04T10:00 order {total: 4.50}

ask table
  report: insights
  last: 90 days
  metrics: [{event: order}]
----
)";

class MemoryLimitTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto parsed = parse_golden(kWorld);
    ASSERT_TRUE(parsed) << parsed.error().message;
    file_ = std::move(parsed).value();
    snapshot_ = store_world(file_.world, {}, folder_.path());
    file_.catalog.schema = snapshot_->schema();
  }

  base::Result<std::string> ask(const std::string& measure, uint64_t kept_bytes_max) {
    auto engine =
        engine::make_native_engine(snapshot_, {.threads = 2, .kept_bytes_max = kept_bytes_max});
    auto document = base::parse_json(
        R"({"report": "insights", "last": "90 days", "metrics": [{"event": "order", "measure": )" +
        measure + "}]}");
    return run(document.value(), file_.catalog, *engine, file_.as_of, nullptr);
  }

  GoldenFile file_;
  TemporaryFolder folder_;
  std::shared_ptr<const store::Snapshot> snapshot_;
};

TEST_F(MemoryLimitTest, AQuestionOverItsMemoryIsRefusedAndSaysWhatToDo) {
  for (const char* measure : {R"({"median": "total"})", R"({"distinct": "total"})",
                              R"({"per_user": "median", "of": {"sum": "total"}})"}) {
    auto enough = ask(measure, 1 << 20);
    ASSERT_TRUE(enough) << measure << ": " << enough.error().message;
    auto refused = ask(measure, 40);
    ASSERT_FALSE(refused) << measure;
    EXPECT_EQ(refused.error().code, base::Error::Code::kUnsupported);
    EXPECT_NE(refused.error().message.find("shorter range"), std::string::npos);
  }
}

TEST_F(MemoryLimitTest, SumsKeepNoValues) { EXPECT_TRUE(ask(R"({"sum": "total"})", 40)); }

}  // namespace
}  // namespace starling::report
