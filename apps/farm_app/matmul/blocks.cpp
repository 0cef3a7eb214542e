#include "farm_app/matmul/blocks.hpp"

#include <algorithm>
#include <stdexcept>

namespace app::dense {

namespace {

/// Calls copy(offset in the matrix, offset in the blocks, elements) for each row of each block.
template <class Copy>
void for_each_run(std::int64_t rows, std::int64_t columns, const Grid& grid, Copy copy) {
  const std::int64_t height = block_side(rows, grid.rows);
  const std::int64_t width = block_side(columns, grid.columns);
  for (int rank = 0; rank < grid.size(); ++rank) {
    const std::int64_t top = rank / grid.columns * height;
    const std::int64_t left = rank % grid.columns * width;
    const std::int64_t length = std::min(width, columns - left);
    if (length <= 0) continue;
    for (std::int64_t row = top; row < std::min(top + height, rows); ++row) {
      copy(row * columns + left, (rank * height + row - top) * width, length);
    }
  }
}

}  // namespace

std::int64_t block_elements(std::int64_t rows, std::int64_t columns, const Grid& grid) {
  return block_side(rows, grid.rows) * block_side(columns, grid.columns);
}

std::vector<double> cut(const Matrix& matrix, const Grid& grid) {
  const std::int64_t each = block_elements(matrix.rows, matrix.columns, grid);
  std::vector<double> blocks(static_cast<std::size_t>(each * grid.size()));
  for_each_run(matrix.rows, matrix.columns, grid,
               [&](std::int64_t from, std::int64_t to, std::int64_t length) {
                 std::copy_n(matrix.values.begin() + from, length, blocks.begin() + to);
               });
  return blocks;
}

void join(const std::vector<double>& blocks, const Grid& grid, Matrix& into) {
  const std::int64_t each = block_elements(into.rows, into.columns, grid);
  if (blocks.size() != static_cast<std::size_t>(each * grid.size())) {
    throw std::invalid_argument("the blocks do not make up the matrix");
  }
  for_each_run(into.rows, into.columns, grid,
               [&](std::int64_t to, std::int64_t from, std::int64_t length) {
                 std::copy_n(blocks.begin() + from, length, into.values.begin() + to);
               });
}

}  // namespace app::dense
