#include "model/settings.h"

#include "base/json_writer.h"

namespace starling::model {

std::string settings_json(const Model& model) {
  base::JsonWriter json;
  json.begin_object();
  json.key("project").text(model.project).key("timezone").text(model.timezone);
  json.key("week_start").integer(model.week_start);
  json.key("cohorts").begin_object();
  for (auto& [name, definition] : model.cohorts) json.key(name).raw(base::to_json(definition));
  json.end_object();
  json.key("metrics").begin_object();
  for (auto& [name, definition] : model.metrics) json.key(name).raw(base::to_json(definition));
  json.end_object();
  json.key("custom_events").begin_object();
  for (auto& [name, definition] : model.custom_events)
    json.key(name).raw(base::to_json(definition));
  json.end_object();
  json.key("custom_properties").begin_list();
  for (const base::Node& definition : model.custom_properties) json.raw(base::to_json(definition));
  json.end_list();
  json.key("session_timeout_ms").integer(model.session_timeout_ms);
  json.end_object();
  return json.take();
}

}  // namespace starling::model
