#include <fmt/format.h>

#include <cstdio>

#include "api/saved/import_board.h"
#include "app/commands.h"
#include "app/wire.h"
#include "base/clock.h"
#include "base/file.h"

namespace starling::app {

Result<void> import_board_file(const std::string& file, const std::string& data) {
  if (!base::file_exists(file)) {
    return base::Error{base::Error::Code::kNotFound, "there is no board file " + file};
  }
  auto document = base::parse_document(TRY(base::read_file(file)));
  if (!document) return std::move(document).error().wrap(file);
  const auto store = TRY(open_store(data, false));
  const auto view = TRY(make_data(*store)->view());
  const auto saved = TRY(open_saved(data));
  const query::Catalog catalog = TRY(question_catalog(*view, data));
  auto imported = api::import_board(document.value(), catalog, *saved, base::SystemClock().now());
  if (!imported) return std::move(imported).error().wrap(file);
  const api::ImportedBoard& board = imported.value();
  std::fputs(
      fmt::format("{} the board \"{}\": {} cards, {} of them saved as reports.\n",
                  board.replaced ? "Replaced" : "Saved", board.name, board.cards, board.reports)
          .c_str(),
      stdout);
  return {};
}

}  // namespace starling::app
