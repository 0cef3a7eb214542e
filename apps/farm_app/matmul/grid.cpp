#include "farm_app/matmul/grid.hpp"

#include <algorithm>

namespace app::dense {

namespace {

/// What one engine receives for each inner index: of its rows of A and its columns of B what it
/// does not have from the start.
double received(const Grid& grid, const Shape& shape) {
  const double of_a = static_cast<double>(shape.rows) / grid.rows;
  const double of_b = static_cast<double>(shape.columns) / grid.columns;
  return of_a * (grid.columns - 1) / grid.columns + of_b * (grid.rows - 1) / grid.rows;
}

int at_most(std::int64_t n, int limit) {
  return static_cast<int>(std::min<std::int64_t>(n, limit));
}

}  // namespace

Grid choose_grid(int engines, const Shape& shape) {
  Grid best;
  for (int rows = 1; rows <= at_most(shape.rows, engines); ++rows) {
    const Grid grid{rows, at_most(shape.columns, engines / rows)};
    const bool larger = grid.size() > best.size();
    const bool as_large = grid.size() == best.size();
    if (larger || (as_large && received(grid, shape) < received(best, shape))) best = grid;
  }
  return best;
}

std::int64_t block_side(std::int64_t n, int parts) { return (n + parts - 1) / parts; }

Line row_of(const Grid& grid, int row) { return {row * grid.columns, 1, grid.columns}; }

Line column_of(const Grid& grid, int column) { return {column, grid.columns, grid.rows}; }

std::vector<Panel> panels(std::int64_t inner, const Grid& grid, std::int64_t width) {
  const std::int64_t of_a = block_side(inner, grid.columns);
  const std::int64_t of_b = block_side(inner, grid.rows);
  std::vector<Panel> result;
  for (std::int64_t begin = 0; begin < inner; begin = result.back().end) {
    const std::int64_t column = begin / of_a;
    const std::int64_t row = begin / of_b;
    const std::int64_t end =
        std::min({begin + width, inner, (column + 1) * of_a, (row + 1) * of_b});
    result.push_back({begin, end, static_cast<int>(column), static_cast<int>(row)});
  }
  return result;
}

}  // namespace app::dense
