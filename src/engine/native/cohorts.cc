#include "engine/native/cohorts.h"

#include <algorithm>
#include <map>

#include "engine/kernel/aggregate.h"
#include "engine/kernel/kernel.h"
#include "engine/native/emitter.h"

namespace starling::engine::native {

using query::Cohort;
using query::CohortCondition;
using Comparison = CohortCondition::Comparison;
using Users = std::vector<uint8_t>;  // by user: 1 or 0

namespace {

bool meets(const CohortCondition& condition, const Number& value) {
  if (is_null(value)) return false;
  int order = compare_numbers(value, condition.number);
  switch (condition.comparison) {
    case Comparison::kAtLeast:
      return order >= 0;
    case Comparison::kAtMost:
      return order <= 0;
    case Comparison::kExactly:
      return order == 0;
    case Comparison::kMoreThan:
      return order > 0;
    case Comparison::kLessThan:
      return order < 0;
  }
  return false;
}

// Events counted a user, and the few answers that counts can have.
class CountTest {
 public:
  explicit CountTest(const CohortCondition& condition) : condition_(condition) {
    for (uint32_t n = 0; n < kSmall; ++n) small_.push_back(decide(n));
  }
  uint8_t passes(uint32_t count) const { return count < kSmall ? small_[count] : decide(count); }

 private:
  static constexpr uint32_t kSmall = 256;
  uint8_t decide(uint32_t count) const {
    return meets(condition_, base::Decimal{count, 0}) ? 1 : 0;
  }

  const CohortCondition& condition_;
  std::vector<uint8_t> small_;
};

// `did` and `first did`: the matches of each user, chunk by chunk; whoever has no rows at all is
// asked with none.
class Behaviour {
 public:
  Behaviour(Question& question, const CohortCondition& condition, base::TimeMs as_of)
      : question_(question),
        condition_(condition),
        selector_(question.keep(selector_of(condition))),
        scan_(question, selector_,
              {condition.window.from.value, std::min(condition.window.to, as_of).value}),
        emitter_(question, scan_, selector_, {}, {},
                 condition.of.property ? &*condition.of.property : nullptr,
                 condition.of.aggregate == query::Aggregate::kDistinct, {}),
        counts_(condition) {
    shape_.floats = emitter_.wanted().floats;
    shape_.scale = emitter_.wanted().scale;
  }

  Result<Users> run(uint64_t& scanned) {
    std::vector<const store::EventTable*> tables;
    scan_.add_tables(tables);
    std::vector<Chunk> chunks = make_chunks(tables, question_.user_count());
    Users out(question_.user_count(), without_matches());
    std::vector<Scratch> scratch(static_cast<size_t>(question_.threads()));
    std::vector<uint64_t> looked_at(scratch.size());
    TRY(run_parallel(question_.threads(), chunks.size(), question_.cancelled(),
                     [&](int thread, size_t item) {
                       auto at = static_cast<size_t>(thread);
                       return test_chunk(chunks[item], scratch[at], looked_at[at], out);
                     }));
    for (uint64_t rows : looked_at) scanned += rows;
    return out;
  }

 private:
  static query::Selector selector_of(const CohortCondition& condition) {
    query::Selector selector = condition.selector;
    if (condition.kind == CohortCondition::Kind::kFirstDid)
      selector.first_time = query::FirstTime::kEver;
    return selector;
  }
  bool is_first() const { return condition_.kind == CohortCondition::Kind::kFirstDid; }
  bool is_count() const { return condition_.of.kind == query::Measure::Kind::kTotal; }

  uint8_t without_matches() const {
    if (is_first()) return 0;
    std::vector<Number> none;
    Number value;
    auto kernel = kernel::make_kernel(condition_.of, shape_);
    kernel->prepare();
    kernel->finish(0, none, value);
    return meets(condition_, value) ? 1 : 0;
  }

  // Chunks hold different users, so threads write different bytes of `out`.
  Result<void> test_chunk(const Chunk& chunk, Scratch& scratch, uint64_t& looked_at,
                          Users& out) const {
    if (chunk.nobody) return {};
    Selection selection;
    looked_at += scan_.select(chunk, scratch, selection);
    if (!is_first() && !is_count()) return aggregate(chunk, selection, scratch, out);
    std::vector<uint32_t> counts(chunk.last_user - chunk.first_user);
    for (const Selection::Part& part : selection.parts) {
      for (uint32_t row : part.rows) ++counts[part.block.users[row] - chunk.first_user];
    }
    for (uint32_t i = 0; i < counts.size(); ++i) {
      out[chunk.first_user + i] = is_first() ? counts[i] > 0 : counts_.passes(counts[i]);
    }
    return {};
  }

