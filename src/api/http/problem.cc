#include "api/http/problem.h"

#include <string>

#include "base/json_writer.h"

namespace starling::api::http {

namespace {

Response write(int status, std::string_view title, std::string_view detail,
               const std::vector<base::Problem>& problems) {
  base::JsonWriter json;
  json.begin_object();
  json.key("type").text("about:blank");
  json.key("title").text(title);
  json.key("status").integer(status);
  json.key("detail").text(detail);
  if (!problems.empty()) {
    json.key("errors").begin_list();
    for (const base::Problem& problem : problems) {
      json.begin_object()
          .key("path")
          .text(problem.path)
          .key("message")
          .text(problem.message)
          .end_object();
    }
    json.end_list();
  }
  json.end_object();
  Response response;
  response.status = status;
  response.set("Content-Type", "application/problem+json");
  response.set("Cache-Control", "no-store");
  response.body = json.take();
  return response;
}

}  // namespace

Response problem(int status, std::string_view title, std::string_view detail) {
  return write(status, title, detail, {});
}

Response problem(const base::Error& error, std::string_view document) {
  using Code = base::Error::Code;
  switch (error.code) {
    case Code::kInvalid:
      return write(400, "Invalid " + std::string(document), error.message, error.problems);
    case Code::kNotFound:
      return write(404, "Not found", error.message, error.problems);
    case Code::kConflict:
      return write(409, "Conflict", error.message, error.problems);
    case Code::kUnsupported:
      return write(422, "Not possible in this version", error.message, error.problems);
    case Code::kCorrupt:
      return write(503, "Stored data are damaged", error.message, error.problems);
    case Code::kUnavailable:
      return write(503, "Data cannot be read", error.message, error.problems);
    case Code::kCancelled:
      return write(499, "Cancelled", error.message, error.problems);
  }
  CHECK(false);
}

}  // namespace starling::api::http
