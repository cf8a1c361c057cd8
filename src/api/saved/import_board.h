// A board from a file, so that boards can live beside the model under version control.
#pragma once

#include <string>

#include "api/saved/saved_things.h"
#include "base/document.h"
#include "query/catalog.h"

namespace starling::api {

struct ImportedBoard {
  std::string id, name;
  size_t cards = 0, reports = 0;  // reports: cards saved as reports of their own
  bool replaced = false;          // there was a board of that name
};

// `file` is {board: NAME, description?, cards: [...]}. A card with a report and a name is saved as
// a report of that name, with the card's view, and referred to; what exists under a name is
// replaced, so that importing twice is importing once. Everything is checked before anything is
// saved.
Result<ImportedBoard> import_board(const base::Node& file, const query::Catalog& catalog,
                                   SavedThings& saved, base::TimeMs now);

}  // namespace starling::api
