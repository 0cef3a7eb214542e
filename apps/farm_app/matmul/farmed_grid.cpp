#include <algorithm>

#include "farm_app/matmul/blocks.hpp"
#include "farm_app/matmul/farmed.hpp"
#include "farm_app/matmul/product.hpp"
#include "farm_app/matmul/stopwatch.hpp"

namespace app::dense {

namespace {

using Values = std::vector<double>;

constexpr farm::Name<Values> block_of_a{"matmul.grid.a"};
constexpr farm::Name<Values> block_of_b{"matmul.grid.b"};
constexpr farm::Name<Values> block_of_c{"matmul.grid.c"};

enum Tag : int { along_row, along_column };

/// Some columns of a block, as a matrix of its own.
Values columns_of(const Part<const double>& block, std::int64_t begin, std::int64_t count) {
  Values columns(static_cast<std::size_t>(block.rows * count));
  for (std::int64_t row = 0; row < block.rows; ++row) {
    std::copy_n(block.first + row * block.stride + begin, count, columns.begin() + row * count);
  }
  return columns;
}

/// Takes a panel around a line of the grid, from the engine at `root`, which has it as `own`, to
/// its neighbour and so on; returns it on every engine. While it is on its way, those who have
/// passed it on compute already: a ring costs more steps than a tree and hides them.
Values pass_around(farm::Communicator& engines, const Line& line, int position, int root,
                   Values own, Tag tag) {
  const int steps = line.distance(root, position);
  if (steps > 0) own = engines.receive<Values>(line.previous(position), tag);
  if (steps + 1 < line.size) engines.send(line.next(position), own, tag);
  return own;
}

}  // namespace

/// What every engine must know of the product.
struct Plan {
  Shape shape;
  Grid grid;
  std::int64_t panel;
};

/// On an engine of the grid: its block of C. All of them call it together.
EngineTimes multiply_blocks(farm::Engine& here, const Plan& plan) {
  const Grid& grid = plan.grid;
  const Shape& shape = plan.shape;
  farm::Communicator& engines = here.communicator();
  const int row = engines.rank() / grid.columns;
  const int column = engines.rank() % grid.columns;
  const std::int64_t height = block_side(shape.rows, grid.rows);
  const std::int64_t width = block_side(shape.columns, grid.columns);
  const std::int64_t inner_a = block_side(shape.inner, grid.columns);
  const std::int64_t inner_b = block_side(shape.inner, grid.rows);
  const Part<const double> a{here[block_of_a].data(), height, inner_a, inner_a};
  const double* const b = here[block_of_b].data();

  EngineTimes times;
  Stopwatch watch;
  Values& c = here.put(block_of_c, Values(static_cast<std::size_t>(height * width)));
  for (const Panel& panel : panels(shape.inner, grid, plan.panel)) {
    const std::int64_t count = panel.end - panel.begin;
    Values of_a;
    Values of_b;
    if (column == panel.column) of_a = columns_of(a, panel.begin - column * inner_a, count);
    if (row == panel.row) {
      const double* const first = b + (panel.begin - row * inner_b) * width;
      of_b.assign(first, first + count * width);
    }
    of_a =
        pass_around(engines, row_of(grid, row), column, panel.column, std::move(of_a), along_row);
    of_b = pass_around(engines, column_of(grid, column), row, panel.row, std::move(of_b),
                       along_column);
    times.passing += watch.lap();
    add_product({c.data(), height, width, width}, {of_a.data(), height, count, count},
                {of_b.data(), count, width, width});
    times.computing += watch.lap();
  }
  return times;
}

Phases multiply_on_grid(const farm::DirectView& engines, const Grid& grid, std::int64_t panel,
                        const Matrix& a, const Matrix& b, Matrix& c) {
  const Plan plan{{a.rows, a.columns, b.columns}, grid, panel};
  const auto unit = [&](const Matrix& matrix) {
    return static_cast<std::size_t>(block_elements(matrix.rows, matrix.columns, grid));
  };
  Phases phases;
  Stopwatch watch;
  auto scattered = engines.scatter(block_of_a, cut(a, grid), {.unit = unit(a)});
  engines.scatter(block_of_b, cut(b, grid), {.unit = unit(b)}).get();
  scattered.get();
  phases.distribution = watch.lap();
  phases.engine = slowest(engines.apply(farm::kernel<&multiply_blocks>, plan).get());
  phases.product = watch.lap();
  join(engines.gather(block_of_c).get(), grid, c);
  phases.collection = watch.lap();
  engines.clear(block_of_a, block_of_b, block_of_c).get();
  return phases;
}

}  // namespace app::dense
