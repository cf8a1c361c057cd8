#include "engine/native/who.h"

#include "engine/native/flow.h"
#include "engine/native/funnel.h"
#include "engine/native/insights.h"
#include "engine/native/retention.h"

namespace starling::engine::native {

Result<std::vector<uint8_t>> users_behind(Question& question, uint64_t& scanned) {
  struct Finder {
    Question& question;
    const query::Who& who;
    uint64_t& scanned;

    Result<std::vector<uint8_t>> operator()(const query::Insights& insights) const {
      return users_in_insights(question, insights, who, scanned);
    }
    Result<std::vector<uint8_t>> operator()(const query::Funnel& funnel) const {
      return users_in_funnel(question, funnel, who, scanned);
    }
    Result<std::vector<uint8_t>> operator()(const query::Retention& retention) const {
      return users_in_retention(question, retention, who, scanned);
    }
    Result<std::vector<uint8_t>> operator()(const query::Flow& flow) const {
      return users_in_flow(question, flow, who, scanned);
    }
    Result<std::vector<uint8_t>> operator()(const query::Users&) const {
      return std::vector<uint8_t>(question.user_count());
    }
  };
  return std::visit(Finder{question, *question.query().who, scanned}, question.query().report);
}

}  // namespace starling::engine::native
