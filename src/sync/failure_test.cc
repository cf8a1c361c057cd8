// What a warehouse can refuse in the middle of a sync: one clear message, nothing changed, and the
// next run goes on.
#include <functional>

#include "sync/mirror_test_base.h"

namespace starling::sync {
namespace {

class FailureTest : public MirrorTest {
 protected:
  void SetUp() override {
    MirrorTest::SetUp();
    if (IsSkipped()) return;
    fill();
    ASSERT_EQ(sync().state, "ok");
    before_ = store::contents(*store_->snapshot().value());
  }

  // A run that fails with a message like this leaves all as it was, and the next one goes on.
  void expect_failure(const SourceRecord& failed, const std::string& said) {
    EXPECT_EQ(failed.state, "failed");
    EXPECT_NE(failed.message.find(said), std::string::npos) << failed.message;
    EXPECT_EQ(failed.message.find('\n'), std::string::npos) << "one line";
    EXPECT_EQ(failed.failures, 1u);
    EXPECT_FALSE(failed.last_success.empty());
    EXPECT_EQ(store::contents(*store_->snapshot().value()), before_);
  }
  void expect_next_run_goes_on() {
    execute("UPDATE orders SET amount = 3 WHERE id = 4");
    SourceRecord next = sync();
    EXPECT_EQ(next.state, "ok") << next.message;
    EXPECT_EQ(next.failures, 0u);
    expect_equal();
  }

  // One run whose warehouse does something to it once the model has been compiled.
  SourceRecord run_after(const std::function<void()>& compiled_then, const std::string& yaml) {
    model::Model model = model::parse(yaml, folder_).value();
    auto warehouse = source::Source::open(model.warehouse).value();
    SourceDescriber describer(*warehouse);
    model::Compiled compiled = model::compile(model, describer).value();
    compiled_then();
    auto records = run(compiled, *warehouse, *store_, base::FixedClock(kNow), {});
    EXPECT_TRUE(records.ok());
    return records.value()[0];
  }
  std::string with_note(const std::string& sql) {
    std::string yaml = model_yaml();
    size_t at = yaml.find("note: note");
    return yaml.replace(at, 10, "note: {sql: \"" + sql + "\"}");
  }

  std::vector<std::string> before_;
};

TEST_P(FailureTest, ATableThatGoesAway) {
  execute("CREATE TABLE kept AS SELECT * FROM orders");
  SourceRecord failed = run_after([&] { execute("DROP TABLE orders"); }, model_yaml());
  expect_failure(failed, "\"orders\" does not exist");
  execute("ALTER TABLE kept RENAME TO orders");
  expect_next_run_goes_on();
}

TEST_P(FailureTest, AColumnThatGoesAway) {
  SourceRecord failed =
      run_after([&] { execute("ALTER TABLE orders RENAME COLUMN note TO remark"); }, model_yaml());
  expect_failure(failed, "note");
  execute("ALTER TABLE orders RENAME COLUMN remark TO note");
  expect_next_run_goes_on();
}

TEST_P(FailureTest, AConnectionThatIsCutWhileRowsAreRead) {
  SourceRecord failed = run_after(
      [] {},
      with_note(
          "CASE WHEN id = 50 THEN pg_terminate_backend(pg_backend_pid())::text ELSE note END"));
  expect_failure(failed, "terminat");
  expect_next_run_goes_on();
}

TEST_P(FailureTest, AStatementThatTakesTooLong) {
  execute("ALTER DATABASE mirror SET statement_timeout = '300ms'");
  SourceRecord failed =
      run_after([] {}, with_note("CASE WHEN id = 50 THEN pg_sleep(5)::text ELSE note END"));
  expect_failure(failed, "statement timeout");
  execute("ALTER DATABASE mirror RESET statement_timeout");
  expect_next_run_goes_on();
}

TEST_P(FailureTest, ARightThatIsTakenAway) {
  execute(
      "DROP ROLE IF EXISTS limited; CREATE ROLE limited LOGIN; GRANT SELECT ON orders, lines TO "
      "limited");
  std::string owner = url_;
  url_.replace(url_.find("postgres@"), 9, "limited@");
  std::string yaml = model_yaml();
  url_ = owner;
  SourceRecord failed = run_after([&] { execute("REVOKE SELECT ON lines FROM limited"); }, yaml);
  expect_failure(failed, "permission denied for table lines");
  execute("DROP OWNED BY limited; DROP ROLE limited");
  expect_next_run_goes_on();
}

TEST_P(FailureTest, AValueThatCannotBeMade) {
  SourceRecord failed = run_after([] {}, with_note("(1 / (id - 50))::text"));
  expect_failure(failed, "division by zero");
  expect_next_run_goes_on();
}

INSTANTIATE_TEST_SUITE_P(Warehouses, FailureTest, testing::Values("postgres"),
                         [](const auto& info) { return std::string(info.param); });

// Without a server: what is said before any source runs.
TEST(WarehouseFailure, AServerThatRefusesIsSaidWithoutThePassword) {
  const source::PostgresServer* server = source::PostgresServer::shared();
  if (server == nullptr) GTEST_SKIP() << "PostgreSQL is not installed";
  auto opened = [](const std::string& url) {
    source::Location location;
    location.kind = source::Location::Kind::kPostgres;
    location.url = url;
    auto source = source::Source::open(location);
    EXPECT_FALSE(source);
    return source ? std::string() : source.error().message;
  };
  std::string url = server->url("postgres");
  EXPECT_NE(opened(url + "?sslmode=require").find("does not support SSL"), std::string::npos);
  EXPECT_NE(opened(server->url("nowhere")).find("database \"nowhere\" does not exist"),
            std::string::npos);
  std::string nobody = url;
  nobody.replace(nobody.find("postgres@"), 9, "nobody:secret@");
  std::string said = opened(nobody);
  EXPECT_NE(said.find("role \"nobody\" does not exist"), std::string::npos) << said;
  EXPECT_EQ(said.find("secret"), std::string::npos) << said;
}

}  // namespace
}  // namespace starling::sync
