#include "api/assets.h"

#include <gtest/gtest.h>

namespace starling::api {
namespace {

constexpr Asset kAssets[] = {
    {"assets/app-1.js", "text/javascript; charset=utf-8", "raw script", "packed", "\"a\""},
    {"icon.svg", "image/svg+xml", "<svg/>", "", "\"b\""},
    {"index.html", "text/html; charset=utf-8", "<html>", "", "\"c\""},
};

http::Response get(const std::string& path,
                   std::vector<std::pair<std::string, std::string>> headers = {}) {
  http::Request request;
  request.method = "GET";
  request.path = path;
  request.headers = std::move(headers);
  return serve_asset(kAssets, request);
}

std::string header(const http::Response& response, const std::string& name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(AssetsTest, SendsTheCompressedFormWhenTaken) {
  EXPECT_EQ(get("/assets/app-1.js").content(), "raw script");
  for (const char* accepted : {"gzip", "br, gzip", "deflate, gzip;q=0.5"}) {
    const auto response = get("/assets/app-1.js", {{"accept-encoding", accepted}});
    EXPECT_EQ(response.content(), "packed") << accepted;
    EXPECT_EQ(header(response, "Content-Encoding"), "gzip");
    EXPECT_EQ(header(response, "Vary"), "Accept-Encoding");
    EXPECT_EQ(header(response, "ETag"), "\"a-gzip\"");
  }
  for (const char* refused : {"br", "gzip;q=0", "gzip; q=0.0"}) {
    EXPECT_EQ(get("/assets/app-1.js", {{"accept-encoding", refused}}).content(), "raw script")
        << refused;
  }
  EXPECT_EQ(get("/icon.svg", {{"accept-encoding", "gzip"}}).content(), "<svg/>");
}

TEST(AssetsTest, DoesNotSendWhatTheClientHas) {
  for (const char* known : {"\"c\"", "W/\"c\"", "\"x\", \"c\"", "*"}) {
    const auto response = get("/", {{"if-none-match", known}});
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_EQ(response.content(), "");
    EXPECT_EQ(header(response, "ETag"), "\"c\"");
  }
  EXPECT_EQ(get("/", {{"if-none-match", "\"x\""}}).status, 200);
}

TEST(AssetsTest, PagesOfTheAppAreTheApp) {
  EXPECT_EQ(get("/").content(), "<html>");
  EXPECT_EQ(get("/insights/new").content(), "<html>");
  EXPECT_EQ(get("/insights").status, 200);
  EXPECT_EQ(get("/assets/gone.js").status, 404);
}

TEST(AssetsTest, NamesWithAHashMayBeKeptForEver) {
  EXPECT_EQ(header(get("/assets/app-1.js"), "Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(header(get("/"), "Cache-Control"), "no-cache");
}

TEST(AssetsTest, SaysThatThereIsNoWebApp) {
  http::Request request;
  request.method = "GET";
  request.path = "/";
  EXPECT_EQ(serve_asset({}, request).status, 404);
  request.method = "POST";
  EXPECT_EQ(serve_asset(kAssets, request).status, 405);
}

}  // namespace
}  // namespace starling::api
