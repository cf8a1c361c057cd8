#include "api/assets.h"

#include <algorithm>
#include <string>

#include "api/http/problem.h"

namespace starling::api {

namespace {

constexpr std::string_view kHashedFolder = "assets/";  // names there change with the content

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Calls `test` with each entry of a comma-separated header until one passes.
template <class Test>
bool any_entry(std::string_view header, const Test& test) {
  while (!header.empty()) {
    const size_t comma = header.find(',');
    if (test(trim(header.substr(0, comma)))) return true;
    if (comma == std::string_view::npos) break;
    header.remove_prefix(comma + 1);
  }
  return false;
}

bool accepts_gzip(const http::Request& request) {
  const std::string* header = request.header("accept-encoding");
  return header != nullptr && any_entry(*header, [](std::string_view entry) {
           const size_t semicolon = entry.find(';');
           if (trim(entry.substr(0, semicolon)) != "gzip") return false;
           const std::string_view weight =
               semicolon == std::string_view::npos ? "" : trim(entry.substr(semicolon + 1));
           return weight.find_first_of("123456789") != std::string_view::npos || weight.empty();
         });
}

// The compressed form is another representation, so it needs another strong tag.
std::string gzip_etag(const Asset& asset) {
  return std::string(asset.etag.substr(0, asset.etag.size() - 1)) + "-gzip\"";
}

bool is_known(const http::Request& request, std::string_view etag) {
  const std::string* header = request.header("if-none-match");
  return header != nullptr && any_entry(*header, [etag](std::string_view entry) {
           if (entry.substr(0, 2) == "W/") entry.remove_prefix(2);
           return entry == "*" || entry == etag;
         });
}

const Asset* find(std::span<const Asset> assets, std::string_view path) {
  const auto at = std::lower_bound(
      assets.begin(), assets.end(), path,
      [](const Asset& asset, std::string_view wanted) { return asset.path < wanted; });
  return at != assets.end() && at->path == path ? &*at : nullptr;
}

}  // namespace

http::Response serve_asset(std::span<const Asset> assets, const http::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    http::Response refused =
        http::problem(405, "Method not allowed", "The web app's files can only be read.");
    refused.set("Allow", "GET, HEAD");
    return refused;
  }
  const std::string_view path = std::string_view(request.path).substr(1);
  const bool hashed = path.substr(0, kHashedFolder.size()) == kHashedFolder;
  const Asset* asset = find(assets, path);
  if (asset == nullptr && !hashed) asset = find(assets, "index.html");
  if (asset == nullptr) {
    return http::problem(404, "Not found",
                         assets.empty() ? "This starling was built without the web app."
                                        : "There is no such file in the web app.");
  }
  const bool gzip = !asset->gzip.empty() && accepts_gzip(request);
  const std::string etag = gzip ? gzip_etag(*asset) : std::string(asset->etag);
  http::Response response;
  response.set("ETag", etag);
  response.set("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache");
  if (!asset->gzip.empty()) response.set("Vary", "Accept-Encoding");
  if (is_known(request, etag)) {
    response.status = 304;
    return response;
  }
  response.set("Content-Type", std::string(asset->content_type));
  if (gzip) response.set("Content-Encoding", "gzip");
  response.static_body = gzip ? asset->gzip : asset->raw;
  return response;
}

}  // namespace starling::api
