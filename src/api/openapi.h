// The machine-readable description of the API, written from the table of routes.
#pragma once

#include <string>
#include <string_view>

namespace starling::api {

std::string openapi_json();          // the whole OpenAPI 3.1 document
std::string_view openapi_schemas();  // its components/schemas, one JSON object

}  // namespace starling::api
