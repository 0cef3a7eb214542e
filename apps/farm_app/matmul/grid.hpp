#pragma once
// How a product is laid out over a grid of engines (SUMMA), and which panels travel in it.

#include <cstdint>
#include <vector>

#include "farm_app/matmul/matrix.hpp"

namespace app::dense {

/// Engines in rows and columns; rank r of the call is in row r / columns and column r % columns.
struct Grid {
  int rows = 1;
  int columns = 1;

  int size() const { return rows * columns; }
};

/// The grid that uses most of the engines, none of them without a share of C, and of these grids
/// the one whose engines receive least: for square matrices the most square one.
Grid choose_grid(int engines, const Shape& shape);

/// The side of a block when `n` rows or columns are cut into `parts` of one size: n / parts,
/// rounded up. The last blocks may be short, or empty.
std::int64_t block_side(std::int64_t n, int parts);

/// Ranks of a row or a column of the grid.
struct Line {
  int first;
  int stride;
  int size;

  int rank(int position) const { return first + position * stride; }
  /// The next one on the way around; the first one after the last.
  int next(int position) const { return rank((position + 1) % size); }
  int previous(int position) const { return rank((position + size - 1) % size); }
  /// Steps around from `root` to `position`.
  int distance(int root, int position) const { return (position - root + size) % size; }
};
Line row_of(const Grid& grid, int row);
Line column_of(const Grid& grid, int column);

/// Inner indices [begin, end) that one step of SUMMA multiplies: columns of A that lie in the
/// blocks of one column of the grid, rows of B that lie in the blocks of one row.
struct Panel {
  std::int64_t begin;
  std::int64_t end;
  int column;  ///< of the grid: who has these columns of A
  int row;     ///< of the grid: who has these rows of B
};

/// Panels of at most `width` that cover [0, inner) in order. `width` is positive.
std::vector<Panel> panels(std::int64_t inner, const Grid& grid, std::int64_t width);

}  // namespace app::dense
