// Problem details (RFC 9457): how every error leaves the server.
#pragma once

#include <string_view>

#include "api/http/message.h"
#include "base/result.h"

namespace starling::api::http {

// `title` says what kind of trouble it is, `detail` what happened this time.
Response problem(int status, std::string_view title, std::string_view detail);

// The status and title of an error's code; `errors` lists the problems of a refused document,
// `document` is its name in the title ("Invalid report").
Response problem(const base::Error& error, std::string_view document);

}  // namespace starling::api::http
