#include "engine/reference/engine.h"

#include <mutex>

#include "engine/reference/answers.h"

namespace starling::engine {
namespace reference {

Result<void> go_on(const std::atomic<bool>* cancelled) {
  if (cancelled != nullptr && cancelled->load())
    return base::Error{base::Error::Code::kCancelled, "cancelled"};
  return {};
}

}  // namespace reference

namespace {

class ReferenceEngine : public Backend {
 public:
  explicit ReferenceEngine(std::shared_ptr<const store::Snapshot> snapshot)
      : snapshot_(std::move(snapshot)) {}

  Result<Answer> answer(const query::Query& query,
                        const std::atomic<bool>* cancelled) const override {
    std::call_once(loaded_, [&] { world_ = reference::load_world(*snapshot_); });
    reference::Question question(world_, query);
    Answer out;
    if (const auto* insights = std::get_if<query::Insights>(&query.report)) {
      out.data = TRY(reference::answer_insights(question, *insights, cancelled));
    } else if (const auto* retention = std::get_if<query::Retention>(&query.report)) {
      out.data = TRY(reference::answer_retention(question, *retention, cancelled));
    } else {
      out.data =
          TRY(reference::answer_users(question, std::get<query::Users>(query.report), cancelled));
    }
    out.events_scanned = question.events(world_.nobody).size();
    for (const reference::Person& person : world_.people)
      out.events_scanned += question.events(person).size();
    return out;
  }

 private:
  std::shared_ptr<const store::Snapshot> snapshot_;
  mutable std::once_flag loaded_;
  mutable reference::World world_;  // set once, by the first question
};

}  // namespace

std::unique_ptr<Backend> make_reference_engine(std::shared_ptr<const store::Snapshot> snapshot) {
  return std::make_unique<ReferenceEngine>(std::move(snapshot));
}

}  // namespace starling::engine
