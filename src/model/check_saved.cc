#include "model/check_saved.h"

namespace starling::model {

void check_saved(const Model&, const event::Schema&, std::vector<base::Problem>&) {}

}  // namespace starling::model
