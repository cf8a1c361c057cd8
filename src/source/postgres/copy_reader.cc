#include "source/postgres/copy_reader.h"

#include <libpq-fe.h>

#include <memory>

namespace starling::source::postgres {
namespace {

using base::Error;

constexpr size_t kRowsAPiece = 16'384;
constexpr std::string_view kSignature("PGCOPY\n\377\r\n\0", 11);

class CopyParser {
 public:
  CopyParser(const std::vector<Decoder>& decoders, const std::function<Result<void>(Rows)>& take)
      : decoders_(decoders), take_(take) {
    start();
  }

  // A message holds whole rows; the first one begins with the header.
  Result<void> add(std::string_view message) {
    if (!header_read_) {
      if (!message.starts_with(kSignature) || message.size() < 19) return torn();
      message.remove_prefix(15);
      uint32_t extension = number(message, 4);
      if (message.size() < extension) return torn();
      message.remove_prefix(extension);
      header_read_ = true;
    }
    while (message.size() >= 2) {
      auto cells = static_cast<int16_t>(number(message, 2));
      if (cells == -1) return {};  // the end
      if (static_cast<size_t>(cells) != decoders_.size()) return torn();
      TRY(add_row(message));
    }
    return {};
  }

  Result<void> finish() { return piece_.size() > 0 ? hand_over() : Result<void>(); }

 private:
  Result<void> add_row(std::string_view& message) {
    for (size_t i = 0; i < decoders_.size(); ++i) {
      if (message.size() < 4) return torn();
      auto size = static_cast<int32_t>(number(message, 4));
      if (size < 0) {
        piece_.columns[i].push_null();
        continue;
      }
      if (message.size() < static_cast<size_t>(size)) return torn();
      TRY(decoders_[i].append(message.substr(0, static_cast<size_t>(size)), piece_.columns[i]));
      message.remove_prefix(static_cast<size_t>(size));
    }
    return piece_.size() >= kRowsAPiece ? hand_over() : Result<void>();
  }

  // REQUIRES: so many bytes are there.
  static uint32_t number(std::string_view& bytes, size_t size) {
    uint32_t value = 0;
    for (size_t i = 0; i < size; ++i) value = value << 8 | static_cast<uint8_t>(bytes[i]);
    bytes.remove_prefix(size);
    return value;
  }

  static Error torn() {
    return {Error::Code::kUnavailable, "PostgreSQL sent rows that are not in COPY's binary form"};
  }

  void start() {
    piece_ = {};
    for (const Decoder& decoder : decoders_) piece_.columns.push_back(decoder.empty_column());
  }

  Result<void> hand_over() {
    Rows full = std::move(piece_);
    start();
    return take_(std::move(full));
  }

  const std::vector<Decoder>& decoders_;
  const std::function<Result<void>(Rows)>& take_;
  bool header_read_ = false;
  Rows piece_;
};

struct FreeMessage {
  void operator()(char* message) const { PQfreemem(message); }
};

}  // namespace

Result<void> copy_rows(Connection& connection, const std::string& sql,
                       const std::vector<Decoder>& decoders,
                       const std::function<Result<void>(Rows)>& take) {
  TRY(connection.run("COPY (\n" + sql + "\n) TO STDOUT (FORMAT binary)"));
  CopyParser parser(decoders, take);
  while (true) {
    char* bytes = nullptr;
    int size = PQgetCopyData(connection.get(), &bytes, 0);
    std::unique_ptr<char, FreeMessage> message(bytes);
    if (size == -1) break;
    if (size < 0) return connection.error(nullptr);
    TRY(parser.add({message.get(), static_cast<size_t>(size)}));
  }
  for (Answer end(PQgetResult(connection.get())); end != nullptr;
       end.reset(PQgetResult(connection.get()))) {
    if (PQresultStatus(end.get()) != PGRES_COMMAND_OK) return connection.error(end.get());
  }
  return parser.finish();
}

}  // namespace starling::source::postgres
