#pragma once
// Dense matrices, row by row, and the shape of a product.

#include <cstdint>
#include <vector>

namespace app::dense {

/// C (rows x columns) = A (rows x inner) B (inner x columns).
struct Shape {
  std::int64_t rows = 0;
  std::int64_t inner = 0;
  std::int64_t columns = 0;

  /// Additions and multiplications.
  double operations() const {
    return 2.0 * static_cast<double>(rows) * static_cast<double>(inner) *
           static_cast<double>(columns);
  }
};

struct Matrix {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<double> values;  ///< rows * columns, row by row

  Matrix() = default;
  /// All zero.
  Matrix(std::int64_t height, std::int64_t width)
      : rows(height), columns(width), values(static_cast<std::size_t>(height * width)) {}

  double& at(std::int64_t row, std::int64_t column) {
    return values[static_cast<std::size_t>(row * columns + column)];
  }
  double at(std::int64_t row, std::int64_t column) const {
    return values[static_cast<std::size_t>(row * columns + column)];
  }
};

/// Elements of [-1, 1), the same for the same seed on every machine.
Matrix random_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed);

}  // namespace app::dense
