#pragma once
// The product on a farm's engines. Both variants leave nothing behind in the engines' namespaces.

#include <farm/farm.hpp>

#include "farm_app/matmul/matrix.hpp"
#include "farm_app/matmul/resources.hpp"
#include "farm_app/matmul/run.hpp"

namespace app::dense {

/// C = A B with A in blocks of whole rows, one to each engine, and B on all of them. Writes into
/// `c`, which has its shape.
Phases multiply_by_rows(const farm::DirectView& engines, const Matrix& a, const Matrix& b,
                        Matrix& c);

/// C = A B by SUMMA: all three in blocks over the grid, whose engines `engines` are. In each step
/// the owners of `panel` columns of A and rows of B pass them around their rows and columns of the
/// grid, and every engine adds their product to its block of C. (R. A. van de Geijn and J. Watts,
/// SUMMA: scalable universal matrix multiplication algorithm, Concurrency: Practice and Experience
/// 9 (4), 1997, 255-274.)
Phases multiply_on_grid(const farm::DirectView& engines, const Grid& grid, std::int64_t panel,
                        const Matrix& a, const Matrix& b, Matrix& c);

/// The hosts of the job.
std::vector<Host> hosts_of(farm::Client& client);

/// Operations a second of the first engine's local product while the other engines do nothing.
double rate_of_one(farm::Client& client, const Shape& shape);

}  // namespace app::dense
