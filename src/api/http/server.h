// An HTTP/1.1 server for one handler: keep-alive, limits, deadlines, an orderly end. Answers what
// is malformed itself, with problem details, so that the handler sees only whole and well-formed
// requests.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "api/http/message.h"
#include "base/result.h"

namespace starling::api::http {

using base::Result;

// Called on several threads at once. An exception that leaves it is answered with status 500.
using Handler = std::function<Response(const Request&)>;

class Server {
 public:
  struct Options {
    std::string address = "127.0.0.1";
    uint16_t port = 8080;  // 0: any free one
    int io_threads = 2;
    int workers = 4;
    size_t queue_max = 512;         // requests waiting for a worker; more are answered 503
    size_t connections_max = 4096;  // more are closed at once
    size_t header_bytes_max = 16 << 10;
    size_t body_bytes_max = 8 << 20;
    std::chrono::milliseconds header_timeout{
        10'000};  // from a request's first byte to its header's last
    std::chrono::milliseconds body_timeout{60'000};
    std::chrono::milliseconds idle_timeout{75'000};
    std::chrono::milliseconds write_timeout{60'000};
    std::chrono::milliseconds stop_grace{10'000};  // running requests may take so long after a stop
    bool stop_on_signals = false;  // SIGINT and SIGTERM stop it; a second one at once
  };

  // Listens from here on. Fails with kUnavailable when the address cannot be bound; the message
  // says what to do.
  static Result<std::unique_ptr<Server>> start(Options options, Handler handler);
  ~Server();  // stops

  uint16_t port() const;
  // Begins an orderly end: no new connections or requests, running ones are finished. Any thread.
  void stop();
  // Returns when the end has come, by stop() or by a signal.
  void wait();

  struct Impl;

 private:
  explicit Server(std::unique_ptr<Impl> impl);

  std::unique_ptr<Impl> impl_;
};

}  // namespace starling::api::http
