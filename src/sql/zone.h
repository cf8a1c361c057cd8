// Time zones without the warehouse's help: boundaries are written as instants, so that a number
// does not hang on which zone data a warehouse has.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time.h"

namespace starling::sql {

// Instants [from, to); an open end is absent.
struct Instants {
  std::optional<base::TimeMs> from, to;
};

// The instants whose local date lies between two dates, both included; an open end is absent.
// Mostly one stretch.
std::vector<Instants> instants_of_dates(const base::TimeZone& zone, std::optional<base::Date> first,
                                        std::optional<base::Date> last);

// How local times become instants: from `local` on (ms as if UTC; the first since ever), an instant
// is the local time less the offset (§8.2: ambiguous times are the earlier instant, missing ones
// move forward by the gap).
struct LocalOffset {
  int64_t local_ms = 0;
  int64_t offset_ms = 0;
};
std::vector<LocalOffset> local_offsets(const base::TimeZone& zone, base::TimeMs from,
                                       base::TimeMs to);

}  // namespace starling::sql
