// The reference engine: the written rules as plain, slow code. What it answers is right by
// definition; every other engine must equal it to the last digit.
#pragma once

#include <memory>

#include "engine/backend.h"
#include "store/snapshot.h"

namespace starling::engine {

std::unique_ptr<Backend> make_reference_engine(std::shared_ptr<const store::Snapshot> snapshot);

}  // namespace starling::engine
