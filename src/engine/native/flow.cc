#pragma GCC optimize("O3")
#include "engine/native/flow.h"

#include <algorithm>
#include <boost/unordered/unordered_flat_map.hpp>
#include <map>

#include "engine/native/held.h"
#include "engine/native/sessions.h"

namespace starling::engine::native {

using query::Flow;

namespace {

// A node an entry passes, in one number: anchor, step, event (kDropOff: none).
struct Place {
  static constexpr uint32_t kDropOff = 0xFFFFF;
  static constexpr int kMiddle = 128;  // steps lie in -50 .. 51

  static uint64_t of(size_t anchor, int step, uint32_t event) {
    return (static_cast<uint64_t>(anchor) << 28) | (static_cast<uint64_t>(step + kMiddle) << 20) |
           event;
  }
  static int anchor(uint64_t place) { return static_cast<int>(place >> 28); }
  static int step(uint64_t place) { return static_cast<int>((place >> 20) & 0xFF) - kMiddle; }
  static uint32_t event(uint64_t place) { return static_cast<uint32_t>(place & 0xFFFFF); }
};

using Chain = std::vector<uint64_t>;  // places

struct PairHash {
  size_t operator()(const std::pair<uint64_t, uint64_t>& pair) const {
    return (pair.first * 0x9E3779B97F4A7C15) ^ (pair.second * 0xC2B2AE3D27D4EB4F);
  }
};

// Places and pairs of neighbours, counted.
struct Counts {
  boost::unordered_flat_map<uint64_t, uint64_t> places;
  boost::unordered_flat_map<std::pair<uint64_t, uint64_t>, uint64_t, PairHash> edges;

  void add(const Chain& chain) {
    for (size_t i = 0; i < chain.size(); ++i) {
      ++places[chain[i]];
      if (i > 0) ++edges[{chain[i - 1], chain[i]}];
    }
  }
  void merge(const Counts& other) {
    for (const auto& [place, count] : other.places) places[place] += count;
    for (const auto& [pair, count] : other.edges) edges[pair] += count;
  }
};

struct Plan {
  Plan(Question& asked, const Flow& report) : question(asked), flow(report) {
    const query::Query& query = asked.query();
    range = {query.range.from.value, std::min(query.range.to, query.as_of).value};
    // Nothing before the first anchor counts unless steps before it are asked for.
    Window seen = report.before > 0 ? Window{} : Window{range.from, INT64_MAX};
    for (const query::Selector& anchor : report.anchors) add_scan(anchor, seen);
    query::Selector every;
    every.any_event = true;
    every.where = report.where;
    add_scan(asked.keep(std::move(every)), seen);
    for (const auto& scan : owned) scans.push_back(scan.get());
    held.emplace(asked, report.hold, scans, selectors);
    if (report.count == Flow::Count::kSessions) sessions.emplace(asked);
    number_events();
  }
  Plan(const Plan&) = delete;

  void add_scan(const query::Selector& selector, Window window) {
    owned.push_back(std::make_unique<Scan>(question, selector, window));
    selectors.push_back(&selector);
  }

  // Events by name, so that numbers stand in the order of names.
  void number_events() {
    std::map<std::string, uint32_t> numbers;
    for (const Scan::Table& table : owned.back()->tables()) numbers[table.table->event()];
    for (auto& [name, number] : numbers) {
      number = static_cast<uint32_t>(names.size());
      names.push_back(name);
      hidden.push_back(std::ranges::binary_search(flow.hide, name) ? 1 : 0);
    }
    for (const Scan::Table& table : owned.back()->tables()) {
      event_of_rank.resize(std::max<size_t>(event_of_rank.size(), table.rank + 1));
      event_of_rank[table.rank] = numbers[table.table->event()];
    }
  }

  size_t anchors() const { return flow.anchors.size(); }

  Question& question;
  const Flow& flow;
  Window range;
  std::vector<std::unique_ptr<Scan>> owned;
  std::vector<const Scan*> scans;  // of the anchors, then of every event
  std::vector<const query::Selector*> selectors;
  std::optional<Held> held;
  std::optional<Sessions> sessions;
  std::vector<std::string> names;  // of events, ascending
  std::vector<uint8_t> hidden;     // by event
  std::vector<uint32_t> event_of_rank;
};

// One thread's walk over users; calls use(user, chain) for every chain of every entry.
template <class Use>
class Walk {
 public:
  Walk(const Plan& plan, Use use)
      : plan_(plan), use_(std::move(use)), held_tuples_(plan.held->make_segmenter()) {}

  uint64_t scanned() const { return scanned_; }

  Result<void> chunk(const Chunk& chunk) {
    if (chunk.nobody) return {};
    select(chunk);
    merge_rows(chunk, plan_.scans, selections_, rows_);
    if (rows_.rows.empty()) return {};
    TRY(plan_.held->read(rows_, selections_, scratch_, held_tuples_, tuples_));
    number_sessions(chunk);
    for (size_t first = 0, end = 0; first < rows_.rows.size(); first = end) {
      end = rows_.end_of_user(first);
      take_user(first, end);
      count_user();
    }
    return {};
  }

