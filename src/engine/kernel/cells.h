// A table of cells, one row a segment, that grows row by row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace starling::engine::kernel {

template <class T>
class Cells {
 public:
  explicit Cells(size_t width) : width_(width) {}

  size_t width() const { return width_; }
  size_t rows() const { return cells_.size() / width_; }
  void grow(size_t rows) {
    if (rows > this->rows()) cells_.resize(rows * width_);
  }
  T* data() { return cells_.data(); }
  T& at(size_t row, size_t column) { return cells_[row * width_ + column]; }
  // A row that was never grown to is empty.
  std::span<const T> row(size_t row) const {
    if (row >= rows()) return {};
    return {cells_.data() + row * width_, width_};
  }

  // into(ours, theirs) for every cell; their row i is our row rows[i].
  template <class Into>
  void merge(const Cells& other, std::span<const uint32_t> rows, Into into) {
    for (size_t i = 0; i < other.rows(); ++i) {
      for (size_t column = 0; column < width_; ++column)
        into(at(rows[i], column), other.cells_[i * width_ + column]);
    }
  }

 private:
  size_t width_;
  std::vector<T> cells_;
};

}  // namespace starling::engine::kernel
