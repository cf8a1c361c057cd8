// The web app's files over HTTP: compressed when the client takes it, unchanged files not sent
// again, and any path that is no file answered with the app, which finds its page by itself.
#pragma once

#include <span>
#include <string_view>

#include "api/http/message.h"

namespace starling::api {

struct Asset {
  std::string_view path;  // "assets/index-4f2a.js"
  std::string_view content_type;
  std::string_view raw;
  std::string_view gzip;  // may be empty
  std::string_view etag;  // strong, in quotes
};

// `assets` are sorted by path and live as long as the program.
http::Response serve_asset(std::span<const Asset> assets, const http::Request& request);

}  // namespace starling::api
