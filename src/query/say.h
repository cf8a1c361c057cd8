// A bound question in the words of a person: what is counted, of whom, when, split by what.
#pragma once

#include <string>

#include "query/query.h"

namespace starling::query {

// One or two sentences.
std::string say(const Query& query);

}  // namespace starling::query
