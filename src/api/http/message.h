// A request as handlers see it, and the answer they give back.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace starling::api::http {

struct Request {
  std::string method;                 // "GET"
  std::string path;                   // as sent, without the query; starts with '/'
  std::vector<std::string> segments;  // of the path, decoded: /a/b%2Fc gives "a", "b/c"
  std::vector<std::pair<std::string, std::string>> parameters;  // of the query, decoded, in order
  std::vector<std::pair<std::string, std::string>> headers;     // names in lower case
  std::string body;
  const std::atomic<bool>* cancelled =
      nullptr;  // becomes true when the client goes away; may be nullptr

  const std::string* header(std::string_view lower_case_name) const;
  const std::string* parameter(std::string_view name) const;  // the first of that name
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>>
      headers;  // without Content-Length, Date and Connection
  std::string body;
  std::string_view static_body =
      {};  // sent instead of `body` when that is empty; lives as long as the program

  std::string_view content() const { return body.empty() ? static_body : std::string_view(body); }
  void set(std::string name, std::string value) {
    headers.emplace_back(std::move(name), std::move(value));
  }
};

std::string_view status_text(int status);  // "Not Found"

}  // namespace starling::api::http
