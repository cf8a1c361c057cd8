// For tests: a model compiled against a real DuckDB warehouse.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>

#include "event/value.h"
#include "model/compile.h"
#include "source/source.h"
#include "source/testing.h"

namespace starling::model {

class SourceAnswers : public Describer {
 public:
  explicit SourceAnswers(source::Source& source) : source_(source) {}
  Result<std::vector<std::string>> table_names() override { return source_.table_names(); }
  Result<source::TableInfo> describe_table(const std::string& table) override {
    return source_.describe_table(table);
  }
  Result<source::TableInfo> describe_query(const std::string& sql) override {
    return source_.describe_query(sql);
  }
  std::string table_sql(const std::string& table) const override {
    return source_.names().sql(table);
  }
  std::string quote(const std::string& identifier) const override {
    return source_.names().quote(identifier);
  }
  source::Product product() const override { return source_.product(); }

 private:
  source::Source& source_;
};

class WarehouseTest : public ::testing::Test {
 protected:
  WarehouseTest() {
    std::string name = (std::filesystem::temp_directory_path() / "starling_model_XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~WarehouseTest() override {
    source_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Makes the warehouse's tables; models name it `warehouse: {type: duckdb, path: w.duckdb}`.
  void tables(const std::string& sql) {
    auto made = source::write_duckdb(folder_ + "/w.duckdb", sql);
    ASSERT_TRUE(made) << made.error().message;
  }

  Result<Compiled> compile_text(const std::string& yaml) {
    Model model = TRY(parse(yaml, folder_));
    source_ = TRY(source::Source::open(model.warehouse));
    SourceAnswers answers(*source_);
    return compile(model, answers);
  }

  // compile_text, whose failure ends the test.
  Compiled compiled(const std::string& yaml) {
    auto result = compile_text(yaml);
    if (result) return std::move(result).value();
    throw std::runtime_error(result.error().message);
  }

  // The rows of a query, cells as JSON, a line a row.
  std::string rows(const std::string& sql) {
    std::string out;
    auto read = source_->read(
        {sql},
        [&](source::Rows rows) -> Result<void> {
          for (size_t row = 0; row < rows.size(); ++row) {
            for (size_t i = 0; i < rows.columns.size(); ++i) {
              out += (i > 0 ? " " : "") + event::to_json(rows.columns[i].value(row));
            }
            out += "\n";
          }
          return {};
        },
        [](source::Reject) {});
    return read.ok() ? out : "error: " + read.error().message + "\n" + sql;
  }

  // The same, sorted: SELECTs of a model have no order.
  std::string sorted_rows(const std::string& sql) {
    return rows("SELECT * FROM (" + sql + ") ORDER BY ALL");
  }

  Result<KeyCounts> key_counts(const std::string& sql) {
    KeyCounts counts;
    TRY(source_->read(
        {sql},
        [&](source::Rows rows) -> Result<void> {
          for (size_t row = 0; row < rows.size(); ++row) {
            counts.emplace_back(rows.columns[0].texts[row], rows.columns[1].integers[row]);
          }
          return {};
        },
        [](source::Reject) {}));
    return counts;
  }

  std::string fanout(const Select& select) {
    auto checked = check_fanout(select, [&](const std::string& sql) { return key_counts(sql); });
    return checked.ok() ? "fine" : checked.error().message;
  }

  std::string folder_;
  std::unique_ptr<source::Source> source_;
};

}  // namespace starling::model
