// The statement being written: named queries one below the other, then the last SELECT.
#pragma once

#include <string>
#include <vector>

namespace starling::sql {

struct NamedQuery {
  std::string name;   // as it is written, quoted where it must be
  std::string about;  // a comment above it; "" = none
  std::string body;
  bool once = false;  // to be worked out once, because row numbers must not differ between uses
};

// WITH …, then `last`.
std::string with_queries(const std::vector<NamedQuery>& queries, const std::string& last);

}  // namespace starling::sql
