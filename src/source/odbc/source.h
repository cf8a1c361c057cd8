// A database behind an ODBC driver as a warehouse.
#pragma once

#include <memory>

#include "source/source.h"

namespace starling::source::odbc {

// Fails as Source::open says.
Result<std::unique_ptr<Source>> open(const Location& location);

}  // namespace starling::source::odbc