 private:
  struct Row {
    int64_t time;
    kernel::SelectorMask anchors;
    uint32_t event, tuple, session;
  };

  // Who has no first anchor in the range is not looked at, nor is what comes before it in vain.
  void select(const Chunk& chunk) {
    selections_.resize(plan_.scans.size());
    scanned_ += plan_.scans[0]->select(chunk, scratch_, selections_[0]);
    size_t users = chunk.last_user - chunk.first_user;
    bounds_.first_user = chunk.first_user;
    bounds_.low.assign(users, INT64_MAX);
    bounds_.high.assign(users, INT64_MIN);
    for (const Selection::Part& part : selections_[0].parts) {
      for (uint32_t row : part.rows) {
        int64_t time = part.block.times[row];
        if (time < plan_.range.from || time >= plan_.range.to) continue;
        size_t user = part.block.users[row] - chunk.first_user;
        bounds_.low[user] = plan_.flow.before > 0 ? INT64_MIN : std::min(bounds_.low[user], time);
        bounds_.high[user] = INT64_MAX;
      }
    }
    for (size_t s = 1; s < plan_.scans.size(); ++s)
      scanned_ += plan_.scans[s]->select(chunk, scratch_, selections_[s], &bounds_);
  }

  void number_sessions(const Chunk& chunk) {
    sessions_.assign(rows_.rows.size(), 0);
    if (!plan_.sessions) return;
    kernel::Entries entries;
    for (const RowSet::Row& row : rows_.rows) {
      entries.user.push_back(row.user);
      entries.time.push_back(row.time);
    }
    uint32_t next = 0;
    plan_.sessions->number(chunk, next, entries);
    sessions_ = std::move(entries.user);
  }

  // The rows that pass the report's where.
  void take_user(size_t first, size_t end) {
    own_.clear();
    user_ = rows_.rows[first].user;
    kernel::SelectorMask passes = kernel::SelectorMask{1} << plan_.anchors();
    for (size_t i = first; i < end; ++i) {
      const RowSet::Row& row = rows_.rows[i];
      if ((row.selected & passes) == 0) continue;
      own_.push_back(
          {row.time, row.selected, plan_.event_of_rank[row.rank], tuples_[i], sessions_[i]});
    }
  }

  void count_user() {
    std::optional<uint32_t> session;
    for (size_t i = 0; i < own_.size(); ++i) {
      const Row& row = own_[i];
      bool enters = (row.anchors & 1) != 0 && row.tuple != Held::kNone &&
                    row.time >= plan_.range.from && row.time < plan_.range.to;
      if (!enters) continue;
      if (plan_.flow.count == Flow::Count::kSessions && session == row.session) continue;
      session = row.session;
      entry(i);
      if (plan_.flow.count == Flow::Count::kUsers) return;
    }
  }

  bool belongs(const Row& row, const Row& first) const {
    bool same_session = plan_.flow.count != Flow::Count::kSessions || row.session == first.session;
    return same_session && row.tuple == first.tuple;
  }

  void entry(size_t first) {
    find_anchors(first);
    chain_.clear();
    before_first(first);
    for (size_t a = 0; a < anchors_.size(); ++a) {
      chain_.push_back(Place::of(a, 0, own_[anchors_[a]].event));
      bool last = a + 1 == anchors_.size();
      between(a, last);
      size_t count = events_.size() - 1;
      size_t after = std::min(count, static_cast<size_t>(plan_.flow.after));
      for (size_t i = 0; i < after; ++i)
        chain_.push_back(Place::of(a, static_cast<int>(i) + 1, events_[i + 1]));
      if (last) {
        drop_off(after);
        break;
      }
      size_t before = std::min(count - after, static_cast<size_t>(plan_.flow.before));
      if (after + before < count) end_chain();
      for (size_t i = before; i > 0; --i)
        chain_.push_back(Place::of(a + 1, -static_cast<int>(i), events_[events_.size() - i]));
    }
    end_chain();
  }
  void end_chain() {
    use_(user_, chain_);
    chain_.clear();
  }

  void find_anchors(size_t first) {
    anchors_.assign(1, first);
    int64_t last = own_[first].time + plan_.flow.window_ms;
    for (size_t i = first + 1; i < own_.size() && anchors_.size() < plan_.anchors(); ++i) {
      if (own_[i].time > last) break;
      bool fits = ((own_[i].anchors >> anchors_.size()) & 1) != 0;
      if (fits && belongs(own_[i], own_[first])) anchors_.push_back(i);
    }
  }

  void add(size_t row) {
    bool repeats = plan_.flow.collapse_repeats && events_.back() == own_[row].event;
    bool step = belongs(own_[row], own_[anchors_[0]]) && !plan_.hidden[own_[row].event];
    if (step && !repeats) events_.push_back(own_[row].event);
  }

