#include "store/view.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <thread>

#include "base/hash.h"
#include "store/schema_builder.h"

namespace starling::store {
namespace {

// Below this many bytes, checking files takes less time than starting a thread.
constexpr uint64_t kParallelBytes = 16 << 20;
constexpr size_t kThreads = 2;

struct Job {
  uint64_t bytes;
  std::function<Result<void>()> run;
};

// Runs the jobs; the first error in their order.
Result<void> run_all(const std::vector<Job>& jobs) {
  uint64_t bytes = 0;
  for (const Job& job : jobs) bytes += job.bytes;
  std::vector<Result<void>> results(jobs.size());
  std::atomic<size_t> next = 0;
  auto work = [&] {
    for (size_t job = next++; job < jobs.size(); job = next++) results[job] = jobs[job].run();
  };
  std::vector<std::thread> threads;
  if (bytes >= kParallelBytes) {
    for (size_t i = 1; i < std::min(kThreads, jobs.size()); ++i) threads.emplace_back(work);
  }
  work();
  for (std::thread& thread : threads) thread.join();
  for (Result<void>& result : results) TRY(std::move(result));
  return {};
}

template <class File>
std::shared_ptr<const File> mapped_before(const std::vector<std::shared_ptr<const File>>& files,
                                          const FileRef& ref) {
  for (const auto& file : files) {
    if (file->file().ref() == ref) return file;
  }
  return nullptr;
}

// Puts the file of `before` into `place`, or a job that opens it.
template <class File>
void plan(const Folder& folder, const FileRef& ref, std::shared_ptr<const File> before,
          std::shared_ptr<const File>& place, std::vector<Job>& jobs) {
  if (before != nullptr) {
    place = std::move(before);
    return;
  }
  jobs.push_back({ref.size, [&folder, ref, &place]() -> Result<void> {
                    place = TRY(File::open(folder, ref));
                    return {};
                  }});
}

// The same for a part, whose changes may be other ones.
void plan_part(const Folder& folder, const PartEntry& entry,
               const std::vector<std::shared_ptr<const LivePart>>& known,
               std::shared_ptr<const LivePart>& place, std::vector<Job>& jobs) {
  const LivePart* before = nullptr;
  for (const auto& part : known) {
    if (part->entry() == entry) {
      place = part;
      return;
    }
    if (part->entry().file == entry.file) before = part.get();
  }
  uint64_t bytes = before == nullptr ? entry.file.size : 0;
  jobs.push_back({bytes, [&folder, &entry, before, &place]() -> Result<void> {
                    place = TRY(LivePart::open(folder, entry, before));
                    return {};
                  }});
}

}  // namespace

Result<std::shared_ptr<const View>> View::load(const Folder& folder, Manifest manifest,
                                               const View* before) {
  std::shared_ptr<View> view(new View(std::move(manifest)));
  TRY(view->map_files(folder, before));
  TRY(view->index(folder));
  return std::shared_ptr<const View>(view);
}

Result<void> View::map_files(const Folder& folder, const View* before) {
  static const View kNothing{Manifest{}};
  if (before == nullptr) before = &kNothing;
  std::vector<Job> jobs;
  parts_.resize(manifest_.parts.size());
  for (size_t i = 0; i < parts_.size(); ++i) {
    plan_part(folder, manifest_.parts[i], before->parts_, parts_[i], jobs);
  }
  ledgers_.resize(manifest_.ledgers.size());
  for (size_t i = 0; i < ledgers_.size(); ++i) {
    const FileRef& ref = manifest_.ledgers[i].file;
    plan(folder, ref, mapped_before(before->ledgers_, ref), ledgers_[i], jobs);
  }
  users_.resize(manifest_.users.size());
  for (size_t i = 0; i < users_.size(); ++i) {
    const FileRef& ref = manifest_.users[i].file;
    plan(folder, ref, mapped_before(before->users_, ref), users_[i], jobs);
  }
  if (manifest_.profiles) {
    bool same =
        before->profiles_ != nullptr && before->profiles_->file().ref() == *manifest_.profiles;
    plan(folder, *manifest_.profiles, same ? before->profiles_ : nullptr, profiles_, jobs);
  }
  for (const auto& [name, ref] : manifest_.lookups) {
    auto old = before->lookups_.find(name);
    bool same = old != before->lookups_.end() && old->second->file().ref() == ref;
    plan(folder, ref, same ? old->second : nullptr, lookups_[name], jobs);
  }
  return run_all(jobs);
}

// What the files say together; from here on every number and name points inside.
Result<void> View::index(const Folder& folder) {
  auto corrupt = [&](std::string_view what) {
    return Error{Error::Code::kCorrupt, fmt::format("store {}: {}", folder.path(), what)};
  };
  for (size_t i = 0; i < users_.size(); ++i) {
    if (users_[i]->first() != manifest_.users[i].first ||
        users_[i]->size() != manifest_.users[i].count) {
      return users_[i]->file().corrupt("does not hold the users that the manifest says");
    }
  }
  if (profiles_ != nullptr && profiles_->rows() > user_count()) {
    return profiles_->file().corrupt("has profiles of users that do not exist");
  }
  SchemaBuilder schema;
  for (const auto& part : parts_) {
    for (const auto& table : part->tables()) {
      if (table->users_end() > user_count())
        return part->part().file().corrupt("has rows of users that do not exist");
      if (table->live_size() == 0) continue;
      tables_.push_back(table.get());
      schema.add_event(table->event());
      for (const auto& [name, column] : table->columns()) {
        auto added = schema.add(table->event(), name, column->type());
        if (!added) return corrupt(added.error().message);
      }
    }
  }
  schema_ = schema.build();
  if (profiles_ != nullptr) {
    schema_.user_properties = profiles_->columns().properties();
    schema_.user_history = profiles_->history();
    for (const auto& [name, column] : profiles_->columns().all()) {
      uint64_t rows = user_versions() == nullptr ? user_count() : column->size();
      if (column->present()) user_properties_.try_emplace(name, *column, rows);
    }
  }
  for (const auto& [name, lookup] : lookups_) schema_.lookups.push_back(lookup->lookup());
  return {};
}

std::string_view View::user_id(uint32_t user) const {
  auto after = std::upper_bound(
      users_.begin(), users_.end(), user,
      [](uint32_t number, const auto& segment) { return number < segment->first(); });
  return (*(after - 1))->id(user);
}

std::optional<uint32_t> View::find_user(std::string_view id) const {
  uint64_t hash = base::hash64(id);
  for (const auto& segment : users_) {
    if (auto user = segment->find(id, hash)) return user;
  }
  return std::nullopt;
}

const ColumnReader* View::user_property(std::string_view name) const {
  auto found = user_properties_.find(name);
  return found == user_properties_.end() ? nullptr : &found->second;
}

const LookupReader* View::lookup(std::string_view name) const {
  auto found = lookups_.find(name);
  return found == lookups_.end() ? nullptr : found->second.get();
}

std::optional<std::string> View::document(const std::string& name) const {
  auto found = manifest_.documents.find(name);
  if (found == manifest_.documents.end()) return std::nullopt;
  return found->second;
}

uint64_t View::bytes() const {
  uint64_t bytes = manifest_bytes(manifest_).size();
  for (const FileRef& file : manifest_.files()) bytes += file.size;
  return bytes;
}

}  // namespace starling::store
