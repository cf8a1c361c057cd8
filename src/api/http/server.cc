// Asio carries the bytes, Beast's parser reads the requests; Beast's composed reads and writes are
// left out because they cost six times the compile time and half again the processor time of a
// request.
//
// Threads. Each io thread runs its own io_context, and a connection lives on one of them from
// accept to close: what Connection holds is touched by that thread only, except `cancelled_` and
// what a worker hands back through post().
//
//   accept ─► run ─► read header ─► read body ─► worker: handler ─► write ─┐
//              ▲                                    │ meanwhile: watch     │
//              └────────────── keep-alive ──────────┴──────────────────────┘
//
// Deadlines are kept as one time point a connection; a tick of each loop cancels the operations of
// those that are past.
#include "api/http/server.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <condition_variable>
#include <cstdio>
#include <ctime>
#include <mutex>
#include <thread>
#include <unordered_set>

#include "api/http/problem.h"
#include "api/http/target.h"
#include "api/http/worker_pool.h"

namespace starling::api::http {

namespace asio = boost::asio;
namespace beast_http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using SteadyClock = std::chrono::steady_clock;

namespace {

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kTick{100};
constexpr std::chrono::milliseconds kDrainTimeout{5'000};
constexpr std::chrono::milliseconds kCancelGrace{3'000};
constexpr size_t kDrainBytesMax = 64 << 20;
constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kPipelinedBytesMax = 64 << 10;

std::string http_date() {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  char text[40];
  const size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &utc);
  return std::string(text, size);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

// What a header may not contain even though parsers are often lenient about it: bare line feeds,
// NUL, and lines that go on in the next one.
bool has_forbidden_bytes(std::string_view header) {
  for (size_t i = 0; i < header.size(); ++i) {
    if (header[i] == '\0') return true;
    if (header[i] != '\n') continue;
    if (i == 0 || header[i - 1] != '\r') return true;
    if (i + 1 < header.size() && (header[i + 1] == ' ' || header[i + 1] == '\t')) return true;
  }
  return false;
}

}  // namespace

class Connection;

// One io thread's share: its connections and the tick that watches their deadlines.
struct Loop {
  std::unordered_set<Connection*>
      connections;  // outlives the context, whose end destroys the connections
  asio::io_context context{1};
  asio::steady_timer tick{context};
};

struct Server::Impl {
  Options options;
  Handler handler;
  std::vector<std::unique_ptr<Loop>> loops;
  std::unique_ptr<tcp::acceptor> acceptor;    // on loops[0]
  std::unique_ptr<asio::signal_set> signals;  // on loops[0]
  std::unique_ptr<WorkerPool> workers;
  std::vector<std::thread> threads;
  std::atomic<bool> stopping{false};
  std::atomic<size_t> open{0};  // connections
  std::mutex mutex;
  std::condition_variable changed;
  bool stop_at_once = false;  // guarded by mutex
  bool ended = false;         // guarded by mutex
  uint16_t port = 0;

  Result<void> listen();
  void spawn_threads();
  void await_signal();
  void tick(Loop& loop);
  asio::awaitable<void> accept();
  void begin_stop();
  void end();
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server::Impl& server, Loop& loop, tcp::socket socket)
      : server_(server), loop_(loop), socket_(std::move(socket)), done_(loop.context) {
    done_.expires_at(SteadyClock::time_point::max());
    loop_.connections.insert(this);
  }
  ~Connection() {
    loop_.connections.erase(this);
    --server_.open;
    const std::lock_guard lock(server_.mutex);
    server_.changed.notify_all();
  }

  asio::awaitable<void> run();
  void check_deadline(SteadyClock::time_point now);
  void close_if_idle();
  void cancel_request() { cancelled_ = true; }

 private:
  using Parser = beast_http::request_parser<beast_http::string_body>;

  std::string_view buffered() const { return std::string_view(buffer_).substr(begin_); }
  void consume(size_t bytes) { begin_ += bytes; }
  void expire_in(std::chrono::milliseconds time) { deadline_ = SteadyClock::now() + time; }

  asio::awaitable<bool> fill();
  asio::awaitable<bool> one_request();
  asio::awaitable<size_t> read_header();
  asio::awaitable<bool> read_body(Parser& parser);
  asio::awaitable<bool> greet_body(const Parser& parser);
  bool check_header(const Parser& parser);
  bool make_request(Parser& parser);
  asio::awaitable<void> handle();
  asio::awaitable<bool> send(bool head, bool keep_alive);
  asio::awaitable<void> refuse();
  asio::awaitable<void> drain();
  void fail(int status, std::string_view detail);
  void watch();

  Server::Impl& server_;
  Loop& loop_;
  tcp::socket socket_;
  asio::steady_timer done_;  // never expires; cancelled when the worker's answer is there
  std::string buffer_;
  size_t begin_ = 0;  // what stands before it in the buffer has been used
  SteadyClock::time_point deadline_ = SteadyClock::time_point::max();
  bool idle_ = true;  // between two requests
  bool timed_out_ = false;
  bool failed_ = false;  // response_ is a refusal; the connection ends with it
  uint64_t watch_number_ = 0;
  bool answered_ = false;
  Request request_;
  Response response_;
  std::atomic<bool> cancelled_{false};
};

asio::awaitable<void> Connection::run() {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.non_blocking(true, ignored);
  for (;;) {
    const bool go_on = co_await one_request();
    if (!go_on) break;
  }
  if (failed_) co_await refuse();
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
  socket_.close(ignored);
}

void Connection::check_deadline(SteadyClock::time_point now) {
  if (now < deadline_) return;
  timed_out_ = true;
  deadline_ = SteadyClock::time_point::max();
  error_code ignored;
  socket_.cancel(ignored);
}

void Connection::close_if_idle() {
  error_code ignored;
  if (idle_) socket_.cancel(ignored);
}

// Reads more bytes into the buffer. False when there will be none: closed, too slow, or the server
// stops between requests.
asio::awaitable<bool> Connection::fill() {
  if (begin_ > 0) {
    buffer_.erase(0, begin_);
    begin_ = 0;
  }
  if (server_.stopping && idle_) co_return false;
  const size_t size = buffer_.size();
  buffer_.resize(size + kReadBytes);
  auto space = asio::buffer(buffer_.data() + size, kReadBytes);
  auto [failure, count] = co_await socket_.async_read_some(space, kAwait);
  buffer_.resize(size + (failure ? 0 : count));
  co_return !failure && count > 0;
}

void Connection::fail(int status, std::string_view detail) {
  failed_ = true;
  response_ = problem(status, status_text(status), detail);
}

asio::awaitable<bool> Connection::one_request() {
  const size_t header_bytes = co_await read_header();
  if (header_bytes == 0) co_return false;

  Parser parser;
  parser.header_limit(static_cast<uint32_t>(server_.options.header_bytes_max + 1));
  parser.body_limit(server_.options.body_bytes_max);
  parser.eager(false);
  error_code wrong;
  const size_t used = parser.put(asio::buffer(buffered().substr(0, header_bytes)), wrong);
  consume(used);
  if (wrong == beast_http::error::body_limit) {
    fail(413, "The body is larger than this server takes.");
    co_return false;
  }
  if (wrong == beast_http::error::bad_version) {
    fail(505, "This server speaks HTTP/1.1.");
    co_return false;
  }
  if (wrong || !parser.is_header_done()) {
    fail(400, "The request is malformed: " +
                  (wrong ? wrong.message() : "its header is incomplete") + ".");
    co_return false;
  }
  if (!check_header(parser)) co_return false;
  const bool body_read = co_await read_body(parser);
  if (!body_read) co_return false;

  const bool head = parser.get().method() == beast_http::verb::head;
  const bool keep_alive = parser.keep_alive();
  if (!make_request(parser)) co_return false;
  co_await handle();
  const bool sent = co_await send(head, keep_alive && !server_.stopping);
  co_return sent&& keep_alive && !server_.stopping;
}

// The number of bytes up to the empty line that ends the header, or 0 when there will be none.
asio::awaitable<size_t> Connection::read_header() {
  idle_ = true;
  const size_t limit = server_.options.header_bytes_max;
  expire_in(server_.options.idle_timeout);
  for (;;) {
    while (buffered().substr(0, 2) == "\r\n") consume(2);
    const std::string_view text = buffered();
    if (!text.empty() && idle_) {
      idle_ = false;
      expire_in(server_.options.header_timeout);
    }
    const size_t end = text.find("\r\n\r\n");
    const std::string_view header = text.substr(0, end == std::string_view::npos ? end : end + 4);
    if (header.size() > limit) {
      fail(431, "The request's header is larger than this server takes.");
      co_return 0;
    }
    const bool no_method = !header.empty() && !(header[0] >= 'A' && header[0] <= 'Z');
    if ((no_method && header != "\r") || has_forbidden_bytes(header)) {
      fail(400, "The request is malformed: its header is no HTTP/1.1.");
      co_return 0;
    }
    if (end != std::string_view::npos) co_return header.size();
    const bool more = co_await fill();
    if (!more) {
      if (timed_out_ && !idle_) fail(408, "The request's header did not come in time.");
      co_return 0;
    }
  }
}

// The rules Beast's parser leaves to the server.
bool Connection::check_header(const Parser& parser) {
  const auto& message = parser.get();
  if (message.count(beast_http::field::host) != 1) {
    fail(400, "The request must name exactly one Host.");
    return false;
  }
  // Beast alone would read a body with an unknown transfer coding until the client closes.
  if (message.count(beast_http::field::transfer_encoding) > 0 && !parser.chunked()) {
    fail(400, "The request's Transfer-Encoding is not chunked.");
    return false;
  }
  return true;
}

// Answers `Expect: 100-continue`. False when the expectation cannot be met or the client is gone.
asio::awaitable<bool> Connection::greet_body(const Parser& parser) {
  const auto expect = parser.get()[beast_http::field::expect];
  if (expect.empty() || parser.is_done()) co_return true;
  if (lower(std::string_view(expect.data(), expect.size())) != "100-continue") {
    fail(417, "This server meets no expectation but 100-continue.");
    co_return false;
  }
  if (!buffered().empty()) co_return true;
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  auto [failure, count] = co_await asio::async_write(socket_, asio::buffer(kContinue), kAwait);
  co_return !failure;
}

asio::awaitable<bool> Connection::read_body(Parser& parser) {
  expire_in(server_.options.body_timeout);
  const bool greeted = co_await greet_body(parser);
  if (!greeted) co_return false;
  parser.eager(true);
  while (!parser.is_done()) {
    error_code wrong;
    const size_t used = buffered().empty() ? 0 : parser.put(asio::buffer(buffered()), wrong);
    consume(used);
    if (wrong == beast_http::error::need_more) wrong = {};
    if (wrong == beast_http::error::body_limit) {
      fail(413, "The body is larger than this server takes.");
      co_return false;
    }
    if (wrong || (used == 0 && buffered().size() > kReadBytes)) {
      fail(400, "The request's body is malformed: " +
                    (wrong ? wrong.message() : "a chunk has no end") + ".");
      co_return false;
    }
    if (parser.is_done() || used > 0) continue;
    const bool more = co_await fill();
    if (!more) {
      if (timed_out_) fail(408, "The request's body did not come in time.");
      co_return false;
    }
  }
  co_return true;
}

bool Connection::make_request(Parser& parser) {
  auto& message = parser.get();
  auto target = parse_target(std::string_view(message.target().data(), message.target().size()));
  if (!target) {
    fail(400, "The request's target is malformed.");
    return false;
  }
  request_ = {};
  request_.method = std::string(message.method_string());
  request_.path = std::move(target->path);
  request_.segments = std::move(target->segments);
  request_.parameters = std::move(target->parameters);
  for (const auto& field : message) {
    request_.headers.emplace_back(lower(std::string(field.name_string())),
                                  std::string(field.value()));
  }
  if (!target->authority.empty()) {
    for (auto& [name, value] : request_.headers) {
      if (name == "host") value = target->authority;
    }
  }
  request_.body = std::move(message.body());
  request_.cancelled = &cancelled_;
  return true;
}

// Has a worker answer the request, and meanwhile looks whether the client is still there.
asio::awaitable<void> Connection::handle() {
  deadline_ = SteadyClock::time_point::max();
  cancelled_ = false;
  answered_ = false;
  auto job = [self = shared_from_this()]() mutable {
    Response response;
    try {
      response = self->server_.handler(self->request_);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "%s %s: %s\n", self->request_.method.c_str(),
                   self->request_.path.c_str(), error.what());
      response =
          problem(500, "Internal error", "The server failed at this request; its log says more.");
    }
    // The connection travels with the answer, so that its io thread is the one that may end it.
    auto& context = self->loop_.context;
    asio::post(context, [self = std::move(self), response = std::move(response)]() mutable {
      self->response_ = std::move(response);
      self->answered_ = true;
      self->done_.cancel();
    });
  };
  if (!server_.workers->submit(std::move(job))) {
    response_ =
        problem(503, "Busy", "The server has too many requests to answer; try again in a moment.");
    response_.set("Retry-After", "1");
    co_return;
  }
  watch();
  while (!answered_) co_await done_.async_wait(kAwait);
  ++watch_number_;
  error_code ignored;
  socket_.cancel(ignored);
}

// Waits for bytes while a request is worked on: the next request's are kept, the end of the
// connection cancels the work.
void Connection::watch() {
  const uint64_t number = ++watch_number_;
  socket_.async_wait(
      tcp::socket::wait_read, [self = shared_from_this(), number](const error_code& failure) {
        if (failure || number != self->watch_number_) return;
        const size_t size = self->buffer_.size();
        self->buffer_.resize(size + kReadBytes);
        error_code wrong;
        const size_t count =
            self->socket_.read_some(asio::buffer(self->buffer_.data() + size, kReadBytes), wrong);
        self->buffer_.resize(size + (wrong ? 0 : count));
        if (wrong && wrong != asio::error::would_block) {
          self->cancelled_ = true;
        } else if (self->buffered().size() < kPipelinedBytesMax) {
          self->watch();
        }
      });
}

asio::awaitable<bool> Connection::send(bool head, bool keep_alive) {
  const std::string_view content = response_.content();
  std::string header = "HTTP/1.1 " + std::to_string(response_.status) + " ";
  header.append(status_text(response_.status))
      .append("\r\nDate: ")
      .append(http_date())
      .append("\r\n");
  for (const auto& [name, value] : response_.headers)
    header.append(name).append(": ").append(value).append("\r\n");
  if (response_.status != 204 && response_.status != 304) {
    header.append("Content-Length: ").append(std::to_string(content.size())).append("\r\n");
  }
  header.append(keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");

  timed_out_ = false;
  expire_in(server_.options.write_timeout);
  const bool without_body = head || response_.status == 204 || response_.status == 304;
  const std::string_view body = without_body ? std::string_view() : content;
  const std::array<asio::const_buffer, 2> parts{asio::buffer(header), asio::buffer(body)};
  auto [failure, count] = co_await asio::async_write(socket_, parts, kAwait);
  response_ = {};
  co_return !failure;
}

// Sends the refusal that fail() left. The client may still be sending: its bytes are taken and
// dropped for a while, for closing at once would reset the connection and lose the answer.
asio::awaitable<void> Connection::refuse() {
  const bool sent = co_await send(false, false);
  if (!sent) co_return;
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_send, ignored);
  co_await drain();
}

asio::awaitable<void> Connection::drain() {
  idle_ = true;
  timed_out_ = false;
  expire_in(kDrainTimeout);
  for (size_t dropped = 0; dropped < kDrainBytesMax;) {
    begin_ = buffer_.size();
    const bool more = co_await fill();
    if (!more) co_return;
    dropped += buffered().size();
  }
}

Result<void> Server::Impl::listen() {
  error_code wrong;
  const auto address = asio::ip::make_address(options.address, wrong);
  if (wrong) {
    return base::Error{
        base::Error::Code::kInvalid,
        "\"" + options.address + "\" is no IP address; give one like 127.0.0.1 or [::1]"};
  }
  acceptor = std::make_unique<tcp::acceptor>(loops[0]->context);
  const tcp::endpoint endpoint(address, options.port);
  acceptor->open(endpoint.protocol(), wrong);
  if (!wrong) acceptor->set_option(tcp::acceptor::reuse_address(true), wrong);
  if (!wrong) acceptor->bind(endpoint, wrong);
  if (!wrong) acceptor->listen(asio::socket_base::max_listen_connections, wrong);
  if (wrong) {
    const std::string where = options.address + ":" + std::to_string(options.port);
    const std::string advice =
        wrong == asio::error::address_in_use
            ? "; another program listens there: stop it, or choose another port with --listen"
            : "";
    return base::Error{base::Error::Code::kUnavailable,
                       "cannot listen on " + where + ": " + wrong.message() + advice};
  }
  port = acceptor->local_endpoint().port();
  return {};
}

void Server::Impl::spawn_threads() {
  const auto report = [](std::exception_ptr failure) {
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const std::exception& error) {
      std::fprintf(stderr, "accepting connections ended: %s\n", error.what());
    }
  };
  asio::co_spawn(loops[0]->context, accept(), report);
  if (options.stop_on_signals) await_signal();
  for (auto& loop : loops) {
    tick(*loop);
    threads.emplace_back([&context = loop->context] { context.run(); });
  }
}

