#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>

#include "farm_app/command_line.hpp"
#include "farm_app/matmul/blocks.hpp"
#include "farm_app/matmul/check.hpp"
#include "farm_app/matmul/grid.hpp"
#include "farm_app/matmul/local_product.hpp"
#include "farm_app/matmul/product.hpp"
#include "farm_app/matmul/resources.hpp"
#include "farm_app/matmul/run.hpp"
#include "farm_app/matmul/settings.hpp"

using app::UsageError;
using app::dense::Grid;
using app::dense::Matrix;
using app::dense::Panel;
using app::dense::Shape;
using app::dense::Variant;

namespace {

Matrix multiply_naively(const Matrix& a, const Matrix& b) {
  Matrix c(a.rows, b.columns);
  for (int i = 0; i < a.rows; ++i) {
    for (int j = 0; j < b.columns; ++j) {
      for (int k = 0; k < a.columns; ++k) c.at(i, j) += a.at(i, k) * b.at(k, j);
    }
  }
  return c;
}

/// SUMMA on one thread: what each engine of the grid would do, panel after panel.
Matrix multiply_in_blocks(const Matrix& a, const Matrix& b, const Grid& grid, std::int64_t width) {
  const auto of_a = app::dense::cut(a, grid);
  const auto of_b = app::dense::cut(b, grid);
  const std::int64_t height = app::dense::block_side(a.rows, grid.rows);
  const std::int64_t breadth = app::dense::block_side(b.columns, grid.columns);
  const std::int64_t side_a = app::dense::block_side(a.columns, grid.columns);
  const std::int64_t side_b = app::dense::block_side(b.rows, grid.rows);
  std::vector<double> of_c(static_cast<std::size_t>(height * breadth * grid.size()));
  for (const Panel& panel : app::dense::panels(a.columns, grid, width)) {
    const std::int64_t inner = panel.end - panel.begin;
    for (int rank = 0; rank < grid.size(); ++rank) {
      const auto line = app::dense::row_of(grid, rank / grid.columns);
      const auto column = app::dense::column_of(grid, rank % grid.columns);
      const double* const left = of_a.data() + line.rank(panel.column) * height * side_a +
                                 (panel.begin - panel.column * side_a);
      const double* const right = of_b.data() + column.rank(panel.row) * side_b * breadth +
                                  (panel.begin - panel.row * side_b) * breadth;
      app::dense::add_product({of_c.data() + rank * height * breadth, height, breadth, breadth},
                              {left, height, inner, side_a}, {right, inner, breadth, breadth});
    }
  }
  Matrix c(a.rows, b.columns);
  app::dense::join(of_c, grid, c);
  return c;
}

}  // namespace

TEST_CASE("the grid uses as many engines as it can and is as square as it can be then") {
  const Shape square{1000, 1000, 1000};
  const auto is = [&](int engines, int rows, int columns, const Shape& shape) {
    const Grid grid = app::dense::choose_grid(engines, shape);
    CAPTURE(engines, grid.rows, grid.columns);
    return grid.size() == rows * columns && std::min(grid.rows, grid.columns) == rows;
  };
  CHECK(is(1, 1, 1, square));
  CHECK(is(2, 1, 2, square));
  CHECK(is(4, 2, 2, square));
  CHECK(is(7, 1, 7, square));
  CHECK(is(12, 3, 4, square));
  CHECK(is(63, 7, 9, square));
  CHECK(is(64, 8, 8, square));
  CHECK(is(7, 2, 3, {2, 1000, 3}));
  CHECK(is(7, 1, 1, {1, 1000, 1}));
  CHECK(is(100, 2, 2, {2, 2, 2}));
}

TEST_CASE("tall products get tall grids, wide ones wide grids") {
  CHECK(app::dense::choose_grid(4, {1000, 10, 10}).rows == 4);
  CHECK(app::dense::choose_grid(4, {10, 10, 1000}).columns == 4);
}

TEST_CASE("blocks that are cut and joined again are the matrix") {
  for (const Grid& grid : {Grid{1, 1}, Grid{2, 3}, Grid{3, 2}, Grid{1, 7}, Grid{9, 9}}) {
    for (const auto& [rows, columns] : {std::pair{101, 37}, std::pair{1, 1}, std::pair{6, 7}}) {
      const Matrix matrix = app::dense::random_matrix(rows, columns, 3);
      const auto blocks = app::dense::cut(matrix, grid);
      CHECK(blocks.size() == static_cast<std::size_t>(
                                 app::dense::block_elements(rows, columns, grid) * grid.size()));
      Matrix joined(rows, columns);
      app::dense::join(blocks, grid, joined);
      CHECK(joined.values == matrix.values);
    }
  }
  Matrix other(3, 3);
  CHECK_THROWS_AS(app::dense::join({1, 2, 3}, {2, 2}, other), std::invalid_argument);
}

