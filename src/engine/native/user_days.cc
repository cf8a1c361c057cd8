#pragma GCC optimize("O3")
#include "engine/native/user_days.h"

#include <algorithm>

#include "engine/kernel/entries.h"
#include "engine/kernel/rolling.h"
#include "engine/native/scan.h"
#include "engine/native/slots.h"

namespace starling::engine::native {

using kernel::RollingKernel;
using query::Measure;

namespace {

bool is_whole(const query::Query& query, const query::Operand& operand) {
  return operand.measure.kind == Measure::Kind::kUsers && !query.intervals.labels.empty();
}

class UserDaysRun {
 public:
  UserDaysRun(Question& question, const std::vector<const query::Operand*>& operands)
      : question_(question), slots_(slots_of(question.query(), operands)) {
    scan_.emplace(question, operands[0]->selector, slots_[0].window);
  }

  Result<std::vector<OperandAnswer>> run(uint64_t& scanned) {
    std::vector<State> states;
    for (int i = 0; i < question_.threads(); ++i) states.emplace_back(slots_);
    if (slots_[0].days) TRY(count(states));
    std::vector<OperandAnswer> answers;
    const uint32_t zero = 0;
    for (size_t o = 0; o < slots_.size(); ++o) {
      RollingKernel& first = *states[0].kernels[o];
      for (size_t i = 1; i < states.size(); ++i) first.merge(*states[i].kernels[o], {&zero, 1}, 1);
      OperandAnswer& answer = answers.emplace_back();
      answer.series.emplace_back();
      first.finish(0, answer.series[0].values, answer.series[0].overall);
    }
    for (const State& state : states) scanned += state.scanned;
    return answers;
  }

 private:
  // What one thread counts into.
  struct State {
    explicit State(const std::vector<Slots>& slots) : marks(slots[0].shape.days) {
      for (const Slots& of_operand : slots)
        kernels.push_back(std::make_unique<RollingKernel>(of_operand.shape));
    }

    std::vector<std::unique_ptr<RollingKernel>> kernels;  // by operand
    kernel::UserSlots marks;
    kernel::Entries entries;
    std::vector<uint32_t> zeros;
    Scratch scratch;
    Selection selection;
    uint64_t scanned = 0;
  };

  // One an operand, all over the same days.
  static std::vector<Slots> slots_of(const query::Query& query,
                                     const std::vector<const query::Operand*>& operands) {
    std::vector<std::vector<DateWindow>> windows;
    base::Date first{INT32_MAX};
    for (const query::Operand* operand : operands) {
      windows.push_back(*day_windows(query, operand->measure));
      for (const DateWindow& window : windows.back()) first = std::min(first, window.first);
    }
    std::vector<Slots> slots;
    for (size_t i = 0; i < operands.size(); ++i)
      slots.push_back(make_day_slots(query, windows[i], first, is_whole(query, *operands[i])));
    return slots;
  }

  Result<void> count(std::vector<State>& states) {
    std::vector<const store::EventTable*> tables;
    scan_->add_tables(tables);
    std::vector<Chunk> chunks = make_chunks(tables, question_.user_count());
    return run_parallel(question_.threads(), chunks.size(), question_.cancelled(),
                        [&](int thread, size_t item) -> Result<void> {
                          if (!chunks[item].nobody)
                            count_chunk(chunks[item], states[static_cast<size_t>(thread)]);
                          return {};
                        });
  }

  void count_chunk(const Chunk& chunk, State& state) const {
    state.scanned += scan_->select(chunk, state.scratch, state.selection);
    size_t users = chunk.last_user - chunk.first_user;
    if (kernel::UserSlots::fits(users, slots_[0].shape.days)) {
      mark(chunk, state);
      for (auto& kernel : state.kernels) kernel->add(state.marks);
    } else {
      group(chunk, state);
    }
  }

  // Calls use(user, day) for every selected row.
  template <class Use>
  void for_rows(const Selection& selection, Use use) const {
    const TimeIndex& days = slots_[0].days->index();
    for (const Selection::Part& part : selection.parts) {
      const uint32_t* users = part.block.users;
      const int64_t* times = part.block.times;
      for (uint32_t row : part.rows) use(users[row], days.find(times[row]));
    }
  }

  void mark(const Chunk& chunk, State& state) const {
    state.marks.clear(chunk.last_user - chunk.first_user);
    for_rows(state.selection, [marker = state.marks.marker(), first = chunk.first_user](
                                  uint32_t user, uint32_t day) { marker.mark(user - first, day); });
  }

  // Many users of few matches: these are put in order instead.
  void group(const Chunk& chunk, State& state) const {
    state.entries.clear();
    for_rows(state.selection, [&](uint32_t user, uint32_t day) {
      state.entries.user.push_back(user);
      state.entries.slot.push_back(day);
    });
    state.entries.group_by_user(chunk.first_user, chunk.last_user);
    state.zeros.resize(std::max(state.zeros.size(), state.entries.size()));
    kernel::View view;
    view.size = state.entries.size();
    view.user = state.entries.user.data();
    view.slot = state.entries.slot.data();
    view.segment = state.zeros.data();
    for (auto& kernel : state.kernels) kernel->add(view, 1);
  }

  Question& question_;
  std::vector<Slots> slots_;
  std::optional<Scan> scan_;
};

}  // namespace

bool counts_days(const query::Query& query, const query::Operand& operand) {
  return day_windows(query, operand.measure).has_value();
}

Result<std::vector<OperandAnswer>> answer_user_days(
    Question& question, const std::vector<const query::Operand*>& operands, uint64_t& scanned) {
  return UserDaysRun(question, operands).run(scanned);
}

}  // namespace starling::engine::native
