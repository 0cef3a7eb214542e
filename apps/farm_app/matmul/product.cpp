#include "farm_app/matmul/product.hpp"

#include "farm_app/matmul/local_product.hpp"

namespace app::dense {

namespace {

struct Variant {
  AddProduct* add_product;
  const char* name;
};

Variant best_variant() {
#ifdef FARM_PRODUCT_VARIANTS
  const bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq");
  const bool fused = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  if (wide && fused) return {&avx512::add_product, "AVX-512"};
  if (fused) return {&avx2::add_product, "AVX2"};
#endif
  return {&baseline::add_product, "baseline"};
}

const Variant& variant() {
  static const Variant chosen = best_variant();
  return chosen;
}

}  // namespace

void add_product(const Part<double>& c, const Part<const double>& a, const Part<const double>& b) {
  if (c.rows > 0 && c.columns > 0 && a.columns > 0) variant().add_product(c, a, b);
}

Matrix multiply_serially(const Matrix& a, const Matrix& b) {
  Matrix c(a.rows, b.columns);
  add_product({c.values.data(), c.rows, c.columns, c.columns},
              {a.values.data(), a.rows, a.columns, a.columns},
              {b.values.data(), b.rows, b.columns, b.columns});
  return c;
}

std::string product_instructions() { return variant().name; }

}  // namespace app::dense
