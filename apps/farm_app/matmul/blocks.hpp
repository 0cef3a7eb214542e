#pragma once
// A matrix as the blocks of a grid, and back.

#include <vector>

#include "farm_app/matmul/grid.hpp"
#include "farm_app/matmul/matrix.hpp"

namespace app::dense {

/// Elements of one block of an n x m matrix.
std::int64_t block_elements(std::int64_t rows, std::int64_t columns, const Grid& grid);

/// The blocks of `matrix` in the order of the ranks, each row by row. What a block has beyond the
/// edge of the matrix is zero: blocks of one size travel in one scatter.
std::vector<double> cut(const Matrix& matrix, const Grid& grid);

/// The inverse of cut, into a matrix that has its shape already. Throws std::invalid_argument if
/// the number of elements is another.
void join(const std::vector<double>& blocks, const Grid& grid, Matrix& into);

}  // namespace app::dense
