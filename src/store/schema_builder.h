// The schema of stored tables: what events there are, and the one type of each property over all of
// them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.h"
#include "event/schema.h"

namespace starling::store {

class SchemaBuilder {
 public:
  // Fails with kInvalid, and changes nothing, when the property has a type that does not go with
  // this one.
  base::Result<void> add(const std::string& event, const std::string& property,
                         const event::PropertyType& type);
  void add_event(const std::string& event) { events_[event]; }

  // Events and properties; the rest is empty.
  event::Schema build() const;

 private:
  std::map<std::string, std::set<std::string>> events_;
  std::map<std::string, event::PropertyType> properties_;
};

}  // namespace starling::store
