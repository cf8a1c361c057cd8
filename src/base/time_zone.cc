// Zones as a table of "from this instant this offset holds". Abseil knows the rules of the IANA
// data base; asking it for every event would be slow, so its transitions are copied once, up to a
// year that no report reaches.
#include <absl/time/time.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>

#include "base/document.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace starling::base {
namespace {

constexpr int kLastYear = 2200;
constexpr int64_t kWidestOffsetMs = 26 * kHourMs;

// Abseil would also take a path, "localtime" or its own "Fixed/…" names, which mean different
// things on other machines.
bool looks_like_iana_name(std::string_view name) {
  if (name.empty() || name.size() > 64 || name.front() == '/' || name == "localtime" ||
      name.starts_with("Fixed/")) {
    return false;
  }
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '+' || c == '-' || c == '/';
  });
}

std::vector<std::string> known_names() {
  const std::filesystem::path root = "/usr/share/zoneinfo";
  std::vector<std::string> names = {"UTC"};
  std::error_code error;
  std::filesystem::recursive_directory_iterator at(root, error), end;
  while (!error && at != end) {
    std::string name = at->path().lexically_relative(root).string();
    if (name == "posix" || name == "right") at.disable_recursion_pending();
    bool upper = name[0] >= 'A' && name[0] <= 'Z';
    if (upper && at->is_regular_file(error)) names.push_back(std::move(name));
    at.increment(error);
  }
  return names;
}

int64_t to_ms(absl::Time time) { return absl::ToUnixMillis(time); }

// The instant at which a civil change happens. After a fall-back its local time stands twice in the
// clock.
absl::Time instant_of(const absl::TimeZone& zone, absl::CivilSecond local_after) {
  absl::TimeZone::TimeInfo info = zone.At(local_after);
  return info.kind == absl::TimeZone::TimeInfo::UNIQUE ? info.pre : info.trans;
}

}  // namespace

TimeZone TimeZone::utc() {
  TimeZone zone;
  zone.name_ = "UTC";
  zone.transitions_ = std::make_shared<const std::vector<Transition>>(1, Transition{INT64_MIN, 0});
  return zone;
}

Result<TimeZone> TimeZone::load(std::string_view name) {
  // A table takes a millisecond to make and never changes; there are a few hundred names that load
  // at all.
  static std::mutex mutex;
  static std::map<std::string, TimeZone, std::less<>> loaded;  // guarded by mutex
  std::lock_guard lock(mutex);
  if (auto found = loaded.find(name); found != loaded.end()) return found->second;

  absl::TimeZone rules;
  if (!looks_like_iana_name(name) || !absl::LoadTimeZone(std::string(name), &rules)) {
    return Error{Error::Code::kInvalid, fmt::format("unknown time zone {}{}", json_quoted(name),
                                                    did_you_mean(name, known_names()))};
  }
  auto offset_at = [&](absl::Time time) {
    return static_cast<int32_t>(rules.At(time).offset * kSecondMs);
  };
  std::vector<Transition> transitions = {{INT64_MIN, offset_at(absl::InfinitePast())}};
  absl::Time at = absl::InfinitePast();
  absl::TimeZone::CivilTransition change;
  while (rules.NextTransition(at, &change) && change.to.year() < kLastYear) {
    at = instant_of(rules, change.to);
    int32_t offset = offset_at(at);
    if (offset != transitions.back().offset_ms) transitions.push_back({to_ms(at), offset});
  }
  TimeZone zone;
  zone.name_ = std::string(name);
  zone.transitions_ = std::make_shared<const std::vector<Transition>>(std::move(transitions));
  return loaded.emplace(zone.name_, zone).first->second;
}

TimeZone::Local TimeZone::to_local(TimeMs instant) const {
  auto after = std::upper_bound(
      transitions_->begin() + 1, transitions_->end(), instant.value,
      [](int64_t value, const Transition& transition) { return value < transition.at_ms; });
  int32_t offset = (after - 1)->offset_ms;
  int64_t local = instant.value + offset;
  int64_t days = local / kDayMs - (local % kDayMs < 0);
  return {Date{static_cast<int32_t>(days)}, static_cast<int32_t>(local - days * kDayMs), offset};
}

TimeMs TimeZone::from_local(Date date, int32_t ms_of_day) const {
  int64_t local = date.days * kDayMs + ms_of_day;
  auto at =
      std::upper_bound(
          transitions_->begin() + 1, transitions_->end(), local - kWidestOffsetMs,
          [](int64_t value, const Transition& transition) { return value < transition.at_ms; }) -
      1;
  // The first stretch of constant offset that reaches the local time. It either holds it (the
  // earlier of two, when the clock went back) or begins behind it: then the clock jumped over it,
  // and the offset before the jump moves it forward.
  while (at + 1 != transitions_->end() && local - at->offset_ms >= (at + 1)->at_ms) ++at;
  int64_t instant = local - at->offset_ms;
  if (instant < at->at_ms) instant = local - (at - 1)->offset_ms;
  return {instant};
}

std::string TimeZone::rfc3339(TimeMs instant) const {
  Local local = to_local(instant);
  int32_t ms = local.ms_of_day;
  std::string out = fmt::format("{}T{:02}:{:02}:{:02}", local.date.text(), ms / kHourMs,
                                ms / kMinuteMs % 60, ms / kSecondMs % 60);
  if (ms % kSecondMs != 0) out += fmt::format(".{:03}", ms % kSecondMs);
  int64_t minutes = std::abs(local.offset_ms) / kMinuteMs;
  return out +
         fmt::format("{}{:02}:{:02}", local.offset_ms < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

}  // namespace starling::base
