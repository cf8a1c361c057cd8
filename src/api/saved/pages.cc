// Saved reports and boards: the same five routes over two kinds of document.
#include "api/ask.h"
#include "api/handlers.h"
#include "api/saved/documents.h"

namespace starling::api {

namespace {

struct Reports {
  static constexpr SavedKind kKind = SavedKind::kReport;
  static constexpr const char* kList = "reports";
  static constexpr const char* kDocument = "report";
  static Result<Draft> read(const Call& call, const Asking& asking) {
    return read_report_draft(call.body, asking.catalog, asking.now);
  }
};

struct Boards {
  static constexpr SavedKind kKind = SavedKind::kBoard;
  static constexpr const char* kList = "boards";
  static constexpr const char* kDocument = "cards";
  static Result<Draft> read(const Call& call, const Asking& asking) {
    return read_board_draft(call.body, asking.catalog, asking.now, call.context.saved);
  }
};

template <class Page>
void write(base::JsonWriter& json, const Saved& saved) {
  json.begin_object();
  write_head(json, saved);
  json.key("description").text(saved.draft.description);
  json.key(Page::kDocument).raw(saved.draft.document);
  if (!saved.draft.view.empty()) json.key("view").raw(saved.draft.view);
  write_times(json, saved);
  json.end_object();
}

template <class Page>
http::Response answer(const Saved& saved, int status) {
  base::JsonWriter json;
  write<Page>(json, saved);
  return json_response(json.take(), status);
}

template <class Page>
Result<Draft> read_draft(const Call& call) {
  const Asking asking = TRY(start_asking(call.context, call.request.cancelled));
  return Page::read(call, asking);
}

template <class Page>
Result<http::Response> list(const Call& call) {
  base::JsonWriter json;
  json.begin_object().key(Page::kList).begin_list();
  for (const Saved& saved : TRY(call.context.saved.list(Page::kKind))) write<Page>(json, saved);
  json.end_list().end_object();
  return json_response(json.take());
}

template <class Page>
Result<http::Response> create(const Call& call) {
  const Draft draft = TRY(read_draft<Page>(call));
  base::TimeMs now = call.context.clock.now();
  return answer<Page>(TRY(call.context.saved.create(Page::kKind, draft, now)), 201);
}

template <class Page>
Result<http::Response> get(const Call& call) {
  return answer<Page>(TRY(call.context.saved.get(Page::kKind, call.arguments[0])), 200);
}

// Looks for the page before it reads the body: an unknown id is 404, whatever was sent.
template <class Page>
Result<http::Response> replace(const Call& call) {
  SavedThings& things = call.context.saved;
  const std::string& id = call.arguments[0];
  TRY(things.get(Page::kKind, id));
  const Draft draft = TRY(read_draft<Page>(call));
  return answer<Page>(TRY(things.replace(Page::kKind, id, draft, call.context.clock.now())), 200);
}

template <class Page>
Result<http::Response> remove(const Call& call) {
  TRY(call.context.saved.remove(Page::kKind, call.arguments[0]));
  return http::Response{204, {}, {}};
}

}  // namespace

Result<http::Response> list_reports(const Call& call) { return list<Reports>(call); }
Result<http::Response> create_report(const Call& call) { return create<Reports>(call); }
Result<http::Response> get_report(const Call& call) { return get<Reports>(call); }
Result<http::Response> replace_report(const Call& call) { return replace<Reports>(call); }
Result<http::Response> delete_report(const Call& call) { return remove<Reports>(call); }

Result<http::Response> list_boards(const Call& call) { return list<Boards>(call); }
Result<http::Response> create_board(const Call& call) { return create<Boards>(call); }
Result<http::Response> get_board(const Call& call) { return get<Boards>(call); }
Result<http::Response> replace_board(const Call& call) { return replace<Boards>(call); }
Result<http::Response> delete_board(const Call& call) { return remove<Boards>(call); }

}  // namespace starling::api
