// A proposal as the model file a person would have written, with its evidence as comments.
#pragma once

#include <string>
#include <vector>

#include "propose/dbt.h"
#include "propose/outline.h"

namespace starling::propose {

struct Heading {
  std::string project;
  std::string timezone = "UTC";
  std::string warehouse;  // YAML of the `warehouse` key's value
};

// The same input gives the same bytes. Metrics that cannot be said are listed with the reason.
std::string write_model(const Heading& heading, const Outline& outline,
                        const std::vector<DbtMetric>& metrics);

// A text as a YAML scalar, quoted where it has to be.
std::string yaml_text(const std::string& text);

}  // namespace starling::propose
