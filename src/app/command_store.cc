#include <cstdio>

#include "app/commands.h"
#include "app/wire.h"

namespace starling::app {

Result<void> dump_store(const std::string& data, bool with_rows) {
  const auto store = TRY(open_store(data, false));
  const std::string text = TRY(store->dump(with_rows));
  std::fwrite(text.data(), 1, text.size(), stdout);
  return {};
}

Result<void> verify_store(const std::string& data) {
  const auto store = TRY(open_store(data, false));
  TRY(store->verify());
  std::printf("Every file in %s is as it was written.\n", data.c_str());
  return {};
}

}  // namespace starling::app