void Server::Impl::await_signal() {
  if (!signals) signals = std::make_unique<asio::signal_set>(loops[0]->context, SIGINT, SIGTERM);
  signals->async_wait([this](const error_code& failure, int) {
    if (failure) return;
    if (stopping) {
      const std::lock_guard lock(mutex);
      stop_at_once = true;
      changed.notify_all();
      return;
    }
    begin_stop();
    await_signal();
  });
}

void Server::Impl::tick(Loop& loop) {
  loop.tick.expires_after(kTick);
  loop.tick.async_wait([this, &loop](const error_code& failure) {
    if (failure) return;
    const auto now = SteadyClock::now();
    for (Connection* connection : loop.connections) connection->check_deadline(now);
    tick(loop);
  });
}

asio::awaitable<void> Server::Impl::accept() {
  for (size_t next = 0; !stopping; next = (next + 1) % loops.size()) {
    Loop& loop = *loops[next];
    auto [failure, accepted] = co_await acceptor->async_accept(loop.context, kAwait);
    if (stopping) co_return;
    if (failure) {  // out of file descriptors, most likely: wait until some connections have ended
      asio::steady_timer pause(loops[0]->context, kTick);
      co_await pause.async_wait(kAwait);
      continue;
    }
    if (open >= options.connections_max) continue;
    ++open;
    auto socket = std::make_shared<tcp::socket>(std::move(accepted));
    asio::post(loop.context, [this, &loop, socket] {
      auto connection = std::make_shared<Connection>(*this, loop, std::move(*socket));
      asio::co_spawn(loop.context, connection->run(), [connection](std::exception_ptr failure) {
        if (failure) std::fprintf(stderr, "a connection ended by a defect of the server\n");
      });
    });
  }
}

