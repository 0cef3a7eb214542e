#include "farm_app/matmul/check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace app::dense {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<double> row_norms(const Matrix& matrix) {
  std::vector<double> norms(static_cast<std::size_t>(matrix.rows));
  for (std::int64_t i = 0; i < matrix.rows; ++i) {
    double sum = 0;
    for (std::int64_t j = 0; j < matrix.columns; ++j) sum += matrix.at(i, j) * matrix.at(i, j);
    norms[static_cast<std::size_t>(i)] = std::sqrt(sum);
  }
  return norms;
}

std::vector<double> column_norms(const Matrix& matrix) {
  std::vector<double> norms(static_cast<std::size_t>(matrix.columns));
  for (std::int64_t i = 0; i < matrix.rows; ++i) {
    for (std::int64_t j = 0; j < matrix.columns; ++j) {
      norms[static_cast<std::size_t>(j)] += matrix.at(i, j) * matrix.at(i, j);
    }
  }
  for (double& norm : norms) norm = std::sqrt(norm);
  return norms;
}

double relative(double difference, double scale) {
  if (difference == 0) return 0;
  const double error = std::abs(difference) / scale;
  return std::isnan(error) ? infinity : error;
}

bool has_shape(const Matrix& product, const Matrix& a, const Matrix& b) {
  return product.rows == a.rows && product.columns == b.columns &&
         product.values.size() == static_cast<std::size_t>(a.rows * b.columns);
}

}  // namespace

double largest_error(const Matrix& a, const Matrix& b, const Matrix& product, const Matrix& other) {
  if (!has_shape(product, a, b) || !has_shape(other, a, b)) return infinity;
  const std::vector<double> of_a = row_norms(a);
  const std::vector<double> of_b = column_norms(b);
  double largest = 0;
  for (std::size_t i = 0; i < of_a.size(); ++i) {
    for (std::size_t j = 0; j < of_b.size(); ++j) {
      const std::size_t at = i * of_b.size() + j;
      largest =
          std::max(largest, relative(product.values[at] - other.values[at], of_a[i] * of_b[j]));
    }
  }
  return largest;
}

double error_bound(std::int64_t inner) {
  return static_cast<double>(inner) * std::numeric_limits<double>::epsilon();
}

}  // namespace app::dense
