#include "engine/native/engine.h"

#include <thread>

#include "engine/native/cohorts.h"
#include "engine/native/flow.h"
#include "engine/native/funnel.h"
#include "engine/native/insights.h"
#include "engine/native/retention.h"
#include "engine/native/users_report.h"
#include "engine/native/who.h"

namespace starling::engine {
namespace {

struct Answerer {
  native::Question& question;
  uint64_t& scanned;

  using Data = decltype(Answer::data);

  Result<Data> operator()(const query::Insights& insights) const {
    return Data(TRY(native::answer_insights(question, insights, scanned)));
  }
  Result<Data> operator()(const query::Funnel& funnel) const {
    return Data(TRY(native::answer_funnel(question, funnel, scanned)));
  }
  Result<Data> operator()(const query::Retention& retention) const {
    return Data(TRY(native::answer_retention(question, retention, scanned)));
  }
  Result<Data> operator()(const query::Flow& flow) const {
    return Data(TRY(native::answer_flow(question, flow, scanned)));
  }
  Result<Data> operator()(const query::Users& users) const {
    return Data(TRY(native::answer_users(question, users)));
  }
};

class NativeEngine : public Backend {
 public:
  NativeEngine(std::shared_ptr<const store::Snapshot> snapshot, int threads)
      : snapshot_(std::move(snapshot)), threads_(threads) {}

  Result<Answer> answer(const query::Query& query,
                        const std::atomic<bool>* cancelled) const override {
    native::Question question(*snapshot_, query, threads_, cancelled);
    Answer answer;
    TRY(native::answer_cohorts(question, answer.events_scanned));
    if (query.who) {
      std::vector<uint8_t> users = TRY(native::users_behind(question, answer.events_scanned));
      answer.data = native::list_users(question, query.who->list, users);
    } else {
      answer.data = TRY(std::visit(Answerer{question, answer.events_scanned}, query.report));
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
