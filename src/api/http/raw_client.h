// A client for tests that sends exactly the bytes it is told to.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace starling::api::http {

class RawClient {
 public:
  explicit RawClient(uint16_t port);  // connects to 127.0.0.1
  ~RawClient();
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  bool connected() const { return socket_ >= 0; }
  void send(std::string_view bytes);
  // What comes until `mark` has come, the server closes, or five seconds have passed.
  std::string read_until(std::string_view mark);
  std::string read_to_end() { return read_until({}); }
  // One answer: its header and as many bytes of body as the header says.
  std::string read_response();
  void close();
  bool closed_by_server();  // within five seconds

 private:
  bool read_more();

  int socket_ = -1;
  std::string pending_;
};

// Sends a request on a connection of its own and gives the whole answer.
std::string exchange(uint16_t port, std::string_view request);
int status_of(std::string_view response);  // 0 when it is no answer
std::string body_of(std::string_view response);
std::string header_of(std::string_view response, std::string_view name);  // "" when absent

}  // namespace starling::api::http
