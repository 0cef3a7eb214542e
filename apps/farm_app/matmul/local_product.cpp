// g++ 12 takes the undefined registers of its own AVX-512 headers for mistakes of ours.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
// One core an engine: the engines are what runs in parallel.
#define EIGEN_DONT_PARALLELIZE
#include "farm_app/matmul/local_product.hpp"

#include <Eigen/Core>

namespace app::dense::FARM_PRODUCT {

// Nothing of the standard library in here: it would be compiled for this instruction set, too, and
// could be what the linker keeps for the whole program.
void add_product(const Part<double>& c, const Part<const double>& a, const Part<const double>& b) {
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Stride = Eigen::OuterStride<>;
  const Eigen::Map<const Rows, 0, Stride> left(a.first, a.rows, a.columns, Stride(a.stride));
  const Eigen::Map<const Rows, 0, Stride> right(b.first, b.rows, b.columns, Stride(b.stride));
  Eigen::Map<Rows, 0, Stride> sum(c.first, c.rows, c.columns, Stride(c.stride));
  sum.noalias() += left * right;
}

}  // namespace app::dense::FARM_PRODUCT