TEST_CASE("the panels cover the inner indices once and never leave a block") {
  for (const Grid& grid : {Grid{1, 1}, Grid{2, 3}, Grid{5, 2}, Grid{1, 7}}) {
    for (const std::int64_t inner : {1, 6, 101}) {
      for (const std::int64_t width : {1, 4, 1000}) {
        std::int64_t at = 0;
        for (const Panel& panel : app::dense::panels(inner, grid, width)) {
          const std::int64_t side_a = app::dense::block_side(inner, grid.columns);
          const std::int64_t side_b = app::dense::block_side(inner, grid.rows);
          CHECK(panel.begin == at);
          CHECK(panel.end > at);
          CHECK(panel.end - panel.begin <= width);
          CHECK(panel.begin / side_a == panel.column);
          CHECK((panel.end - 1) / side_a == panel.column);
          CHECK(panel.begin / side_b == panel.row);
          CHECK((panel.end - 1) / side_b == panel.row);
          at = panel.end;
        }
        CHECK(at == inner);
      }
    }
  }
}

TEST_CASE("a line of the grid goes around") {
  const auto column = app::dense::column_of({3, 4}, 1);
  CHECK(column.rank(2) == 9);
  CHECK(column.next(2) == 1);
  CHECK(column.previous(0) == 9);
  CHECK(column.distance(2, 0) == 1);
  CHECK(app::dense::row_of({3, 4}, 2).rank(3) == 11);
}

TEST_CASE("the local product is the naive one") {
  for (const Shape& shape : {Shape{1, 1, 1}, Shape{5, 7, 3}, Shape{64, 64, 64}, Shape{33, 101, 9},
                             Shape{1, 300, 1}, Shape{200, 1, 150}}) {
    const Matrix a = app::dense::random_matrix(shape.rows, shape.inner, 1);
    const Matrix b = app::dense::random_matrix(shape.inner, shape.columns, 2);
    const Matrix naive = multiply_naively(a, b);
    const Matrix c = app::dense::multiply_serially(a, b);
    CHECK(app::dense::largest_error(a, b, c, naive) <= app::dense::error_bound(shape.inner));
    Matrix plain(shape.rows, shape.columns);
    app::dense::baseline::add_product(
        {plain.values.data(), shape.rows, shape.columns, shape.columns},
        {a.values.data(), shape.rows, shape.inner, shape.inner},
        {b.values.data(), shape.inner, shape.columns, shape.columns});
    CHECK(app::dense::largest_error(a, b, plain, naive) <= app::dense::error_bound(shape.inner));
  }
}

TEST_CASE("an empty local product changes nothing") {
  double c = 3;
  app::dense::add_product({&c, 1, 1, 1}, {nullptr, 1, 0, 0}, {nullptr, 0, 1, 1});
  app::dense::add_product({&c, 0, 1, 1}, {nullptr, 0, 5, 5}, {nullptr, 5, 1, 1});
  CHECK(c == 3);
}

TEST_CASE("the product in blocks is the serial one on every grid") {
  const Matrix a = app::dense::random_matrix(23, 31, 1);
  const Matrix b = app::dense::random_matrix(31, 17, 2);
  const Matrix serial = app::dense::multiply_serially(a, b);
  for (const Grid& grid : {Grid{1, 1}, Grid{2, 3}, Grid{3, 2}, Grid{1, 7}, Grid{5, 5}}) {
    for (const std::int64_t width : {1, 4, 64}) {
      const Matrix c = multiply_in_blocks(a, b, grid, width);
      CHECK(app::dense::largest_error(a, b, c, serial) <= app::dense::error_bound(31));
    }
  }
}

TEST_CASE("the check finds a wrong element") {
  const Matrix a = app::dense::random_matrix(50, 60, 1);
  const Matrix b = app::dense::random_matrix(60, 40, 2);
  const Matrix c = app::dense::multiply_serially(a, b);
  const double bound = app::dense::error_bound(60);
  const auto error_with = [&](double value) {
    Matrix wrong = c;
    wrong.at(49, 39) = value;
    return app::dense::largest_error(a, b, wrong, c);
  };
  CHECK(error_with(c.at(49, 39)) == 0);
  CHECK(error_with(c.at(49, 39) + 1e-9) > bound);
  CHECK(error_with(0) > bound);
  CHECK(error_with(std::numeric_limits<double>::quiet_NaN()) > bound);
  CHECK(error_with(std::numeric_limits<double>::infinity()) > bound);
  CHECK(app::dense::largest_error(a, b, Matrix(50, 39), c) > bound);
}

TEST_CASE("a zero row of a factor makes a row of zeros, and nothing else passes for it") {
  const Matrix a(2, 3);
  const Matrix b = app::dense::random_matrix(3, 2, 1);
  Matrix c(2, 2);
  CHECK(app::dense::largest_error(a, b, c, c) == 0);
  Matrix wrong = c;
  wrong.at(0, 0) = 1e-300;
  CHECK(app::dense::largest_error(a, b, wrong, c) > 1);
}

