// A PostgreSQL database as a warehouse.
#pragma once

#include <memory>

#include "source/source.h"

namespace starling::source::postgres {

Result<std::unique_ptr<Source>> open(const Location& location);

}  // namespace starling::source::postgres
