#include "api/application.h"

#include <algorithm>
#include <optional>

#include "api/http/problem.h"
#include "api/http/target.h"

namespace starling::api {

namespace {

// The two hashes are of the style elements that React Aria writes into the page; nothing else may
// be inline.
constexpr const char* kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; "
    "style-src 'self' 'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o=' "
    "'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

void add_security_headers(http::Response& response) {
  response.set("Content-Security-Policy", kContentSecurityPolicy);
  response.set("X-Content-Type-Options", "nosniff");
  response.set("X-Frame-Options", "DENY");
  response.set("Referrer-Policy", "same-origin");
  response.set("Cross-Origin-Opener-Policy", "same-origin");
  response.set("Cross-Origin-Resource-Policy", "same-origin");
}

// What stands for the pattern's names, or nothing when the path does not fit.
std::optional<std::vector<std::string>> match(std::string_view pattern,
                                              const std::vector<std::string>& path) {
  const auto parts = pattern_segments(pattern);
  if (parts.size() != path.size()) return std::nullopt;
  std::vector<std::string> arguments;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (parts[i].front() == '{') {
      arguments.push_back(path[i]);
    } else if (parts[i] != path[i]) {
      return std::nullopt;
    }
  }
  return arguments;
}

bool is_json(const http::Request& request) {
  const std::string* type = request.header("content-type");
  if (type == nullptr) return false;
  std::string media = type->substr(0, type->find(';'));
  while (!media.empty() && media.back() == ' ') media.pop_back();
  std::transform(media.begin(), media.end(), media.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return media == "application/json";
}

}  // namespace

Application::Application(const Data& data, SavedThings& saved, const base::Clock& clock,
                         Options options)
    : context_{data, saved, clock, memo_, options.sync}, options_(std::move(options)) {}

http::Response Application::handle(const http::Request& request) {
  http::Response response =
      host_allowed(request)
          ? dispatch(request)
          : http::problem(403, "Host not allowed",
                          "This server does not answer under that name; use the address it "
                          "was started with.");
  add_security_headers(response);
  return response;
}

bool Application::host_allowed(const http::Request& request) const {
  if (options_.hosts.empty()) return true;
  const std::string* host = request.header("host");
  if (host == nullptr) return false;
  const std::string name = http::host_name(*host);
  return std::find(options_.hosts.begin(), options_.hosts.end(), name) != options_.hosts.end();
}

http::Response Application::dispatch(const http::Request& request) {
  const bool api = !request.segments.empty() && request.segments[0] == "api";
  if (!api && request.path != "/healthz") return serve_asset(options_.assets, request);

  const std::string method = request.method == "HEAD" ? "GET" : request.method;
  std::string allowed;
  for (const Route& route : routes()) {
    auto arguments = match(route.pattern, request.segments);
    if (!arguments) continue;
    if (route.method == method) return call(route, request, std::move(*arguments));
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method) +
               (route.method == "GET" ? ", HEAD" : "");
  }
  if (allowed.empty()) {
    return http::problem(404, "Not found",
                         "There is no " + request.path + " in this API; see /api/v1/openapi.json.");
  }
  http::Response refused =
      http::problem(405, "Method not allowed",
                    request.path + " takes " + allowed + ", not " + request.method + ".");
  refused.set("Allow", allowed);
  return refused;
}

http::Response Application::call(const Route& route, const http::Request& request,
                                 std::vector<std::string> arguments) {
  Call call{context_, request, std::move(arguments), {}};
  const std::string_view document = route.body == "Report" ? "report" : "request";
  if (!route.body.empty()) {
    if (!is_json(request) || request.header("content-encoding") != nullptr) {
      return http::problem(415, "Unsupported media type",
                           "The body must be sent as Content-Type: application/json.");
    }
    auto body = base::parse_json(request.body);
    if (!body) return http::problem(std::move(body).error().wrap("the body is no JSON"), document);
    call.body = std::move(body).value();
  }
  auto response = route.handler(call);
  if (!response) return http::problem(response.error(), document);
  return std::move(response).value();
}

}  // namespace starling::api
