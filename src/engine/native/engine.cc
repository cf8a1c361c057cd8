#include "engine/native/engine.h"

#include <thread>

#include "engine/native/cohorts.h"
#include "engine/native/insights.h"
#include "engine/native/retention.h"
#include "engine/native/users_report.h"

namespace starling::engine {
namespace {

class NativeEngine : public Backend {
 public:
  NativeEngine(std::shared_ptr<const store::Snapshot> snapshot, int threads)
      : snapshot_(std::move(snapshot)), threads_(threads) {}

  Result<Answer> answer(const query::Query& query,
                        const std::atomic<bool>* cancelled) const override {
    native::Question question(*snapshot_, query, threads_, cancelled);
    Answer answer;
    TRY(native::answer_cohorts(question, answer.events_scanned));
    if (const auto* insights = std::get_if<query::Insights>(&query.report)) {
      answer.data = TRY(native::answer_insights(question, *insights, answer.events_scanned));
    } else if (const auto* retention = std::get_if<query::Retention>(&query.report)) {
      answer.data = TRY(native::answer_retention(question, *retention, answer.events_scanned));
    } else {
      answer.data = TRY(native::answer_users(question, std::get<query::Users>(query.report)));
    }
    return answer;
  }

 private:
  std::shared_ptr<const store::Snapshot> snapshot_;
  int threads_;
};

}  // namespace

std::unique_ptr<Backend> make_native_engine(std::shared_ptr<const store::Snapshot> snapshot,
                                            int threads) {
  if (threads <= 0) threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return std::make_unique<NativeEngine>(std::move(snapshot), threads);
}

}  // namespace starling::engine
