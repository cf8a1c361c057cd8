// The three reports, each answered from a question. They stop early with kCancelled when *cancelled
// becomes true.
#pragma once

#include <atomic>

#include "base/result.h"
#include "engine/answer.h"
#include "engine/reference/question.h"

namespace starling::engine::reference {

using base::Result;

Result<InsightsAnswer> answer_insights(const Question& question, const query::Insights& insights,
                                       const std::atomic<bool>* cancelled);
Result<RetentionAnswer> answer_retention(const Question& question,
                                         const query::Retention& retention,
                                         const std::atomic<bool>* cancelled);
Result<UsersAnswer> answer_users(const Question& question, const query::Users& users,
                                 const std::atomic<bool>* cancelled);

// kCancelled when asked to stop.
Result<void> go_on(const std::atomic<bool>* cancelled);

}  // namespace starling::engine::reference
