#include "report/lanes.h"

#include <algorithm>

#include "engine/native/engine.h"
#include "engine/reference/engine.h"

namespace starling::report {

std::vector<Lane> make_lanes(const SmallWorld& world) {
  struct Way {
    const char* name;
    Arrival arrival;
  };
  auto few_rows = static_cast<uint32_t>(std::max<size_t>(3, world.events.size() / 20));
  const Way ways[] = {{"one part", {}},
                      {"shuffled, 4 commits, small parts", {7, 4, few_rows, false}},
                      {"shuffled, 3 commits, compacted", {11, 3, few_rows, true}},
                      {"delivered twice", {13, 2, few_rows, false, true}},
                      {"mirrored", {0, 2, 1000, false, false, true}}};
  std::vector<Lane> lanes;
  for (const Way& way : ways) {
    auto folder = std::make_shared<TemporaryFolder>();
    auto snapshot = store_world(world, way.arrival, folder->path());
    lanes.push_back({std::string("reference, ") + way.name, folder, snapshot,
                     engine::make_reference_engine(snapshot)});
    for (int threads : {1, 2}) {
      std::string name = "native, " + std::to_string(threads) +
                         (threads == 1 ? " thread, " : " threads, ") + way.name;
      lanes.push_back(
          {name, folder, snapshot, engine::make_native_engine(snapshot, {.threads = threads})});
    }
  }
  return lanes;
}

base::Node comparable(const std::string& result_json) {
  auto parsed = base::parse_json(result_json);
  CHECK(parsed);
  base::Node result = std::move(parsed).value();
  std::erase_if(result.fields, [](const auto& field) {
    return field.first == "elapsed_ms" || field.first == "events_scanned";
  });
  return result;
}

}  // namespace starling::report
