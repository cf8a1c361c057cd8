#include "questions.h"

namespace starling::sketch {

Answer products_sold(const Data& data) {
  const Orders& orders = data.orders;
  auto count = [&](uint32_t user, uint32_t end, std::vector<int64_t>& cells) {
    std::array<uint32_t, kProducts> last{};  // 1 + the last user of each product
    for (; user < end; ++user) {
      for (uint64_t i = orders.first_line[orders.first[user]];
           i < orders.first_line[orders.first[user + 1]]; ++i) {
        uint8_t product = orders.products[i];
        cells[product * 2] += orders.quantities[i];
        cells[product * 2 + 1] += last[product] != user + 1;
        last[product] = user + 1;
      }
    }
  };
  auto cells = on_two_threads(orders, std::vector<int64_t>(kProducts * 2), count, add_all<int64_t>);
  Answer answer;
  for (int product = 0; product < kProducts; ++product) {
    if (cells[product * 2 + 1] == 0) continue;
    std::string number = std::to_string(product);
    answer.row()
        .cell("segment", 'P' + std::string(3 - number.size(), '0') + number)
        .cell("units", cells[product * 2])
        .cell("buyers", cells[product * 2 + 1]);
  }
  return answer;
}

}  // namespace starling::sketch
