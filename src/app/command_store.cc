#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/commands.h"
#include "app/progress.h"
#include "app/sync_once.h"
#include "app/text_table.h"
#include "app/wire.h"
#include "sync/verify.h"

namespace starling::app {

Result<void> dump_store(const std::string& data, bool with_rows) {
  const auto store = TRY(open_store(data, false));
  const std::string text = TRY(store->dump(with_rows));
  std::fwrite(text.data(), 1, text.size(), stdout);
  return {};
}

namespace {

Result<void> verify_files(const store::Store& store, const std::string& data) {
  TRY(store.verify());
  std::printf("Every file in %s is as it was written.\n", data.c_str());
  return {};
}

std::string verdict(const sync::Verification& found) {
  if (!found.fault.empty()) return found.fault;
  if (found.differing.empty()) return found.by_key ? "equal, with key sums" : "equal";
  return found.kind == "events" ? fmt::format("{} days differ", found.differing.size()) : "differs";
}

// Differing days are listed, at most so many a source.
constexpr size_t kDaysShown = 20;

void print_verification(const std::vector<sync::Verification>& all) {
  std::vector<std::vector<std::string>> rows = {
      {"source", "kind", "days", "warehouse rows", "warehouse and store"}};
  for (const sync::Verification& found : all) {
    rows.push_back({found.source, found.kind, found.kind == "events" ? grouped(found.days) : "",
                    grouped(found.rows), verdict(found)});
  }
  std::fputs(text_table(rows, {2, 3}).c_str(), stdout);
  for (const sync::Verification& found : all) {
    for (size_t i = 0; i < found.differing.size() && i < kDaysShown; ++i) {
      const sync::DayDifference& one = found.differing[i];
      std::printf("%s%s%s: warehouse %s, store %s\n", found.source.c_str(),
                  one.day.empty() ? "" : ", ", one.day.c_str(), grouped(one.warehouse_rows).c_str(),
                  grouped(one.store_rows).c_str());
    }
    if (found.differing.size() > kDaysShown)
      std::printf("%s: and %zu more days\n", found.source.c_str(),
                  found.differing.size() - kDaysShown);
  }
}

}  // namespace

Result<void> verify(const VerifyOptions& options) {
  const auto store = TRY(open_store(options.data, false));
  TRY(verify_files(*store, options.data));
  if (options.model.empty()) return {};
  const base::SystemClock clock;
  sync::Options chosen;
  chosen.only = options.only;
  const LoadedModel model = TRY(load_model(options.model));
  auto found =
      TRY(sync::verify(model.compiled, *model.warehouse, *store, clock, chosen, options.repair));
  auto differs = [](const sync::Verification& one) {
    return !one.differing.empty() || !one.fault.empty();
  };
  if (options.repair && std::ranges::any_of(found, differs)) {
    print_verification(found);
    std::printf("\nRepairing:\n");
    chosen.only.clear();
    for (const sync::Verification& one : found) {
      if (differs(one)) chosen.only.push_back(one.source);
    }
    chosen.backfill = true;
    TRY(sync_once(options.model, options.data, chosen));
    chosen.only = options.only;
    found = TRY(sync::verify(model.compiled, *model.warehouse, *store, clock, chosen, false));
  }
  print_verification(found);
  if (std::ranges::none_of(found, differs)) return {};
  return base::Error{base::Error::Code::kUnavailable,
                     "the store differs from the warehouse; --repair reads what differs again"};
}

}  // namespace starling::app
