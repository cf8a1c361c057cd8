#include "propose/propose.h"

namespace starling::propose {

Result<std::string> propose(source::Source& warehouse, const std::string& dbt, Heading heading) {
  std::vector<std::string> names = TRY(warehouse.table_names());
  if (names.empty()) {
    return base::Error{base::Error::Code::kNotFound, warehouse.describe() + " has no tables"};
  }
  DbtProject project;
  if (!dbt.empty()) project = TRY(read_dbt(dbt, names));
  if (!project.name.empty()) heading.project = project.name;
  Survey measured = TRY(survey(warehouse, project.declared));
  Outline found = TRY(outline(measured, project.computed, warehouse));
  return write_model(heading, found, project.metrics);
}

}  // namespace starling::propose
