#pragma once

#include <array>
#include <cstddef>
#include <stdexcept>
#include <utility>
#include <vector>

namespace farm {

/// The smaller of two values, the first if they are equal: a reduction like std::plus<>.
struct Minimum {
  template <class T>
  constexpr T operator()(const T& a, const T& b) const {
    return b < a ? b : a;
  }
};

/// The greater of two values, the first if they are equal.
struct Maximum {
  template <class T>
  constexpr T operator()(const T& a, const T& b) const {
    return a < b ? b : a;
  }
};

inline constexpr Minimum minimum{};
inline constexpr Maximum maximum{};

/// Combines two vectors (or arrays) of the same length element by element.
template <class Op>
class Elementwise {
 public:
  constexpr Elementwise() = default;
  constexpr explicit Elementwise(Op op) : op_(std::move(op)) {}

  /// Throws std::invalid_argument if the lengths differ.
  template <class T>
  std::vector<T> operator()(const std::vector<T>& a, const std::vector<T>& b) const {
    if (a.size() != b.size()) {
      throw std::invalid_argument("farm::elementwise: the vectors differ in length");
    }
    return combined(a, b);
  }
  template <class T, std::size_t n>
  constexpr std::array<T, n> operator()(const std::array<T, n>& a,
                                        const std::array<T, n>& b) const {
    return combined(a, b);
  }

 private:
  template <class Range>
  constexpr Range combined(const Range& a, const Range& b) const {
    Range result = a;
    for (std::size_t i = 0; i < a.size(); ++i) {
      result[i] = static_cast<typename Range::value_type>(op_(a[i], b[i]));
    }
    return result;
  }

  [[no_unique_address]] Op op_{};
};

/// `op` for vectors: `here.communicator().all_reduce(forces, farm::elementwise(std::plus<>()))`.
/// Vectors of numbers under the usual operations (sum, product, minimum, maximum, bits, logic) are
/// reduced by MPI itself.
template <class Op>
constexpr Elementwise<Op> elementwise(Op op) {
  return Elementwise<Op>(std::move(op));
}

}  // namespace farm
