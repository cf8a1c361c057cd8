// The web app's files, linked into the program (cmake/EmbedAssets.cmake generates the table).
#pragma once

#include <span>
#include <string_view>

namespace starling::app {

struct EmbeddedAsset {
  std::string_view path;  // from the root of the site, no leading slash: "assets/index-4f2a.js"
  std::string_view content_type;  // with its charset where it is text
  std::string_view raw;           // the file's bytes
  std::string_view gzip;          // the same, compressed; empty where that would not be smaller
  std::string_view etag;          // strong, in quotes; changes with the bytes
};

// Sorted by path; empty when built with -DWITH_WEB=OFF. Lives as long as the program.
std::span<const EmbeddedAsset> embedded_assets();

}  // namespace starling::app
