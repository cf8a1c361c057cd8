// Proposes an event model for a warehouse, from what it (and dbt, where there is a target/)
// declares and what its rows show (model.md).
#pragma once

#include <string>

#include "propose/write_model.h"
#include "source/source.h"

namespace starling::propose {

// The model file's text. `dbt` is the folder of dbt's artifacts, "" = none; its project's name goes
// before the heading's. Fails when the warehouse cannot be read or has no table.
Result<std::string> propose(source::Source& warehouse, const std::string& dbt, Heading heading);

}  // namespace starling::propose
