// Finds keys by which a join would multiply the facts.
#pragma once

#include <string>
#include <vector>

#include "model/compile.h"
#include "model/dialect.h"

namespace starling::model {

struct JoinKeys {
  std::string what;                  // `join "store" on location_id`
  std::string relation;              // the joined table in SQL
  std::vector<std::string> columns;  // its columns, quoted
  std::vector<std::string> facts;    // the facts' expressions they are equal to
  std::string from_facts;            // FROM clause in which those stand
  std::string valid_from, valid_to;  // in SQL, of types that may be NULL; "" = a plain join
};

// A plain join multiplies facts when a key that facts have occurs more than once; an as-of join
// when two validity ranges of such a key overlap.
Select::FanoutCheck fanout_check(const JoinKeys& join, const Dialect& dialect);

}  // namespace starling::model
