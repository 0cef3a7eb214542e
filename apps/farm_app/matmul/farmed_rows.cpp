#include "farm_app/matmul/farmed.hpp"
#include "farm_app/matmul/product.hpp"
#include "farm_app/matmul/stopwatch.hpp"

namespace app::dense {

namespace {

using Values = std::vector<double>;

constexpr farm::Name<Values> rows_of_a{"matmul.rows.a"};
constexpr farm::Name<Values> whole_b{"matmul.rows.b"};
constexpr farm::Name<Values> rows_of_c{"matmul.rows.c"};

}  // namespace

/// On an engine: its rows of C. An engine without rows makes an empty block.
EngineTimes multiply_rows(farm::Engine& here, const Shape& shape) {
  Stopwatch watch;
  const Values& a = here[rows_of_a];
  const Values& b = here[whole_b];
  const std::int64_t rows = static_cast<std::int64_t>(a.size()) / shape.inner;
  Values& c = here.put(rows_of_c, Values(static_cast<std::size_t>(rows * shape.columns)));
  add_product({c.data(), rows, shape.columns, shape.columns},
              {a.data(), rows, shape.inner, shape.inner},
              {b.data(), shape.inner, shape.columns, shape.columns});
  return {watch.lap(), 0};
}

Phases multiply_by_rows(const farm::DirectView& engines, const Matrix& a, const Matrix& b,
                        Matrix& c) {
  const Shape shape{a.rows, a.columns, b.columns};
  Phases phases;
  Stopwatch watch;
  auto scattered =
      engines.scatter(rows_of_a, a.values, {.unit = static_cast<std::size_t>(shape.inner)});
  auto pushed = engines.push(whole_b, b.values);
  scattered.get();
  pushed.get();
  phases.distribution = watch.lap();
  phases.engine = slowest(engines.apply(farm::kernel<&multiply_rows>, shape).get());
  phases.product = watch.lap();
  engines.gather_into(rows_of_c, c.values).get();
  phases.collection = watch.lap();
  engines.clear(rows_of_a, whole_b, rows_of_c).get();
  return phases;
}

}  // namespace app::dense
