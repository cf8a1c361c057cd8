#include "engine/native/engine.h"

#include <chrono>
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

using SteadyClock = std::chrono::steady_clock;

int64_t us_since(SteadyClock::time_point start) {
  return std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - start).count();
}

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
  NativeEngine(std::shared_ptr<const store::Snapshot> snapshot, NativeOptions options)
      : snapshot_(std::move(snapshot)), options_(options) {}

  Result<Answer> answer(const query::Query& query,
                        const std::atomic<bool>* cancelled) const override {
    SteadyClock::time_point start = SteadyClock::now();
    native::Question question(*snapshot_, query, options_, cancelled);
    Answer answer;
    TRY(native::answer_cohorts(question, answer.events_scanned));
    int64_t cohorts_us = us_since(start);
    if (query.who) {
      std::vector<uint8_t> users = TRY(native::users_behind(question, answer.events_scanned));
      answer.data = native::list_users(question, query.who->list, users);
    } else {
      answer.data = TRY(std::visit(Answerer{question, answer.events_scanned}, query.report));
    }
    answer.work = question.work();
    answer.work.stages = {{"cohorts", cohorts_us}, {"count", us_since(start) - cohorts_us}};
    return answer;
  }

 private:
  std::shared_ptr<const store::Snapshot> snapshot_;
  NativeOptions options_;
};

}  // namespace

std::unique_ptr<Backend> make_native_engine(std::shared_ptr<const store::Snapshot> snapshot,
                                            NativeOptions options) {
  if (options.threads <= 0)
    options.threads = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
  return std::make_unique<NativeEngine>(std::move(snapshot), options);
}

}  // namespace starling::engine
