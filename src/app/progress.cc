#include "app/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>

#include "app/text_table.h"

namespace starling::app {

namespace {

using Phase = sync::Progress::Phase;
constexpr std::chrono::milliseconds kRedraw{100};
constexpr size_t kBarWidth = 24;

const char* phase_text(Phase phase) {
  switch (phase) {
    case Phase::kChecking:
      return "checking";
    case Phase::kReading:
      return "reading";
    case Phase::kWriting:
      return "writing";
    case Phase::kComparing:
      return "comparing";
    case Phase::kDone:
      return "done";
  }
  return "";
}

std::string bar(const sync::Progress& progress) {
  if (progress.rows_expected == 0) return "";
  const double share = std::min(
      1.0, static_cast<double>(progress.rows_read) / static_cast<double>(progress.rows_expected));
  const size_t full = static_cast<size_t>(share * kBarWidth);
  return fmt::format("[{}{}] {:3.0f}% ", std::string(full, '#'), std::string(kBarWidth - full, '.'),
                     share * 100);
}

}  // namespace

ProgressDisplay::ProgressDisplay() : terminal_(isatty(STDERR_FILENO) == 1) {}

ProgressDisplay::~ProgressDisplay() {
  if (line_open_) std::fputc('\n', stderr);
}

void ProgressDisplay::show(const sync::Progress& progress) {
  const auto now = std::chrono::steady_clock::now();
  if (progress.source != source_) {
    source_ = progress.source;
    started_ = now;
  }
  const bool done = progress.phase == Phase::kDone;
  if (!done && (!terminal_ || now - drawn_ < kRedraw)) return;
  drawn_ = now;
  draw(progress);
}

void ProgressDisplay::draw(const sync::Progress& progress) {
  const bool done = progress.phase == Phase::kDone;
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started_).count();
  const std::string line =
      done ? fmt::format("{}: {} rows read in {:.1f} s", progress.source,
                         grouped(progress.rows_read), seconds)
           : fmt::format("{}: {}{} {} rows", progress.source, bar(progress),
                         phase_text(progress.phase), grouped(progress.rows_read));
  std::fprintf(stderr, terminal_ ? "\r\033[K%s%s" : "%s%s", line.c_str(), done ? "\n" : "");
  std::fflush(stderr);
  line_open_ = !done;
}

}  // namespace starling::app
