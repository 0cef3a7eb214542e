#pragma once
// The product as it was compiled for one instruction set; product.cpp chooses. Every variant is in
// a namespace of its own, and so is its Eigen: code of the same name for different processors must
// not meet at the linker, which would keep any one of them.

#include "farm_app/matmul/product.hpp"

// The name of this file's namespace; CMake compiles it again with other names and options.
#ifndef FARM_PRODUCT
#define FARM_PRODUCT baseline
#endif

namespace app::dense {

using AddProduct = void(const Part<double>& c, const Part<const double>& a,
                        const Part<const double>& b);

namespace baseline {
AddProduct add_product;
}
namespace avx2 {
AddProduct add_product;
}
namespace avx512 {
AddProduct add_product;
}

}  // namespace app::dense
