#pragma once
// Is the product right?

#include "farm_app/matmul/matrix.hpp"

namespace app::dense {

/// The largest difference between two products of `a` and `b`, element by element, each relative to
/// |row of a| |column of b| (Euclidean): what the element could be at most. Infinite where a
/// product is not a number, and for another shape.
double largest_error(const Matrix& a, const Matrix& b, const Matrix& product, const Matrix& other);

/// What that error can come to at most when inner products of `inner` terms are rounded in two
/// different orders: each is off by n eps / 2 of the sum of the terms' magnitudes, which
/// Cauchy-Schwarz bounds by the norms. (N. J. Higham, Accuracy and Stability of Numerical
/// Algorithms, 2nd ed., SIAM 2002, section 3.1.)
double error_bound(std::int64_t inner);

}  // namespace app::dense
