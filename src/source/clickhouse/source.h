// A ClickHouse database as a warehouse.
#pragma once

#include <memory>

#include "source/source.h"

namespace starling::source::clickhouse {

// Fails as Source::open says, and with kUnsupported for servers older than 25.3.
Result<std::unique_ptr<Source>> open(const Location& location);

}  // namespace starling::source::clickhouse
