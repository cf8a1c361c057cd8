#include <charconv>
#include <cstdio>

#include "api/application.h"
#include "api/http/server.h"
#include "app/commands.h"
#include "app/embedded_assets.h"
#include "app/sync_runner.h"
#include "app/wire.h"

namespace starling::app {

namespace {

using base::Error;

struct Address {
  std::string host;
  uint16_t port = 0;
};

// "127.0.0.1:8080", "[::1]:8080", "localhost:8080", ":8080", "8080".
Result<Address> parse_listen(const std::string& text) {
  const size_t colon = text.rfind(':');
  std::string host = colon == std::string::npos ? "" : text.substr(0, colon);
  const std::string port = colon == std::string::npos ? text : text.substr(colon + 1);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (host.empty() || host == "localhost") host = "127.0.0.1";
  Address address{host, 0};
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), address.port);
  if (error != std::errc() || end != port.data() + port.size()) {
    return Error{
        Error::Code::kInvalid,
        "--listen: \"" + text + "\" is no address; write it like 127.0.0.1:8080 or [::1]:8080"};
  }
  return address;
}

bool is_loopback(const std::string& host) { return host.rfind("127.", 0) == 0 || host == "::1"; }

std::vector<api::Asset> assets() {
  std::vector<api::Asset> out;
  for (const EmbeddedAsset& asset : embedded_assets()) {
    out.push_back({asset.path, asset.content_type, asset.raw, asset.gzip, asset.etag});
  }
  return out;
}

std::string url_of(const Address& address, uint16_t port) {
  const bool six = address.host.find(':') != std::string::npos;
  return "http://" + (six ? "[" + address.host + "]" : address.host) + ":" + std::to_string(port);
}

}  // namespace

Result<void> serve(const ServeOptions& options) {
  const Address address = TRY(parse_listen(options.listen));
  if (!is_loopback(address.host) && !options.insecure) {
    return Error{Error::Code::kInvalid,
                 "--listen: " + address.host +
                     " can be reached from other machines, and there are no accounts yet; "
                     "anybody who reaches it reads everything. Put a proxy that asks who it is "
                     "before 127.0.0.1, or say "
                     "--insecure"};
  }
  const auto store = TRY(open_store(options.data, !options.model.empty()));
  const auto data = make_data(*store, options.query_memory);
  TRY(data->view());
  const auto saved = TRY(open_saved(options.data));
  const base::SystemClock clock;
  const std::vector<api::Asset> site = assets();
  api::Application::Options application_options;
  application_options.assets = site;
  if (options.insecure) application_options.hosts.clear();
  if (!options.insecure) application_options.hosts.push_back(address.host);
  if (!options.model.empty())
    TRY(load_model(options.model));  // a fault of the model is said now, not behind the server
  SyncRunner syncs(options.model, options.data);
  application_options.sync = &syncs;
  api::Application application(*data, *saved, clock, std::move(application_options));

  api::http::Server::Options server_options;
  server_options.address = address.host;
  server_options.port = address.port;
  server_options.stop_on_signals = true;
  auto server = TRY(api::http::Server::start(
      server_options,
      [&application](const api::http::Request& request) { return application.handle(request); }));
  std::printf("Starling serves %s at %s (Ctrl-C stops it)\n", options.data.c_str(),
              url_of(address, server->port()).c_str());
  std::fflush(stdout);
  server->wait();
  std::fprintf(stderr, "stopped\n");
  return {};
}

}  // namespace starling::app
