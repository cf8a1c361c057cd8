#include "query/query.h"

namespace starling::query {

const std::string& Reference::list() const {
  static const std::string kNone;
  return element ? property : kNone;
}

}  // namespace starling::query
