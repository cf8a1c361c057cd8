// One table for all kinds, because they differ only in what their document says. WAL lets readers
// go on while another process imports a board; synchronous FULL makes an answered save survive a
// power cut.
#include "api/saved/saved_things.h"

#include <sqlite3.h>

#include <mutex>
#include <random>

namespace starling::api {

namespace {

using base::Error;

constexpr int kVersion = 2;
constexpr const char* kCreate = R"sql(
  CREATE TABLE saved (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    document TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    view TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, name)
  ) STRICT;
  PRAGMA user_version = 2;
)sql";
constexpr const char* kUpgradeFrom1 = R"sql(
  ALTER TABLE saved ADD COLUMN view TEXT NOT NULL DEFAULT '';
  PRAGMA user_version = 2;
)sql";
constexpr const char* kColumns =
    "SELECT id, name, description, document, created_at, updated_at, view FROM saved ";

// 60 random bits: a saved thing's id tells nothing and is never used again.
std::string new_id() {
  std::random_device random;
  constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  uint64_t bits = static_cast<uint64_t>(random()) << 32 | random();
  std::string id;
  for (int i = 0; i < 12; ++i, bits >>= 5) id += kDigits[bits & 31];
  return id;
}

Error not_found(SavedKind kind, const std::string& id) {
  return {Error::Code::kNotFound,
          "there is no " + std::string(kind_name(kind)) + " \"" + id + "\""};
}

// A prepared statement with its values bound; ends with the scope.
class Statement {
 public:
  Statement(sqlite3* database, const std::string& sql) : database_(database) {
    status_ = sqlite3_prepare_v2(database, sql.c_str(), -1, &statement_, nullptr);
  }
  ~Statement() { sqlite3_finalize(statement_); }
  Statement(const Statement&) = delete;
  Statement& operator=(const Statement&) = delete;

  // The text must live until the statement ends.
  Statement& bind(std::string_view text) {
    if (status_ != SQLITE_OK) return *this;
    status_ = sqlite3_bind_text64(statement_, ++bound_, text.data(), text.size(), SQLITE_STATIC,
                                  SQLITE_UTF8);
    return *this;
  }
  Statement& bind(int64_t value) {
    if (status_ == SQLITE_OK) status_ = sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
  }

  // True when there is a row, false at the end.
  Result<bool> step() {
    if (status_ == SQLITE_OK) status_ = sqlite3_step(statement_);
    if (status_ == SQLITE_ROW) {
      status_ = SQLITE_OK;
      return true;
    }
    if (status_ == SQLITE_DONE) return false;
    return error();
  }

  std::string text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    return std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
  }
  int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }

 private:
  Error error() const {
    const int extended = sqlite3_extended_errcode(database_);
    if (extended == SQLITE_CONSTRAINT_UNIQUE) return {Error::Code::kConflict, "the name is taken"};
    const int code = extended & 0xFF;
    const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    return {damaged ? Error::Code::kCorrupt : Error::Code::kUnavailable,
            std::string("saved things cannot be read or written: ") + sqlite3_errmsg(database_)};
  }

  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  int status_ = SQLITE_OK;
  int bound_ = 0;
};

Saved read_row(const Statement& row) {
  return Saved{row.text(0),
               {row.text(1), row.text(2), row.text(3), row.text(6)},
               {row.integer(4)},
               {row.integer(5)}};
}

}  // namespace

std::string_view kind_name(SavedKind kind) {
  switch (kind) {
    case SavedKind::kReport:
      return "report";
    case SavedKind::kBoard:
      return "board";
    case SavedKind::kCohort:
      return "cohort";
  }
  CHECK(false);
}

struct SavedThings::Impl {
  std::mutex mutex;
  sqlite3* database = nullptr;  // guarded by mutex

  ~Impl() { sqlite3_close(database); }
  Result<void> prepare(const std::string& path);
  Result<int64_t> user_version();
  Result<void> execute(const char* sql);
  Result<Saved> get(SavedKind kind, const std::string& id);
  Error explain(Error error, SavedKind kind, const Draft& draft) const;
};

Result<void> SavedThings::Impl::execute(const char* sql) {
  if (sqlite3_exec(database, sql, nullptr, nullptr, nullptr) == SQLITE_OK) return {};
  const int code = sqlite3_errcode(database);
  const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
  return Error{damaged ? Error::Code::kCorrupt : Error::Code::kUnavailable,
               sqlite3_errmsg(database)};
}

Result<int64_t> SavedThings::Impl::user_version() {
  Statement statement(database, "PRAGMA user_version");
  TRY(statement.step());
  return statement.integer(0);
}

