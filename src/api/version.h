// The program's version, as `starling --version` and the API say it.
#pragma once

#include <string_view>

namespace starling::api {

constexpr std::string_view kVersion = "0.1.0";

}  // namespace starling::api
