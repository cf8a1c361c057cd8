#include "api/http/server.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "api/http/raw_client.h"

namespace starling::api::http {
namespace {

using std::chrono::milliseconds;
using namespace std::string_literals;

// A handler that can be held up, so that a test decides when a request ends.
class Gate {
 public:
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  void enter() {
    std::unique_lock lock(mutex_);
    entered_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void await_entered() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return entered_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false, entered_ = false;  // guarded by mutex_
};

class ServerTest : public ::testing::Test {
 protected:
  void start(Server::Options options = {}) {
    options.port = 0;
    auto server =
        Server::start(options, [this](const Request& request) { return handle(request); });
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(server).value();
  }

  Response handle(const Request& request) {
    Response response;
    if (request.path == "/wait") gate_.enter();
    if (request.path == "/cancel") {
      gate_.open();
      for (int i = 0; i < 500 && !*request.cancelled; ++i)
        std::this_thread::sleep_for(milliseconds(10));
      cancelled_ = request.cancelled->load();
    }
    if (request.path == "/throw") throw std::runtime_error("boom");
    response.set("Content-Type", "text/plain");
    response.body = request.method + " " + request.path + " " + std::to_string(request.body.size());
    for (const auto& [name, value] : request.parameters) response.body += " " + name + "=" + value;
    return response;
  }

  int status(std::string_view request) { return status_of(exchange(server_->port(), request)); }

