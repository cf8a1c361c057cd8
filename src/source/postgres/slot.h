// A logical replication slot that remembers, in the server, up to where the log has been taken.
#pragma once

#include <string>
#include <vector>

#include "source/changes.h"
#include "source/postgres/connection.h"
#include "source/table.h"

namespace starling::source::postgres {

class Slot {
 public:
  // The publication is called as the slot is.
  explicit Slot(std::string name) : name_(std::move(name)) {}

  // The changes of the tables since the last acknowledged position, all of them visible to every
  // read that begins later. Makes publication and slot where they are missing, and the slot anew
  // where the server has given it up. A relation whose changes cannot be published counts as
  // changed. `names[i]` is where tables[i] is; `last` as in Source::changes. Errors say what the
  // role lacks and the statement that mends it.
  Result<Changes> changes(Connection& connection, const std::vector<FollowedTable>& tables,
                          const std::vector<TableName>& names, const std::string& last) const;
  Result<void> acknowledge(Connection& connection, const std::string& position) const;

 private:
  Result<void> publish(Connection& connection, const std::vector<TableName>& names,
                       Changes& out) const;
  Result<void> keep(Connection& connection, const std::string& last, Changes& out) const;

  std::string name_;
};

}  // namespace starling::source::postgres