  // events_: the anchor's, then those up to the next anchor, or as many as are asked for.
  void between(size_t anchor, bool last) {
    events_.assign(1, own_[anchors_[anchor]].event);
    size_t end = last ? own_.size() : anchors_[anchor + 1];
    for (size_t i = anchors_[anchor] + 1; i < end; ++i) {
      if (last && events_.size() > static_cast<size_t>(plan_.flow.after)) break;
      add(i);
    }
    bool repeats_next = plan_.flow.collapse_repeats && !last && events_.size() > 1 &&
                        events_.back() == own_[end].event;
    if (repeats_next) events_.pop_back();
  }

  void before_first(size_t first) {
    events_.assign(1, own_[first].event);
    auto wanted = static_cast<size_t>(plan_.flow.before);
    for (size_t i = first; i > 0 && events_.size() <= wanted; --i) add(i - 1);
    for (size_t i = events_.size() - 1; i > 0; --i)
      chain_.push_back(Place::of(0, -static_cast<int>(i), events_[i]));
  }

  void drop_off(size_t after) {
    size_t last = anchors_.size() - 1;
    if (after < static_cast<size_t>(plan_.flow.after)) {
      chain_.push_back(Place::of(last, static_cast<int>(after) + 1, Place::kDropOff));
    } else if (anchors_.size() < plan_.anchors()) {
      chain_.push_back(Place::of(last + 1, 0, Place::kDropOff));
    }
  }

  const Plan& plan_;
  Use use_;
  Scratch scratch_;
  UserBounds bounds_;
  std::vector<Selection> selections_;
  RowSet rows_;
  Segmenter held_tuples_;
  std::vector<uint32_t> tuples_, sessions_;  // by row
  std::vector<Row> own_;                     // of one user
  uint32_t user_ = 0;
  std::vector<size_t> anchors_;   // of one entry, into own_
  std::vector<uint32_t> events_;  // between two anchors
  Chain chain_;
  uint64_t scanned_ = 0;
};

template <class MakeUse>
Result<void> walk(Question& question, Plan& plan, MakeUse make_use, uint64_t& scanned) {
  if (plan.range.from >= plan.range.to) return {};
  std::vector<const store::EventTable*> tables;
  for (const auto& scan : plan.owned) scan->add_tables(tables);
  if (plan.sessions) plan.sessions->add_tables(tables);
  std::vector<Chunk> chunks = make_chunks(tables, question.user_count());
  std::vector<std::unique_ptr<Walk<decltype(make_use(0))>>> walks;
  for (int i = 0; i < question.threads(); ++i)
    walks.push_back(std::make_unique<Walk<decltype(make_use(0))>>(plan, make_use(i)));
  TRY(run_parallel(question.threads(), chunks.size(), question.cancelled(),
                   [&](int thread, size_t item) {
                     return walks[static_cast<size_t>(thread)]->chunk(chunks[item]);
                   }));
  for (const auto& one : walks) scanned += one->scanned();
  return {};
}

bool fits(const Plan& plan, const query::Who::Node& node, uint64_t place) {
  if (Place::anchor(place) != node.anchor || Place::step(place) != node.step) return false;
  uint32_t event = Place::event(place);
  if ((event == Place::kDropOff) != node.drop_off) return false;
  if (node.drop_off) return true;
  return std::ranges::binary_search(node.events, plan.names[event]) != node.other;
}

}  // namespace

Result<FlowAnswer> answer_flow(Question& question, const Flow& flow, uint64_t& scanned) {
  Plan plan(question, flow);
  std::vector<Counts> counts(static_cast<size_t>(question.threads()));
  auto make_use = [&](int thread) {
    return [&own = counts[static_cast<size_t>(thread)]](uint32_t, const Chain& chain) {
      own.add(chain);
    };
  };
  TRY(walk(question, plan, make_use, scanned));
  for (size_t i = 1; i < counts.size(); ++i) counts[0].merge(counts[i]);

  FlowAnswer answer;
  std::map<uint64_t, size_t> index;  // numbers of places stand in the order of nodes
  for (const auto& [place, count] : counts[0].places) index[place] = 0;
  for (auto& [place, at] : index) {
    at = answer.nodes.size();
    uint32_t event = Place::event(place);
    bool drop_off = event == Place::kDropOff;
    answer.nodes.push_back({Place::anchor(place), Place::step(place),
                            drop_off ? "" : plan.names[event], drop_off, counts[0].places[place]});
  }
  for (const auto& [pair, count] : counts[0].edges)
    answer.edges.push_back({index[pair.first], index[pair.second], count});
  std::ranges::sort(answer.edges, {},
                    [](const FlowEdge& edge) { return std::pair(edge.from, edge.to); });
  return answer;
}

Result<std::vector<uint8_t>> users_in_flow(Question& question, const Flow& flow,
                                           const query::Who& who, uint64_t& scanned) {
  Plan plan(question, flow);
  std::vector<uint8_t> users(question.user_count());
  auto make_use = [&](int) {
    return [&](uint32_t user, const Chain& chain) {
      for (uint64_t place : chain) users[user] |= fits(plan, who.node, place) ? 1 : 0;
    };
  };
  TRY(walk(question, plan, make_use, scanned));
  return users;
}

}  // namespace starling::engine::native