  // The measure's kernel with a segment a user.
  Result<void> aggregate(const Chunk& chunk, const Selection& selection, Scratch& scratch,
                         Users& out) const {
    Emitted emitted;
    TRY(emitter_.emit(selection, scratch, nullptr, emitted));
    kernel::Entries& entries = emitted.whole;
    uint32_t user_count = chunk.last_user - chunk.first_user;
    for (uint32_t user : entries.user) entries.segment.push_back(user - chunk.first_user);
    kernel::View view;
    view.size = entries.size();
    view.user = entries.user.data();
    view.slot = entries.slot.data();
    view.segment = entries.segment.data();
    view.digits = entries.digits.data();
    view.floats = entries.floats.data();
    view.has = entries.has.data();
    auto kernel = kernel::make_kernel(condition_.of, shape_);
    kernel->add(view, user_count);
    kernel->prepare();
    std::vector<Number> none;
    for (uint32_t i = 0; i < user_count; ++i) {
      Number value;
      kernel->finish(i, none, value);
      out[chunk.first_user + i] = meets(condition_, value) ? 1 : 0;
    }
    return {};
  }

  Question& question_;
  const CohortCondition& condition_;
  const query::Selector& selector_;
  Scan scan_;
  Emitter emitter_;
  CountTest counts_;
  kernel::Shape shape_;
};

class CohortRun {
 public:
  CohortRun(Question& question, uint64_t& scanned) : question_(question), scanned_(scanned) {}

  // A nested group has its cohort's as_of.
  Result<Users> members_of(const Cohort& cohort) {
    as_of_ = cohort.as_of;
    return members(cohort);
  }

 private:
  Result<Users> members(const Cohort& cohort) {
    Users out(question_.user_count(), cohort.all ? 1 : 0);
    for (const CohortCondition& condition : cohort.conditions) {
      Users met = TRY(users_that_meet(condition));
      uint8_t flip = condition.negated ? 1 : 0;
      for (size_t i = 0; i < out.size(); ++i) {
        uint8_t one = met[i] ^ flip;
        out[i] = cohort.all ? out[i] & one : out[i] | one;
      }
    }
    return out;
  }

  Result<Users> users_that_meet(const CohortCondition& condition) {
    switch (condition.kind) {
      case CohortCondition::Kind::kDid:
        if (condition.of.kind != query::Measure::Kind::kTotal &&
            condition.of.kind != query::Measure::Kind::kAggregate) {
          return base::Error{base::Error::Code::kUnsupported,
                             "a cohort condition counts events or one of their properties"};
        }
        return Behaviour(question_, condition, as_of_).run(scanned_);
      case CohortCondition::Kind::kFirstDid:
        return Behaviour(question_, condition, as_of_).run(scanned_);
      case CohortCondition::Kind::kUser:
        return question_.user_mask(*condition.user)->passes;
      case CohortCondition::Kind::kCohort:
        return question_.members(condition.cohort);
      case CohortCondition::Kind::kNested:
        return members(*condition.nested);
    }
    return Users();
  }

  Question& question_;
  uint64_t& scanned_;
  base::TimeMs as_of_;
};

// True when everyone who is in the cohort has done something or is in another cohort, and so is
// known.
bool implies_known(const Cohort& cohort) {
  auto implies = [](const CohortCondition& condition) {
    if (condition.negated) return false;
    switch (condition.kind) {
      case CohortCondition::Kind::kDid:
        return condition.of.kind == query::Measure::Kind::kTotal &&
               condition.comparison == Comparison::kAtLeast &&
               condition.number > base::Decimal{0, 0};
      case CohortCondition::Kind::kFirstDid:
      case CohortCondition::Kind::kCohort:
        return true;
      case CohortCondition::Kind::kUser:
      case CohortCondition::Kind::kNested:
        return false;
    }
    return false;
  };
  return cohort.all && std::ranges::any_of(cohort.conditions, implies);
}

}  // namespace

Result<std::vector<uint8_t>> known_users(const Question& question, base::TimeMs then) {
  const store::Snapshot& snapshot = question.snapshot();
  int64_t as_of = std::min(then, question.query().as_of).value;
  std::vector<const store::EventTable*> tables;
  for (const store::EventTable* table : snapshot.tables()) {
    if (table->size() > 0 && table->first_time() < as_of) tables.push_back(table);
  }
  Users out(question.user_count());
  for (uint32_t user = 0; user < out.size(); ++user) out[user] = snapshot.has_profile(user) ? 1 : 0;
  std::vector<Chunk> chunks = make_chunks(tables, question.user_count());
  TRY(run_parallel(question.threads(), chunks.size(), question.cancelled(),
                   [&](int, size_t item) -> Result<void> {
                     if (chunks[item].nobody) return {};
                     for (size_t t = 0; t < tables.size(); ++t) {
                       auto [first, last] = chunks[item].rows[t];
                       Block block = Block::of_rows(*tables[t], first, last - first);
                       for (size_t i = 0; i < block.count; ++i)
                         out[block.users[i]] |=
                             block.times[i] < as_of && !tables[t]->is_dropped(first + i);
                     }
                     return {};
                   }));
  return out;
}

Result<void> answer_cohorts(Question& question, uint64_t& scanned) {
  std::map<base::TimeMs, Users> known;
  for (const Cohort& cohort : question.query().cohorts) {
    Users members = TRY(CohortRun(question, scanned).members_of(cohort));
    if (!implies_known(cohort)) {
      auto [found, added] = known.try_emplace(cohort.as_of);
      if (added) found->second = TRY(known_users(question, cohort.as_of));
      for (size_t i = 0; i < members.size(); ++i) members[i] &= found->second[i];
    }
    question.add_members(std::move(members));
  }
  return {};
}

}  // namespace starling::engine::native
