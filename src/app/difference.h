// What differs between two texts, line by line.
#pragma once

#include <string>

namespace starling::app {

// Lines of `before` that are gone with "- " before them, new ones of `after` with "+ ", and three
// lines around each; "" when the two are equal. Takes lines × lines steps.
std::string difference(const std::string& before, const std::string& after);

}  // namespace starling::app