TEST_CASE("random matrices depend on their seed alone and lie between -1 and 1") {
  const Matrix one = app::dense::random_matrix(30, 40, 7);
  CHECK(one.values == app::dense::random_matrix(30, 40, 7).values);
  CHECK(one.values != app::dense::random_matrix(30, 40, 8).values);
  CHECK(*std::min_element(one.values.begin(), one.values.end()) < -0.9);
  CHECK(*std::min_element(one.values.begin(), one.values.end()) >= -1);
  CHECK(*std::max_element(one.values.begin(), one.values.end()) < 1);
}

TEST_CASE("engines that share a core count once") {
  std::vector<app::dense::Host> hosts;
  app::dense::add_process(hosts, "a", {1000, 2}, true);
  for (int i = 0; i < 3; ++i) app::dense::add_process(hosts, "a", {1000, 2}, false);
  app::dense::add_process(hosts, "b", {1000, 8}, false);
  REQUIRE(hosts.size() == 2);
  CHECK(hosts[0].has_hub);
  CHECK(hosts[0].engines == 3);
  CHECK(app::dense::busy_cores(hosts) == 3);
}

TEST_CASE("matrices beyond half of a host's memory are refused") {
  app::dense::Settings settings;
  settings.shape = {1000, 1000, 1000};
  settings.variants = {Variant::rows};
  settings.check = false;
  // Rank 0 has three matrices; each of two engines has B and half of A and C.
  const auto rows = app::dense::estimate_needs(settings, 2, {1, 2});
  CHECK(rows.hub == 24e6);
  CHECK(rows.engine == 16e6);
  settings.variants = {Variant::rows, Variant::grid};
  const auto both = app::dense::estimate_needs(settings, 2, {1, 2});
  CHECK(both.hub == 40e6);
  CHECK(both.engine == 16e6);
  settings.check = true;
  CHECK(app::dense::estimate_needs(settings, 2, {1, 2}).hub == 48e6);

  std::vector<app::dense::Host> hosts{{"a", {144'000'000, 2}, 2, true}};
  CHECK_NOTHROW(app::dense::check_memory(hosts, both));
  hosts[0].machine.memory -= 1;
  CHECK_THROWS_WITH(app::dense::check_memory(hosts, both), Catch::Contains("72.0 MB on a"));
  const auto machine = app::dense::this_machine();
  CHECK(machine.cores > 0);
  CHECK(machine.memory > 0);
}

TEST_CASE("the times of several runs have medians, those of engines a slowest one") {
  const app::dense::Phases one{1, 20, 3, {4, 5}};
  const app::dense::Phases two{2, 30, 1, {6, 1}};
  const app::dense::Phases three{3, 10, 2, {5, 3}};
  const auto middle = app::dense::medians({one, two, three});
  CHECK(middle.distribution == 2);
  CHECK(middle.product == 20);
  CHECK(middle.collection == 2);
  CHECK(middle.total() == 24);
  CHECK(app::dense::slowest({{1, 9}, {3, 2}, {2, 1}}).passing == 2);
}

TEST_CASE("the settings of a product have sensible defaults") {
  const auto settings = app::dense::read_settings({});
  REQUIRE(settings);
  CHECK(settings->shape.inner == 1000);
  CHECK(settings->runs(Variant::rows));
  CHECK(settings->runs(Variant::grid));
  CHECK_FALSE(settings->grid);
  CHECK(settings->checks());
  CHECK(app::dense::read_settings({"--size", "2000"})->checks());
  CHECK_FALSE(app::dense::read_settings({"--size", "2001"})->checks());
  CHECK(app::dense::read_settings({"--size", "2001", "--check"})->checks());
  CHECK_FALSE(app::dense::read_settings({"--no-check"})->checks());
  CHECK_FALSE(app::dense::read_settings({"--variant", "2d"})->runs(Variant::rows));
  CHECK(app::dense::read_settings({"--grid", "2x3"})->grid->columns == 3);
  const auto wide = app::dense::read_settings({"--size", "5", "--columns", "9"});
  CHECK(wide->shape.rows == 5);
  CHECK(wide->shape.columns == 9);
}

TEST_CASE("settings of a product that make no sense are refused") {
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{"--size", "0"}, Words{"--size", "-3"}, Words{"--size", "3.5"}, Words{"--rows", "0"},
        Words{"--inner", "x"}, Words{"--columns", ""}, Words{"--size", "0", "--rows", "3"},
        Words{"--variant", "3d"}, Words{"--grid", "4"}, Words{"--grid", "0x4"},
        Words{"--panel", "0"}, Words{"--repeat", "0"}, Words{"--seed", "-1"},
        Words{"--check", "--no-check"}}) {
    CAPTURE(words);
    CHECK_THROWS_AS(app::dense::read_settings(words), UsageError);
  }
}
