#include "query/query.h"

namespace starling::query {

const std::string& Reference::list() const {
  static const std::string kNone;
  return element ? property : kNone;
}

bool Reference::of_user() const {
  switch (kind) {
    case Kind::kUserProperty:
    case Kind::kCohort:
      return true;
    case Kind::kLookup:
    case Kind::kFormula:
      return via == Via::kUserProperty;
    case Kind::kEventProperty:
    case Kind::kMember:
    case Kind::kTime:
    case Kind::kEventName:
      return false;
  }
  return false;
}

}  // namespace starling::query
