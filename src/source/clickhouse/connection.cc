#include "source/clickhouse/connection.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstdlib>
#include <optional>

#include "source/location.h"

namespace starling::source::clickhouse {
namespace {

using base::Error;

constexpr long kConnectSeconds = 10;
constexpr size_t kErrorTextMax = 64 * 1024;

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeHeaders {
  void operator()(curl_slist* headers) const { curl_slist_free_all(headers); }
};
using Headers = std::unique_ptr<curl_slist, FreeHeaders>;

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};

void start_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(started == CURLE_OK);
}

// A part of a URL, "" where it has none.
std::string part_of(CURLU* url, CURLUPart part, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK) return "";
  std::string out = text;
  curl_free(text);
  return out;
}

std::string escaped(const std::string& text) {
  char* out = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  std::string kept = out;
  curl_free(out);
  return kept;
}

// What one call gathers while its bytes come.
struct Answer {
  CURL* handle = nullptr;
  const std::function<Result<void>(std::string_view)>* take = nullptr;
  std::optional<Error> failed;
  std::string error_text;  // of an answer that is not 200

  static size_t on_bytes(char* bytes, size_t, size_t count, void* self) {
    return static_cast<Answer*>(self)->write({bytes, count}) ? count : 0;
  }
  bool write(std::string_view bytes) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
      error_text += bytes.substr(0, kErrorTextMax - std::min(kErrorTextMax, error_text.size()));
      return true;
    }
    auto taken = (*take)(bytes);
    if (!taken) failed = std::move(taken).error();
    return !failed;
  }
};

// "Code: 60. DB::Exception: Table shop.ordrs does not exist. (UNKNOWN_TABLE) (version …)", without
// what only the server's makers read.
std::string message_of(std::string text) {
  text = text.substr(0, text.find("\n"));
  for (const char* tail : {" (version ", ", e.what()", ". Stack trace"})
    text = text.substr(0, text.find(tail));
  for (const char* head : {"DB::Exception: ", "DB::NetException: "}) {
    size_t at = text.find(head);
    if (at != std::string::npos) text.erase(at, std::string(head).size());
  }
  return text;
}

// Codes of src/Common/ErrorCodes.cpp that a statement can be blamed for: names, types and syntax.
bool is_fault_of_statement(const std::string& text) {
  static constexpr int kCodes[] = {6,  8,  16, 27, 36, 38, 41,  42,  43,  44,  46,  47,  48,
                                   50, 53, 62, 63, 70, 72, 179, 184, 215, 352, 386, 403, 407};
  int code = 0;
  if (std::sscanf(text.c_str(), "Code: %d", &code) != 1) return false;
  for (int each : kCodes) {
    if (code == each) return true;
  }
  return false;
}

}  // namespace

Result<Connection> Connection::open(const std::string& url) {
  start_curl();
  std::unique_ptr<CURLU, FreeUrl> parsed(curl_url());
  bool fits = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) == CURLUE_OK;
  std::string scheme = part_of(parsed.get(), CURLUPART_SCHEME);
  if (!fits || (scheme != "http" && scheme != "https")) {
    return Error{Error::Code::kInvalid, without_password(url) +
                                            " is no URL of ClickHouse's HTTP interface: "
                                            "http://user@host:8123/database is expected"};
  }
  Connection out;
  out.shown_ = without_password(url);
  out.user_ = part_of(parsed.get(), CURLUPART_USER, CURLU_URLDECODE);
  out.password_ = part_of(parsed.get(), CURLUPART_PASSWORD, CURLU_URLDECODE);
  const char* password = std::getenv("CLICKHOUSE_PASSWORD");
  if (out.password_.empty() && password != nullptr) out.password_ = password;
  std::string database = part_of(parsed.get(), CURLUPART_PATH, CURLU_URLDECODE);
  std::string query = part_of(parsed.get(), CURLUPART_QUERY);
  curl_url_set(parsed.get(), CURLUPART_USER, nullptr, 0);
  curl_url_set(parsed.get(), CURLUPART_PASSWORD, nullptr, 0);
  curl_url_set(parsed.get(), CURLUPART_PATH, "/", 0);
  curl_url_set(parsed.get(), CURLUPART_QUERY, nullptr, 0);
  out.url_ = part_of(parsed.get(), CURLUPART_URL) + "?" + query;
  if (database.size() > 1) out.url_ += "&database=" + escaped(database.substr(1));
  return out;
}

Result<void> Connection::run(const std::string& sql, const Settings& settings,
                             const std::function<Result<void>(std::string_view)>& take) const {
  std::string url = url_;
  for (const auto& [name, value] : settings) url += fmt::format("&{}={}", name, escaped(value));
  Handle handle(curl_easy_init());
  CHECK(handle != nullptr);
  curl_slist* list = curl_slist_append(nullptr, "Content-Type: text/plain");
  list = curl_slist_append(list, "Expect:");
  if (!user_.empty()) list = curl_slist_append(list, ("X-ClickHouse-User: " + user_).c_str());
  if (!password_.empty())
    list = curl_slist_append(list, ("X-ClickHouse-Key: " + password_).c_str());
  Headers headers(list);
  char reason[CURL_ERROR_SIZE] = "";
  Answer answer{handle.get(), &take, std::nullopt, ""};
  curl_easy_setopt(handle.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(sql.size()));
  curl_easy_setopt(handle.get(), CURLOPT_POSTFIELDS, sql.data());
  curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(handle.get(), CURLOPT_USERAGENT, "starling");
  curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(handle.get(), CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle.get(), CURLOPT_ERRORBUFFER, reason);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &Answer::on_bytes);
  curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &answer);
  CURLcode code = curl_easy_perform(handle.get());
  if (answer.failed) return std::move(*answer.failed);
  if (code != CURLE_OK) {
    return Error{Error::Code::kUnavailable,
                 fmt::format("ClickHouse {}: {}", shown_,
                             reason[0] != '\0' ? reason : curl_easy_strerror(code))};
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 200) return {};
  std::string said = message_of(answer.error_text);
  if (said.empty()) said = fmt::format("it answered with HTTP status {}", status);
  if (is_fault_of_statement(answer.error_text)) return Error{Error::Code::kInvalid, said};
  return Error{Error::Code::kUnavailable, fmt::format("ClickHouse {}: {}", shown_, said)};
}

Result<std::vector<std::vector<std::string>>> Connection::texts(const std::string& sql,
                                                                const Settings& settings) const {
  std::string text;
  TRY(run(sql + "\nFORMAT TabSeparatedRaw", settings, [&](std::string_view bytes) -> Result<void> {
    text += bytes;
    return {};
  }));
  std::vector<std::vector<std::string>> rows;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::vector<std::string>& row = rows.emplace_back(1);
    for (; at < end; ++at) {
      if (text[at] == '\t') {
        row.emplace_back();
      } else {
        row.back() += text[at];
      }
    }
    at = end + 1;
  }
  return rows;
}

}  // namespace starling::source::clickhouse
