#include "api/http/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

namespace starling::api::http {

RawClient::RawClient(uint16_t port) {
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{5, 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) close();
}

RawClient::~RawClient() { close(); }

void RawClient::close() {
  if (socket_ >= 0) ::close(socket_);
  socket_ = -1;
}

void RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

bool RawClient::read_more() {
  char bytes[16384];
  const ssize_t count = socket_ < 0 ? -1 : ::recv(socket_, bytes, sizeof bytes, 0);
  if (count <= 0) return false;
  pending_.append(bytes, static_cast<size_t>(count));
  return true;
}

std::string RawClient::read_until(std::string_view mark) {
  for (;;) {
    const size_t at = mark.empty() ? std::string::npos : pending_.find(mark);
    if (at != std::string::npos) {
      std::string out = pending_.substr(0, at + mark.size());
      pending_.erase(0, out.size());
      return out;
    }
    if (!read_more()) return std::move(pending_);
  }
}

std::string RawClient::read_response() {
  std::string response = read_until("\r\n\r\n");
  const size_t size = std::strtoul(header_of(response, "Content-Length").c_str(), nullptr, 10);
  while (pending_.size() < size && read_more()) {
  }
  response += pending_.substr(0, size);
  pending_.erase(0, size);
  return response;
}

bool RawClient::closed_by_server() {
  char byte;
  return socket_ >= 0 && pending_.empty() && ::recv(socket_, &byte, 1, 0) == 0;
}

std::string exchange(uint16_t port, std::string_view request) {
  RawClient client(port);
  client.send(request);
  return client.read_response();
}

int status_of(std::string_view response) {
  constexpr std::string_view kStart = "HTTP/1.1 ";
  if (response.substr(0, kStart.size()) != kStart) return 0;
  return std::atoi(std::string(response.substr(kStart.size(), 3)).c_str());
}

std::string body_of(std::string_view response) {
  const size_t at = response.find("\r\n\r\n");
  return at == std::string_view::npos ? "" : std::string(response.substr(at + 4));
}

std::string header_of(std::string_view response, std::string_view name) {
  const std::string start = "\r\n" + std::string(name) + ": ";
  const size_t end_of_header = response.find("\r\n\r\n");
  const size_t at = response.find(start);
  if (at == std::string_view::npos || at > end_of_header) return "";
  const size_t from = at + start.size();
  return std::string(response.substr(from, response.find("\r\n", from) - from));
}

}  // namespace starling::api::http
