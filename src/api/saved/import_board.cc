#include "api/saved/import_board.h"

#include "api/saved/documents.h"

namespace starling::api {

namespace {

using base::Node;

// The body that POST /api/v1/boards takes: `board` is its name.
Result<Node> body_of(const Node& file) {
  if (!file.is_map() || file.find("board") == nullptr) {
    return base::invalid({{"board", 0, "missing; a board file starts with `board: NAME`"}});
  }
  Node body = file;
  for (auto& [key, value] : body.fields) {
    if (key == "board") key = "name";
  }
  return body;
}

bool becomes_report(const Node& card) {
  const Node* name = card.find("name");
  return card.find("report") != nullptr && name != nullptr && name->is_text();
}

Draft report_draft(const Node& card) {
  const Node* view = card.find("view");
  return {card.find("name")->text, "", base::to_json(*card.find("report")),
          view == nullptr ? "" : base::to_json(*view)};
}

// Creates the thing, or replaces the one of the same name.
Result<Saved> put(SavedThings& saved, SavedKind kind, const Draft& draft, base::TimeMs now) {
  const auto existing = TRY(saved.find(kind, draft.name));
  return existing ? saved.replace(kind, existing->id, draft, now) : saved.create(kind, draft, now);
}

Node referring_card(const Node& card, const std::string& id) {
  std::vector<std::pair<std::string, Node>> fields = {{"report_id", Node::of(id)}};
  if (const Node* width = card.find("width")) fields.emplace_back("width", *width);
  return Node::of_map(std::move(fields));
}

}  // namespace

Result<ImportedBoard> import_board(const Node& file, const query::Catalog& catalog,
                                   SavedThings& saved, base::TimeMs now) {
  const Node body = TRY(body_of(file));
  Draft board = TRY(read_board_draft(body, catalog, now, saved));
  Node cards = TRY(base::parse_json(board.document));
  ImportedBoard imported;
  imported.name = board.name;
  imported.cards = cards.items.size();
  for (Node& card : cards.items) {
    if (!becomes_report(card)) continue;
    const Saved report = TRY(put(saved, SavedKind::kReport, report_draft(card), now));
    card = referring_card(card, report.id);
    ++imported.reports;
  }
  board.document = base::to_json(cards);
  imported.replaced = TRY(saved.find(SavedKind::kBoard, board.name)).has_value();
  imported.id = TRY(put(saved, SavedKind::kBoard, board, now)).id;
  return imported;
}

}  // namespace starling::api
