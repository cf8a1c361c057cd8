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

namespace {

using Data = decltype(Answer::data);

struct Answerer {
  const Question& question;
  const std::atomic<bool>* cancelled;

  Result<Data> operator()(const query::Insights& insights) const {
    return Data(TRY(answer_insights(question, insights, cancelled)));
  }
  Result<Data> operator()(const query::Funnel& funnel) const {
    return Data(TRY(answer_funnel(question, funnel, cancelled)));
  }
  Result<Data> operator()(const query::Retention& retention) const {
    return Data(TRY(answer_retention(question, retention, cancelled)));
  }
  Result<Data> operator()(const query::Flow& flow) const {
    return Data(TRY(answer_flow(question, flow, cancelled)));
  }
  Result<Data> operator()(const query::Users& users) const {
    return Data(TRY(answer_users(question, users, cancelled)));
  }
};

struct Finder {
  const Question& question;
  const query::Who& who;
  const std::atomic<bool>* cancelled;

  Result<People> operator()(const query::Insights& insights) const {
    return people_in_insights(question, insights, who, cancelled);
  }
  Result<People> operator()(const query::Funnel& funnel) const {
    return people_in_funnel(question, funnel, who, cancelled);
  }
  Result<People> operator()(const query::Retention& retention) const {
    return people_in_retention(question, retention, who, cancelled);
  }
  Result<People> operator()(const query::Flow& flow) const {
    return people_in_flow(question, flow, who, cancelled);
  }
  Result<People> operator()(const query::Users&) const { return People(); }
};

Result<People> people_behind(const Question& question, const std::atomic<bool>* cancelled) {
  const query::Query& query = question.query();
  return std::visit(Finder{question, *query.who, cancelled}, query.report);
}

}  // namespace
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
    if (query.who) {
      reference::People people = TRY(reference::people_behind(question, cancelled));
      out.data = reference::list_people(question, query.who->list, people);
    } else {
      out.data = TRY(std::visit(reference::Answerer{question, cancelled}, query.report));
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
