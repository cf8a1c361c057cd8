// From a request to its answer: who may ask, which route, what goes into every answer's header.
#pragma once

#include <span>
#include <string>

#include "api/assets.h"
#include "api/route.h"

namespace starling::api {

class Application {
 public:
  struct Options {
    // Names a browser may know the server by, in lower case. A page of another site that points its
    // own name at this machine (DNS rebinding) is refused. Empty: any.
    std::vector<std::string> hosts = {"127.0.0.1", "localhost", "::1"};
    std::span<const Asset> assets = {};
    SyncControl* sync = nullptr;  // nullptr: syncs cannot be steered through this server
  };

  // The references outlive the application.
  Application(const Data& data, SavedThings& saved, const base::Clock& clock, Options options);

  // Thread-safe.
  http::Response handle(const http::Request& request);

 private:
  http::Response dispatch(const http::Request& request);
  http::Response call(const Route& route, const http::Request& request,
                      std::vector<std::string> arguments);
  bool host_allowed(const http::Request& request) const;

  Memo memo_{64 << 20};
  Context context_;
  Options options_;
};

}  // namespace starling::api
