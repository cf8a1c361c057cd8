// A bound question as text that a person can read: what binding made of the document.
#pragma once

#include <string>

#include "query/query.h"

namespace starling::query {

std::string print(const Query& query);
std::string print(const Filter& filter);
std::string print(const Reference& reference);
std::string print(const Selector& selector);
std::string print(const Measure& measure);
std::string print(const Formula& formula);

}  // namespace starling::query