void Server::Impl::begin_stop() {
  if (stopping.exchange(true)) return;
  for (auto& loop : loops) {
    asio::post(loop->context, [this, &loop = *loop] {
      error_code ignored;
      if (&loop == loops[0].get()) acceptor->close(ignored);
      for (Connection* connection : loop.connections) connection->close_if_idle();
    });
  }
  const std::lock_guard lock(mutex);
  changed.notify_all();
}

void Server::Impl::end() {
  std::unique_lock lock(mutex);
  if (ended) return;
  ended = true;
  changed.wait_for(lock, options.stop_grace, [this] { return open == 0 || stop_at_once; });
  if (open > 0) {
    lock.unlock();
    for (auto& loop : loops) {
      asio::post(loop->context, [&loop = *loop] {
        for (Connection* connection : loop.connections) connection->cancel_request();
      });
    }
    lock.lock();
    changed.wait_for(lock, kCancelGrace, [this] { return open == 0; });
  }
  lock.unlock();
  for (auto& loop : loops) loop->context.stop();
  for (std::thread& thread : threads) thread.join();
  workers.reset();
}

Result<std::unique_ptr<Server>> Server::start(Options options, Handler handler) {
  auto impl = std::make_unique<Impl>();
  impl->options = std::move(options);
  impl->handler = std::move(handler);
  for (int i = 0; i < impl->options.io_threads; ++i)
    impl->loops.push_back(std::make_unique<Loop>());
  TRY(impl->listen());
  impl->workers = std::make_unique<WorkerPool>(impl->options.workers, impl->options.queue_max);
  impl->spawn_threads();
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Server::~Server() {
  stop();
  wait();
  impl_->acceptor.reset();
  impl_->signals.reset();
  impl_->loops.clear();
}

uint16_t Server::port() const { return impl_->port; }

void Server::stop() { impl_->begin_stop(); }

void Server::wait() {
  {
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait(lock, [this] { return impl_->stopping.load(); });
  }
  impl_->end();
}

}  // namespace starling::api::http
