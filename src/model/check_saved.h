// The model's cohorts and metrics against what its sources give.
#pragma once

#include <vector>

#include "model/model.h"

namespace starling::model {

void check_saved(const Model& model, const event::Schema& schema,
                 std::vector<base::Problem>& problems);

}  // namespace starling::model
