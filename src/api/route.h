// One row of the table of routes, from which requests are dispatched and the OpenAPI document is
// written.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/data.h"
#include "api/http/message.h"
#include "api/memo.h"
#include "api/saved/saved_things.h"
#include "api/sync_control.h"
#include "base/clock.h"
#include "base/document.h"

namespace starling::api {

// What handlers work with; lives as long as the server.
struct Context {
  const Data& data;
  SavedThings& saved;
  const base::Clock& clock;
  Memo& memo;
  SyncControl* sync;  // nullptr: syncs cannot be steered here
};

struct Call {
  const Context& context;
  const http::Request& request;
  std::vector<std::string> arguments;  // what stands for the {names} of the pattern, in order
  base::Node body;                     // of a route that takes one
};

struct Parameter {
  std::string_view name;
  std::string_view description;
  std::string_view schema;  // JSON
  bool required = false;
};

struct Route {
  std::string_view method;
  std::string_view pattern;  // "/api/v1/reports/{id}"
  std::string_view id;       // OpenAPI operationId
  std::string_view summary;
  Result<http::Response> (*handler)(const Call& call);
  std::string_view body;    // name of the body's schema in openapi_schemas.h; "" = takes none
  int status;               // when all went well
  std::string_view answer;  // name of the answer's schema; "" = no content
  std::vector<Parameter> parameters = {};
};

std::span<const Route> routes();

// The parts of a pattern, "{id}" included.
std::vector<std::string_view> pattern_segments(std::string_view pattern);

http::Response json_response(std::string json, int status = 200);

}  // namespace starling::api
