#include "api/ask.h"
#include "api/handlers.h"
#include "api/saved/documents.h"

namespace starling::api {

namespace {

void write(base::JsonWriter& json, const Saved& saved) {
  json.begin_object();
  write_head(json, saved);
  json.key("description").text(saved.draft.description);
  json.key("cards").raw(saved.draft.document);
  write_times(json, saved);
  json.end_object();
}

http::Response answer(const Saved& saved, int status) {
  base::JsonWriter json;
  write(json, saved);
  return json_response(json.take(), status);
}

Result<Draft> read_draft(const Call& call) {
  const Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  return read_board_draft(call.body, asking.catalog, asking.now, call.context.saved);
}

}  // namespace

Result<http::Response> list_boards(const Call& call) {
  base::JsonWriter json;
  json.begin_object().key("boards").begin_list();
  for (const Saved& saved : TRY(call.context.saved.list(SavedKind::kBoard))) write(json, saved);
  json.end_list().end_object();
  return json_response(json.take());
}

Result<http::Response> create_board(const Call& call) {
  const Draft draft = TRY(read_draft(call));
  return answer(TRY(call.context.saved.create(SavedKind::kBoard, draft, call.context.clock.now())),
                201);
}

Result<http::Response> get_board(const Call& call) {
  return answer(TRY(call.context.saved.get(SavedKind::kBoard, call.arguments[0])), 200);
}

Result<http::Response> replace_board(const Call& call) {
  SavedThings& things = call.context.saved;
  TRY(things.get(SavedKind::kBoard, call.arguments[0]));
  const Draft draft = TRY(read_draft(call));
  return answer(
      TRY(things.replace(SavedKind::kBoard, call.arguments[0], draft, call.context.clock.now())),
      200);
}

Result<http::Response> delete_board(const Call& call) {
  TRY(call.context.saved.remove(SavedKind::kBoard, call.arguments[0]));
  return http::Response{204, {}, {}};
}

}  // namespace starling::api
