// Writes a shop as a star schema into a new DuckDB file.
#pragma once

#include <string>

#include "simulate.h"

namespace jaffle {

// Replaces the file at `path`, at once and only when it is complete. The same shop gives the same
// bytes. Returns "", or what went wrong.
std::string write_warehouse(const Shop& shop, const Options& options, const std::string& path);

}  // namespace jaffle
