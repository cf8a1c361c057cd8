#include "api/openapi.h"

#include <map>

#include "api/handlers.h"
#include "api/version.h"
#include "base/json_writer.h"

namespace starling::api {

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return out;
}

std::string reference(std::string_view schema) {
  return "{\"$ref\": \"#/components/schemas/" + std::string(schema) + "\"}";
}

void write_content(base::JsonWriter& json, std::string_view type, std::string_view schema) {
  json.key("content").begin_object().key(type).begin_object().key("schema").raw(reference(schema));
  json.end_object().end_object();
}

void write_parameters(base::JsonWriter& json, const Route& route) {
  json.key("parameters").begin_list();
  for (const std::string_view part : pattern_segments(route.pattern)) {
    if (part.front() != '{') continue;
    json.begin_object().key("name").text(part.substr(1, part.size() - 2)).key("in").text("path");
    json.key("required").boolean(true).key("schema").raw(R"({"type": "string"})").end_object();
  }
  for (const Parameter& parameter : route.parameters) {
    json.begin_object().key("name").text(parameter.name).key("in").text("query");
    json.key("description").text(parameter.description).key("required").boolean(parameter.required);
    json.key("schema").raw(parameter.schema).end_object();
  }
  json.end_list();
}

void write_operation(base::JsonWriter& json, const Route& route) {
  json.key(lower(route.method)).begin_object();
  json.key("operationId").text(route.id).key("summary").text(route.summary);
  write_parameters(json, route);
  if (!route.body.empty()) {
    json.key("requestBody").begin_object().key("required").boolean(true);
    write_content(json, "application/json", route.body);
    json.end_object();
  }
  json.key("responses").begin_object();
  json.key(std::to_string(route.status)).begin_object().key("description").text("Done");
  if (!route.answer.empty()) write_content(json, "application/json", route.answer);
  json.end_object();
  json.key("default").begin_object().key("description").text("What went wrong");
  write_content(json, "application/problem+json", "Problem");
  json.end_object().end_object().end_object();
}

}  // namespace

std::string openapi_json() {
  std::map<std::string_view, std::vector<const Route*>> by_path;
  for (const Route& route : routes()) by_path[route.pattern].push_back(&route);
  base::JsonWriter json;
  json.begin_object().key("openapi").text("3.1.0");
  json.key("info").begin_object().key("title").text("Starling").key("version").text(kVersion);
  json.key("license")
      .begin_object()
      .key("name")
      .text("Apache-2.0")
      .key("identifier")
      .text("Apache-2.0")
      .end_object();
  json.end_object();
  json.key("paths").begin_object();
  for (const auto& [path, operations] : by_path) {
    json.key(path).begin_object();
    for (const Route* route : operations) write_operation(json, *route);
    json.end_object();
  }
  json.end_object();
  json.key("components").begin_object().key("schemas").raw(openapi_schemas()).end_object();
  return json.end_object().take();
}

Result<http::Response> get_openapi(const Call&) { return json_response(openapi_json()); }

Result<http::Response> get_health(const Call&) { return json_response(R"({"status": "ok"})"); }

}  // namespace starling::api
