#include "farm_app/matmul/matrix.hpp"

#include <random>

namespace app::dense {

Matrix random_matrix(std::int64_t rows, std::int64_t columns, std::uint64_t seed) {
  Matrix matrix(rows, columns);
  std::mt19937_64 numbers(seed);
  // The standard leaves it to the library how uniform_real_distribution makes its numbers.
  for (double& value : matrix.values) {
    value = static_cast<double>(numbers() >> 11) * 0x1p-52 - 1;
  }
  return matrix;
}

}  // namespace app::dense
