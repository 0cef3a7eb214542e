#pragma once
// The options of farm_app matmul, read and checked. Nothing here computes.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "farm_app/matmul/grid.hpp"
#include "farm_app/matmul/matrix.hpp"

namespace app::dense {

/// How a product is spread over the engines.
enum class Variant { rows, grid };

/// With no --check and no --no-check, the largest product that is computed serially, too.
inline constexpr double small_product = 2.0 * 2000 * 2000 * 2000;

struct Settings {
  Shape shape;
  std::vector<Variant> variants;
  std::optional<Grid> grid;  ///< nothing: choose_grid
  std::int64_t panel = 256;
  int repeat = 3;
  std::uint64_t seed = 1;
  std::optional<bool> check;  ///< nothing: small products

  bool checks() const { return check.value_or(shape.operations() <= small_product); }
  bool runs(Variant variant) const;
};

/// Reads the words behind "matmul". Nothing after --help, which has then been printed. Throws
/// UsageError.
std::optional<Settings> read_settings(const std::vector<std::string>& words);

}  // namespace app::dense
