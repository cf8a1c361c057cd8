// What a warehouse's own log tells of changes to its tables.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace starling::source {

// A table, and the columns whose values are wanted of each changed row, as it was and as it is.
// Without columns only whether anything has changed is wanted.
struct FollowedTable {
  std::string table;
  std::vector<std::string> columns;
};

struct TableChanges {
  // Rows have changed whose values are not known: too many of them, or the log does not tell them.
  bool everything = false;
  std::string reason;  // of everything, where somebody could mend it
  // Changes when the table is built again or rewritten, of which the log tells nothing.
  std::string identity;
  std::set<std::vector<std::string>> rows;  // their values of the columns, as texts
};

struct Changes {
  std::vector<TableChanges> tables;  // one for each followed table
  bool begins = false;               // what was before is not told
  std::string lost;                  // why it is told no more, where it was
  std::string position;              // for Source::acknowledge
};

}  // namespace starling::source
