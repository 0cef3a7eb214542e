#pragma once
// The local product: one thread, with the widest vectors that this processor has.

#include <cstdint>
#include <string>

#include "farm_app/matmul/matrix.hpp"

namespace app::dense {

/// A rectangle of a matrix that lies row by row: `stride` elements from one row to the next.
template <class Element>
struct Part {
  Element* first;
  std::int64_t rows;
  std::int64_t columns;
  std::int64_t stride;
};

/// c += a b. The shapes fit one another; any of them may be empty. `c` overlaps neither factor.
void add_product(const Part<double>& c, const Part<const double>& a, const Part<const double>& b);

/// The whole product at once, by this thread.
Matrix multiply_serially(const Matrix& a, const Matrix& b);

/// What add_product computes with on this processor: "AVX-512", "AVX2" or "baseline".
std::string product_instructions();

}  // namespace app::dense