  Gate gate_;
  std::atomic<bool> cancelled_{false};
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, AnswersAndKeepsTheConnection) {
  start();
  RawClient client(server_->port());
  client.send("GET /a?x=1%202&y=%C3%A9 HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(client.read_response()), "GET /a 0 x=1 2 y=\xC3\xA9");
  client.send("POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc");
  EXPECT_EQ(body_of(client.read_response()), "POST /b 3");
  client.send(
      "POST /c HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: "
      "close\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n");
  const std::string last = client.read_response();
  EXPECT_EQ(body_of(last), "POST /c 5");
  EXPECT_EQ(header_of(last, "Connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
}

TEST_F(ServerTest, AnswersPipelinedRequestsInOrder) {
  start();
  RawClient client(server_->port());
  client.send(
      "GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\nGET /3 "
      "HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(client.read_response()), "GET /1 0");
  EXPECT_EQ(body_of(client.read_response()), "GET /2 0");
  EXPECT_EQ(body_of(client.read_response()), "GET /3 0");
}

TEST_F(ServerTest, AnswersARequestThatComesByteByByte) {
  start();
  RawClient client(server_->port());
  for (const char c :
       std::string("POST /slow HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nab")) {
    client.send(std::string(1, c));
  }
  EXPECT_EQ(body_of(client.read_response()), "POST /slow 2");
}

TEST_F(ServerTest, HeadHasTheLengthButNoBody) {
  start();
  RawClient client(server_->port());
  client.send("HEAD /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const std::string response = client.read_to_end();
  EXPECT_EQ(status_of(response), 200);
  EXPECT_EQ(header_of(response, "Content-Length"), "9");
  EXPECT_EQ(body_of(response), "");
}

TEST_F(ServerTest, RefusesMalformedRequests) {
  start();
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(status(post + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status(post + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n"), 400);
  EXPECT_EQ(status(post + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"), 400);
  EXPECT_EQ(status(post + "Content-Length: +5\r\n\r\nabcde"), 400);
  EXPECT_EQ(status(post + "Content-Length: -1\r\n\r\n"), 400);
  EXPECT_EQ(status(post + "Transfer-Encoding: xchunked\r\n\r\n"), 400);
  EXPECT_EQ(status(post + "Transfer-Encoding: gzip\r\n\r\n"), 400);
  EXPECT_EQ(status(post + "Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost : h\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b\r\n\r\n"s), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\nHost: h\n\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n folded\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"), 400);
  EXPECT_EQ(status("GET / HTTP/2.0\r\nHost: h\r\n\r\n"), 505);
  EXPECT_EQ(status("GET /%zz HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status("GET /%00 HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status("GET /%FF HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status("GET nowhere HTTP/1.1\r\nHost: h\r\n\r\n"), 400);
  EXPECT_EQ(status("\x16\x03\x01\x02"), 400);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost: h\r\nExpect: magic\r\nContent-Length: 1\r\n\r\na"),
            417);
}

TEST_F(ServerTest, RefusalsAreProblemDetailsAndCloseTheConnection) {
  start();
  const std::string response = exchange(server_->port(), "GET / HTTP/1.1\r\n\r\n");
  EXPECT_EQ(header_of(response, "Content-Type"), "application/problem+json");
  EXPECT_EQ(header_of(response, "Connection"), "close");
  EXPECT_EQ(
      body_of(response),
      R"({"type":"about:blank","title":"Bad Request","status":400,"detail":"The request must name exactly one Host."})");
}

TEST_F(ServerTest, TakesTheAbsoluteFormOfATarget) {
  start();
  const std::string response =
      exchange(server_->port(), "GET http://other:1/a?b=c HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(body_of(response), "GET /a 0 b=c");
}

TEST_F(ServerTest, LimitsTheHeader) {
  start();
  const std::string start_line = "GET / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(status(start_line + "X: " + std::string(15'000, 'a') + "\r\n\r\n"), 200);
  EXPECT_EQ(status(start_line + "X: " + std::string(17'000, 'a') + "\r\n\r\n"), 431);
  EXPECT_EQ(status(start_line + "X: " + std::string(2'000'000, 'a')), 431);
}

TEST_F(ServerTest, LimitsTheBodyAndTheAnswerArrives) {
  Server::Options options;
  options.body_bytes_max = 100'000;
  start(options);
  const std::string post = "POST / HTTP/1.1\r\nHost: h\r\n";
  EXPECT_EQ(status(post + "Content-Length: 100000\r\n\r\n" + std::string(100'000, 'a')), 200);
  EXPECT_EQ(status(post + "Content-Length: 5000000\r\n\r\n" + std::string(5'000'000, 'a')), 413);
  std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 50; ++i) chunked += "1000\r\n" + std::string(0x1000, 'a') + "\r\n";
  EXPECT_EQ(status(chunked), 413);
}

TEST_F(ServerTest, SaysContinueWhenAsked) {
  start();
  RawClient client(server_->port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("ab");
  EXPECT_EQ(body_of(client.read_response()), "POST / 2");
}

TEST_F(ServerTest, EndsRequestsThatAreTooSlow) {
  Server::Options options;
  options.header_timeout = options.body_timeout = milliseconds(200);
  start(options);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nHost:"), 408);
  EXPECT_EQ(status("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab"), 408);
}

TEST_F(ServerTest, ClosesIdleConnectionsWithoutAWord) {
  Server::Options options;
  options.idle_timeout = milliseconds(200);
  start(options);
  RawClient client(server_->port());
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ServerTest, TellsTheHandlerThatTheClientHasGone) {
  start();
  RawClient client(server_->port());
  client.send("GET /cancel HTTP/1.1\r\nHost: h\r\n\r\n");
  gate_.enter();
  client.close();
  server_->stop();
  server_->wait();
  EXPECT_TRUE(cancelled_);
}

TEST_F(ServerTest, AnExceptionIsAnswered500) {
  start();
  EXPECT_EQ(status("GET /throw HTTP/1.1\r\nHost: h\r\n\r\n"), 500);
  EXPECT_EQ(status("GET /fine HTTP/1.1\r\nHost: h\r\n\r\n"), 200);
}

TEST_F(ServerTest, IsBusyWhenTheQueueIsFull) {
  Server::Options options;
  options.workers = 1;
  options.queue_max = 1;
  start(options);
  RawClient first(server_->port()), second(server_->port());
  first.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  gate_.await_entered();
  second.send("GET /queued HTTP/1.1\r\nHost: h\r\n\r\n");
  std::this_thread::sleep_for(milliseconds(100));
  EXPECT_EQ(status("GET /third HTTP/1.1\r\nHost: h\r\n\r\n"), 503);
  gate_.open();
  EXPECT_EQ(status_of(first.read_response()), 200);
  EXPECT_EQ(status_of(second.read_response()), 200);
}

TEST_F(ServerTest, StopFinishesRunningRequestsAndTakesNoNewOnes) {
  start();
  RawClient idle(server_->port()), running(server_->port());
  idle.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(status_of(idle.read_response()), 200);
  running.send("GET /wait HTTP/1.1\r\nHost: h\r\n\r\n");
  gate_.await_entered();
  server_->stop();
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_FALSE(RawClient(server_->port()).connected());
  gate_.open();
  const std::string response = running.read_response();
  EXPECT_EQ(body_of(response), "GET /wait 0");
  EXPECT_EQ(header_of(response, "Connection"), "close");
  server_->wait();
}

TEST_F(ServerTest, StopCancelsWhatTakesTooLong) {
  Server::Options options;
  options.stop_grace = milliseconds(100);
  start(options);
  RawClient client(server_->port());
  client.send("GET /cancel HTTP/1.1\r\nHost: h\r\n\r\n");
  gate_.enter();
  server_->stop();
  server_->wait();
  EXPECT_TRUE(cancelled_);
}

TEST_F(ServerTest, APortInUseIsSaid) {
  start();
  Server::Options options;
  options.port = server_->port();
  const auto second = Server::start(options, [](const Request&) { return Response{}; });
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, base::Error::Code::kUnavailable);
  EXPECT_EQ(second.error().message, "cannot listen on 127.0.0.1:" + std::to_string(options.port) +
                                        ": Address already in use; another program listens there: "
                                        "stop it, or choose another port with --listen");
}

TEST_F(ServerTest, AnswersManyConnectionsAtOnce) {
  start();
  std::vector<std::thread> threads;
  std::atomic<int> answered{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      RawClient client(server_->port());
      for (int i = 0; i < 200; ++i) {
        client.send("GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: h\r\n\r\n");
        if (body_of(client.read_response()) == "GET /" + std::to_string(i) + " 0") ++answered;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(answered, 1600);
}

}  // namespace
}  // namespace starling::api::http
