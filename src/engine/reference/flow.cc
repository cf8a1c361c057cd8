// Flows (docs/semantics/flow.md): find every person's entries, write down which places each passes,
// and count places and neighbours.
#include <algorithm>

#include "engine/reference/answers.h"
#include "engine/reference/attempts.h"

namespace starling::engine::reference {

using query::Flow;

namespace {

// A node an entry passes.
struct Place {
  int anchor = 0, step = 0;
  bool drop_off = false;
  std::string event;
  friend auto operator<=>(const Place&, const Place&) = default;
};

// Neighbours are joined by an edge; between two chains of an entry something is left out.
using Chain = std::vector<Place>;

// One person's rows: those that pass the report's where, in order.
struct Row {
  const Event* event;
  std::vector<bool> anchors;
  std::optional<std::string> held;
  uint64_t session;
};

std::vector<Row> rows_of(const Question& question, const Flow& flow, const Person& person) {
  std::span<const Event> events = question.events(person);
  std::vector<std::vector<bool>> anchors(events.size(), std::vector<bool>(flow.anchors.size()));
  for (size_t a = 0; a < flow.anchors.size(); ++a) {
    for (size_t row : question.matches(flow.anchors[a], person)) anchors[row][a] = true;
  }
  std::vector<uint64_t> sessions = sessions_of(question, person);
  std::vector<Row> rows;
  for (size_t i = 0; i < events.size(); ++i) {
    Subject subject = {&person, &events[i]};
    if (flow.where && !question.passes(*flow.where, subject)) continue;
    rows.push_back(
        {&events[i], anchors[i], held_values(question, flow.hold, subject), sessions[i]});
  }
  return rows;
}

// L2: where entries begin.
std::vector<size_t> entries_of(const query::Query& query, const Flow& flow,
                               const std::vector<Row>& rows) {
  std::vector<size_t> out;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    bool enters = row.anchors[0] && row.held && row.event->time >= query.range.from.value &&
                  row.event->time < query.range.to.value;
    if (!enters) continue;
    bool again = !out.empty() &&
                 (flow.count == Flow::Count::kUsers || (flow.count == Flow::Count::kSessions &&
                                                        rows[out.back()].session == row.session));
    if (!again) out.push_back(i);
  }
  return out;
}

// What one entry passes.
class Entry {
 public:
  Entry(const Flow& flow, const std::vector<Row>& rows, size_t first)
      : flow_(flow), rows_(rows), first_(first) {
    find_anchors();
  }

  std::vector<Chain> chains() const {
    std::vector<Chain> out = {before_first()};
    for (size_t a = 0; a < anchors_.size(); ++a) {
      out.back().push_back(place(a, 0, name(anchors_[a])));
      bool last = a + 1 == anchors_.size();
      size_t end = last ? rows_.size() : anchors_[a + 1];
      std::vector<std::string> names = between(anchors_[a], end, last);
      size_t after = std::min(names.size(), static_cast<size_t>(flow_.after));
      for (size_t i = 0; i < after; ++i)
        out.back().push_back(place(a, static_cast<int>(i) + 1, names[i]));
      if (last) {
        drop_off(after, out.back());
        continue;
      }
      size_t before = std::min(names.size() - after, static_cast<size_t>(flow_.before));
      if (after + before < names.size()) out.push_back({});
      for (size_t i = before; i > 0; --i)
        out.back().push_back(place(a + 1, -static_cast<int>(i), names[names.size() - i]));
    }
    return out;
  }

 private:
  static Place place(size_t anchor, int step, std::string event) {
    return {static_cast<int>(anchor), step, false, std::move(event)};
  }
  const std::string& name(size_t row) const { return rows_[row].event->name; }

  // L3: rows of the entry's session and held values.
  bool belongs(const Row& row) const {
    bool same_session =
        flow_.count != Flow::Count::kSessions || row.session == rows_[first_].session;
    return same_session && row.held == rows_[first_].held;
  }
  bool is_step(const Row& row) const {
    return belongs(row) && !std::ranges::binary_search(flow_.hide, row.event->name);
  }

