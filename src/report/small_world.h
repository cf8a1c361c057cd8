// A few events, profiles and lookup rows, put into a real store: what goldens and differential
// tests ask about.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "event/schema.h"
#include "store/snapshot.h"

namespace starling::report {

using Named = std::map<std::string, event::Value>;

struct SmallEvent {
  std::string user;  // "" = no user
  int64_t time = 0;  // ms
  std::string name;
  std::string id;
  Named properties;
};

// A row of profiles or of a lookup table with history.
struct SmallVersion {
  std::string key;  // or user
  int64_t start = 0;
  Named properties;
};

struct SmallLookup {
  std::string name;
  event::LookupTarget on;
  std::map<std::string, Named> rows;
  std::optional<event::AsOf> history;  // then `versions` are its rows
  std::vector<SmallVersion> versions;
};

struct SmallWorld {
  std::vector<SmallEvent> events;
  std::map<std::string, Named> profiles;
  std::optional<event::AsOf> user_history;  // then `profile_versions` are the profiles
  std::vector<SmallVersion> profile_versions;
  std::vector<SmallLookup> lookups;
};

// How the same world reaches the store; no answer may depend on it.
struct Arrival {
  uint32_t shuffle_seed = 0;  // 0: events as they stand
  size_t commits = 1;
  uint32_t part_rows_max = 4'000'000;
  bool compacted = false;
  bool delivered_twice = false;  // all events again in a last commit
  // Before all that, wrong rows arrive that the commits replace, others that are removed, and one
  // property is filled in at the end.
  bool mirrored = false;
};

// A temporary folder, removed at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// Writes the world into a new store in `folder` and opens it again.
std::shared_ptr<const store::Snapshot> store_world(const SmallWorld& world, const Arrival& arrival,
                                                   const std::string& folder);

}  // namespace starling::report
