// How an emitter is made ready: which lists the question looks into, and what is read of each
// table.
#include <algorithm>

#include "engine/native/emitter.h"

namespace starling::engine::native {

using query::Filter;

namespace {

// The filters that leave only some elements of the list: `any` filters that are and-ed at the top
// (§8.10).
void add_narrowing(const Question& question, const std::optional<Filter>& root, const ListId& list,
                   std::vector<const Filter*>& out) {
  auto visit = [&](auto& self, const Filter& filter) -> void {
    if (filter.kind == Filter::Kind::kAll) {
      for (const Filter& child : filter.children) self(self, child);
    }
    bool narrows = filter.kind == Filter::Kind::kAnyElement && !filter.keep_all_items;
    if (narrows && question.list_of(filter) == list) out.push_back(&filter);
  };
  if (root) visit(visit, *root);
}

}  // namespace

Emitter::Emitter(Question& question, const Scan& scan, const query::Selector& selector,
                 const std::vector<const query::Breakdown*>& breakdowns,
                 const std::vector<Coordinates*>& coordinates, const query::Reference* measured,
                 bool distinct, EmitterOptions options)
    : scan_(scan), options_(options), measures_(measured != nullptr) {
  if (measured != nullptr) {
    wanted_ = Wanted::of(*measured, distinct);
    keys_ = std::make_unique<Coordinates>(plain_, "");
    measured_list_ = list_index(question.list_of(*measured));
  }
  for (size_t b = 0; b < breakdowns.size(); ++b) {
    breakdowns_.push_back(list_index(question.list_of(breakdowns[b]->reference)));
    not_set_.push_back(breakdowns_[b] == kNoList ? 0 : coordinates[b]->number_of({}));
    aligned_ = aligned_ || (breakdowns_[b] != kNoList && breakdowns_[b] == measured_list_);
  }
  user_lists_.resize(lists_.size());
  read_user_lists(question, selector, breakdowns, coordinates, measured);
  for (const Scan::Table& table : scan.tables()) {
    tables_.push_back(bind(question, selector, table.table, breakdowns, coordinates, measured));
  }
}

size_t Emitter::list_index(const std::optional<ListId>& list) {
  if (!list) return kNoList;
  auto found = std::ranges::find(lists_, *list);
  if (found == lists_.end()) found = lists_.insert(lists_.end(), *list);
  return static_cast<size_t>(found - lists_.begin());
}

// With a table: its rows and its own lists. Without: the users' lists, and nothing else.
Emitter::Table Emitter::bind(Question& question, const query::Selector& selector,
                             const store::EventTable* table,
                             const std::vector<const query::Breakdown*>& breakdowns,
                             const std::vector<Coordinates*>& coordinates,
                             const query::Reference* measured) {
  Table out;
  auto is_here = [&](size_t list) {
    return list == kNoList ? table != nullptr : lists_[list].of_user == (table == nullptr);
  };
  for (size_t i = 0; i < lists_.size(); ++i) {
    List list;
    if (is_here(i)) {
      list.reader = question.list_reader(lists_[i], table);
      std::vector<const Filter*> filters;
      add_narrowing(question, selector.where, lists_[i], filters);
      add_narrowing(question, selector.report_where, lists_[i], filters);
      for (const Filter* filter : filters) {
        list.kept.push_back(
            Predicate::bind_element(question, filter->children[0], lists_[i], table));
      }
    }
    out.lists.push_back(std::move(list));
  }
  for (size_t b = 0; b < breakdowns.size(); ++b) {
    const query::Reference& reference = breakdowns[b]->reference;
    if (!is_here(breakdowns_[b])) {
      out.breakdowns.emplace_back();
    } else if (breakdowns_[b] == kNoList) {
      out.breakdowns.push_back(
          BreakdownColumn::of_rows(question, reference, *coordinates[b], table));
    } else {
      out.breakdowns.push_back(
          BreakdownColumn::of_elements(question, reference, *coordinates[b], table));
    }
  }
  if (measured != nullptr && is_here(measured_list_)) {
    out.values = measured_list_ == kNoList
                     ? ValueColumn::of_rows(question, *measured, wanted_, *keys_, table)
                     : ValueColumn::of_elements(question, *measured, wanted_, *keys_, table);
  }
  return out;
}

// Numbers of users' lists always fit: a value that does not is found again, and refused, when it is
// measured.
void Emitter::read_user_lists(Question& question, const query::Selector& selector,
                              const std::vector<const query::Breakdown*>& breakdowns,
                              const std::vector<Coordinates*>& coordinates,
                              const query::Reference* measured) {
  auto of_user = [](const ListId& list) { return list.of_user; };
  if (std::ranges::none_of(lists_, of_user)) return;
  Table table = bind(question, selector, nullptr, breakdowns, coordinates, measured);
  Block users = Block::of_users(question.user_count());
  for (size_t i = 0; i < lists_.size(); ++i) {
    if (!lists_[i].of_user) continue;
    Result<ListRows> rows = read_list(table, i, users, question.plan_scratch());
    user_lists_[i] = rows ? std::move(rows).value() : ListRows{};
  }
}

Result<Emitter::ListRows> Emitter::read_list(const Table& table, size_t list, const Block& block,
                                             Scratch& scratch) const {
  ListRows out;
  out.coordinates.resize(breakdowns_.size());
  const List& bound = table.lists[list];
  if (bound.reader == nullptr) {
    out.offsets.assign(block.count + 1, 0);
    return out;
  }
  ListSpan rows(*bound.reader, block);
  Span span{block, &rows};
  out.kept.assign(rows.count(), 1);
  std::vector<uint8_t> passes(bound.kept.empty() ? 0 : rows.count());
  for (const Predicate& filter : bound.kept) {
    filter.evaluate(span, scratch, passes.data());
    for (size_t i = 0; i < passes.size(); ++i) out.kept[i] &= passes[i];
  }
  for (size_t b = 0; b < breakdowns_.size(); ++b) {
    if (breakdowns_[b] != list) continue;
    out.coordinates[b].resize(rows.count());
    table.breakdowns[b].read(span, scratch, out.coordinates[b].data());
  }
  if (measured_list_ == list) TRY(table.values->read(span, scratch, out.values));
  out.offsets = std::move(rows.offsets);
  uint64_t first = out.offsets[0];
  for (uint64_t& offset : out.offsets) offset -= first;
  return out;
}

}  // namespace starling::engine::native
