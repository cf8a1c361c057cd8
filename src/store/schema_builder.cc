#include "store/schema_builder.h"

#include <fmt/format.h>

namespace starling::store {

base::Result<void> SchemaBuilder::add(const std::string& event, const std::string& property,
                                      const event::PropertyType& type) {
  auto [known, is_new] = properties_.try_emplace(property, type);
  if (!is_new && known->second != type) {
    auto common = event::common_type(known->second, type);
    if (!common) {
      return base::Error{
          base::Error::Code::kInvalid,
          fmt::format(
              "property \"{}\" of event \"{}\" is {} here but {} in the store: give one of them "
              "another name, or remove the other source's rows first",
              property, event, event::type_name(type.type), event::type_name(known->second.type))};
    }
    known->second = std::move(*common);
  }
  events_[event].insert(property);
  return {};
}

event::Schema SchemaBuilder::build() const {
  event::Schema schema;
  for (const auto& [name, properties] : events_) {
    schema.events.push_back({name, {properties.begin(), properties.end()}});
  }
  for (const auto& [name, type] : properties_) schema.properties.push_back({name, type});
  return schema;
}

}  // namespace starling::store