Result<void> SavedThings::Impl::prepare(const std::string& path) {
  if (sqlite3_open(path.c_str(), &database) != SQLITE_OK) {
    return Error{Error::Code::kUnavailable, sqlite3_errmsg(database)};
  }
  sqlite3_busy_timeout(database, 5000);
  TRY(execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL"));
  // Two processes may make the file at the same time: the second waits here and then finds the
  // table.
  TRY(execute("BEGIN IMMEDIATE"));
  const int64_t version = TRY(user_version());
  if (version > kVersion) {
    return Error{Error::Code::kUnsupported,
                 "a newer version of starling wrote it; this one reads version " +
                     std::to_string(kVersion) + ", the file has " + std::to_string(version)};
  }
  if (version == 0) TRY(execute(kCreate));
  if (version == 1) TRY(execute(kUpgradeFrom1));
  return execute("COMMIT");
}

Result<std::unique_ptr<SavedThings>> SavedThings::open(const std::string& path) {
  auto impl = std::make_unique<Impl>();
  auto prepared = impl->prepare(path);
  if (!prepared) return std::move(prepared).error().wrap(path);
  return std::unique_ptr<SavedThings>(new SavedThings(std::move(impl)));
}

SavedThings::SavedThings(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SavedThings::~SavedThings() = default;

Error SavedThings::Impl::explain(Error error, SavedKind kind, const Draft& draft) const {
  if (error.code != Error::Code::kConflict) return error;
  const std::string what(kind_name(kind));
  return {Error::Code::kConflict,
          "there is already a " + what + " named \"" + draft.name + "\"; choose another name"};
}

Result<std::vector<Saved>> SavedThings::list(SavedKind kind) {
  const std::lock_guard lock(impl_->mutex);
  Statement rows(impl_->database, std::string(kColumns) + "WHERE kind = ? ORDER BY name");
  rows.bind(kind_name(kind));
  std::vector<Saved> out;
  while (TRY(rows.step())) out.push_back(read_row(rows));
  return out;
}

Result<Saved> SavedThings::Impl::get(SavedKind kind, const std::string& id) {
  Statement row(database, std::string(kColumns) + "WHERE kind = ? AND id = ?");
  row.bind(kind_name(kind)).bind(id);
  if (!TRY(row.step())) return not_found(kind, id);
  return read_row(row);
}

Result<Saved> SavedThings::get(SavedKind kind, const std::string& id) {
  const std::lock_guard lock(impl_->mutex);
  return impl_->get(kind, id);
}

Result<std::optional<Saved>> SavedThings::find(SavedKind kind, const std::string& name) {
  const std::lock_guard lock(impl_->mutex);
  Statement row(impl_->database, std::string(kColumns) + "WHERE kind = ? AND name = ?");
  row.bind(kind_name(kind)).bind(name);
  if (!TRY(row.step())) return std::optional<Saved>();
  return std::optional<Saved>(read_row(row));
}

Result<Saved> SavedThings::create(SavedKind kind, const Draft& draft, base::TimeMs now) {
  const std::lock_guard lock(impl_->mutex);
  const std::string id = new_id();
  Statement insert(
      impl_->database,
      "INSERT INTO saved (id, kind, name, description, document, created_at, updated_at, view) "
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
  insert.bind(id)
      .bind(kind_name(kind))
      .bind(draft.name)
      .bind(draft.description)
      .bind(draft.document);
  auto inserted = insert.bind(now.value).bind(now.value).bind(draft.view).step();
  if (!inserted) return impl_->explain(std::move(inserted).error(), kind, draft);
  return impl_->get(kind, id);
}

Result<Saved> SavedThings::replace(SavedKind kind, const std::string& id, const Draft& draft,
                                   base::TimeMs now) {
  const std::lock_guard lock(impl_->mutex);
  Statement update(
      impl_->database,
      "UPDATE saved SET name = ?, description = ?, document = ?, view = ?, updated_at = ? "
      "WHERE kind = ? AND id = ?");
  update.bind(draft.name)
      .bind(draft.description)
      .bind(draft.document)
      .bind(draft.view)
      .bind(now.value);
  auto updated = update.bind(kind_name(kind)).bind(id).step();
  if (!updated) return impl_->explain(std::move(updated).error(), kind, draft);
  return impl_->get(kind, id);
}

Result<void> SavedThings::remove(SavedKind kind, const std::string& id) {
  const std::lock_guard lock(impl_->mutex);
  Statement removal(impl_->database, "DELETE FROM saved WHERE kind = ? AND id = ?");
  TRY(removal.bind(kind_name(kind)).bind(id).step());
  if (sqlite3_changes(impl_->database) == 0) return not_found(kind, id);
  return {};
}

}  // namespace starling::api
