// The reports, each answered from a question. They stop early with kCancelled when *cancelled
// becomes true.
#pragma once

#include <atomic>

#include "base/result.h"
#include "engine/answer.h"
#include "engine/reference/people.h"

namespace starling::engine::reference {

using base::Result;

Result<InsightsAnswer> answer_insights(const Question& question, const query::Insights& insights,
                                       const std::atomic<bool>* cancelled);
Result<RetentionAnswer> answer_retention(const Question& question,
                                         const query::Retention& retention,
                                         const std::atomic<bool>* cancelled);
Result<FunnelAnswer> answer_funnel(const Question& question, const query::Funnel& funnel,
                                   const std::atomic<bool>* cancelled);
Result<FlowAnswer> answer_flow(const Question& question, const query::Flow& flow,
                               const std::atomic<bool>* cancelled);
Result<UsersAnswer> answer_users(const Question& question, const query::Users& users,
                                 const std::atomic<bool>* cancelled);

// The persons behind one cell, found the way the cell is counted (§8.36).
Result<People> people_in_insights(const Question& question, const query::Insights& insights,
                                  const query::Who& who, const std::atomic<bool>* cancelled);
Result<People> people_in_funnel(const Question& question, const query::Funnel& funnel,
                                const query::Who& who, const std::atomic<bool>* cancelled);
Result<People> people_in_retention(const Question& question, const query::Retention& retention,
                                   const query::Who& who, const std::atomic<bool>* cancelled);
Result<People> people_in_flow(const Question& question, const query::Flow& flow,
                              const query::Who& who, const std::atomic<bool>* cancelled);

// kCancelled when asked to stop.
Result<void> go_on(const std::atomic<bool>* cancelled);

}  // namespace starling::engine::reference
