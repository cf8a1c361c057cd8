// The store as text, for people.
#pragma once

#include <string>

#include "store/view.h"

namespace starling::store {

Result<std::string> dump_view(const Folder& folder, const View& view, bool with_rows);

}  // namespace starling::store
