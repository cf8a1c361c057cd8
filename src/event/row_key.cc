#include "event/row_key.h"

namespace starling::event {

base::Hash128 row_key(uint64_t order_key, std::string_view event, std::string_view identity) {
  return {order_key,
          uint64_t{event_mark(event)} << 32 | static_cast<uint32_t>(base::hash64(identity))};
}

uint32_t event_mark(std::string_view event) {
  return static_cast<uint32_t>(base::hash64(event, 1));
}

}  // namespace starling::event