  void find_anchors() {
    anchors_ = {first_};
    int64_t last = rows_[first_].event->time + flow_.window_ms;
    for (size_t i = first_ + 1; i < rows_.size() && anchors_.size() < flow_.anchors.size(); ++i) {
      const Row& row = rows_[i];
      if (row.event->time > last) break;
      if (row.anchors[anchors_.size()] && belongs(row)) anchors_.push_back(i);
    }
  }

  // L5: with collapse_repeats neighbours of one name are one, and so are those beside an anchor of
  // that name.
  std::vector<std::string> between(size_t anchor, size_t end, bool last) const {
    std::vector<std::string> names = {name(anchor)};
    for (size_t i = anchor + 1; i < end; ++i) add(rows_[i], names);
    bool repeats_next =
        flow_.collapse_repeats && !last && names.size() > 1 && names.back() == name(end);
    if (repeats_next) names.pop_back();
    names.erase(names.begin());
    return names;
  }
  void add(const Row& row, std::vector<std::string>& names) const {
    bool repeats = flow_.collapse_repeats && names.back() == row.event->name;
    if (is_step(row) && !repeats) names.push_back(row.event->name);
  }

  Chain before_first() const {
    std::vector<std::string> names = {name(first_)};
    for (size_t i = first_; i > 0; --i) add(rows_[i - 1], names);
    Chain out;
    for (size_t i = std::min(names.size() - 1, static_cast<size_t>(flow_.before)); i > 0; --i)
      out.push_back(place(0, -static_cast<int>(i), names[i]));
    return out;
  }

  // L6: where the entry has nothing more.
  void drop_off(size_t after, Chain& chain) const {
    int last = static_cast<int>(anchors_.size()) - 1;
    bool complete = anchors_.size() == flow_.anchors.size();
    if (after < static_cast<size_t>(flow_.after)) {
      chain.push_back({last, static_cast<int>(after) + 1, true, ""});
    } else if (!complete) {
      chain.push_back({last + 1, 0, true, ""});
    }
  }

  const Flow& flow_;
  const std::vector<Row>& rows_;
  size_t first_;
  std::vector<size_t> anchors_;  // rows, as many as are reached
};

// The places and neighbours of all entries, counted.
struct Counts {
  std::map<Place, uint64_t> places;
  std::map<std::pair<Place, Place>, uint64_t> edges;

  void add(const std::vector<Chain>& chains) {
    for (const Chain& chain : chains) {
      for (size_t i = 0; i < chain.size(); ++i) {
        ++places[chain[i]];
        if (i > 0) ++edges[{chain[i - 1], chain[i]}];
      }
    }
  }
};

bool fits(const query::Who::Node& node, const Place& place) {
  if (place.anchor != node.anchor || place.step != node.step || place.drop_off != node.drop_off)
    return false;
  if (node.drop_off) return true;
  return std::ranges::binary_search(node.events, place.event) != node.other;
}

}  // namespace

Result<FlowAnswer> answer_flow(const Question& question, const Flow& flow,
                               const std::atomic<bool>* cancelled) {
  Counts counts;
  for (const Person& person : question.world().people) {
    TRY(go_on(cancelled));
    std::vector<Row> rows = rows_of(question, flow, person);
    for (size_t first : entries_of(question.query(), flow, rows))
      counts.add(Entry(flow, rows, first).chains());
  }
  FlowAnswer answer;
  std::map<Place, size_t> index;
  for (const auto& [place, count] : counts.places) {
    index[place] = answer.nodes.size();
    answer.nodes.push_back({place.anchor, place.step, place.event, place.drop_off, count});
  }
  for (const auto& [ends, count] : counts.edges)
    answer.edges.push_back({index[ends.first], index[ends.second], count});
  return answer;
}

Result<People> people_in_flow(const Question& question, const Flow& flow, const query::Who& who,
                              const std::atomic<bool>* cancelled) {
  People people;
  for (const Person& person : question.world().people) {
    TRY(go_on(cancelled));
    std::vector<Row> rows = rows_of(question, flow, person);
    for (size_t first : entries_of(question.query(), flow, rows)) {
      for (const Chain& chain : Entry(flow, rows, first).chains()) {
        if (std::ranges::any_of(chain, [&](const Place& place) { return fits(who.node, place); }))
          people.insert(&person);
      }
    }
  }
  return people;
}

}  // namespace starling::engine::reference
