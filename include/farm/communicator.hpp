#pragma once

#include <concepts>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "farm/detail/communicator_port.hpp"
#include "farm/detail/reduction.hpp"
#include "farm/error.hpp"
#include "farm/payload.hpp"
#include "farm/types.hpp"

namespace farm {

/// Another engine's kernel has failed, in this call or in an earlier one of the same engines: calls
/// that were submitted before that was known cannot communicate. Those submitted later can.
class PeerError : public Error {
 public:
  PeerError(EngineId engine, bool earlier)
      : Error("the kernel on engine " + std::to_string(engine.rank()) + " has failed" +
              (earlier ? " in an earlier call of these engines" : "") +
              ", which ends their communication"),
        engine_(engine) {}

  /// Whose kernel failed.
  EngineId engine() const { return engine_; }

 private:
  EngineId engine_;
};

/// As the `from` of a receive: whoever sends.
inline constexpr int any_rank = detail::CommunicatorPort::any_source;

/// Makes one T of two: `T op(const T&, const T&)`, associative. It need not be commutative.
template <class Op, class T>
concept Combines = requires(Op& op, const T& value) {
  { op(value, value) } -> std::convertible_to<T>;
};

/// Message passing among exactly the engines of one direct call; an engine's rank is its position
/// in the view's targets. For kernels, in the thread that runs the kernel, during the call.
///
/// Collective calls (all but send and receive) are made by all engines, in the same order, with the
/// same types and the same root. Ranks and tags out of range throw std::invalid_argument. Every
/// call throws PeerError when another engine's kernel has failed meanwhile, and from then on.
class Communicator {
 public:
  /// The port must outlive the communicator.
  explicit Communicator(detail::CommunicatorPort& port) : port_(&port) {}

  /// For farm/mpi.hpp.
  const void* native() { return port_->native(); }

  int rank() const { return port_->rank(); }
  int size() const { return port_->size(); }
  EngineId engine(int rank) const { return port_->engine(checked(rank)); }

  /// Sends to a rank, which may be this one. Messages of one sender and one tag (0 .. 9999) arrive
  /// in the order of sending. Returns when the value is packed; waits for receivers only while more
  /// than 256 MiB of earlier messages are under way. A message that is not received during the
  /// call is dropped.
  template <Payload T>
  void send(int to, const T& value, int tag = 0) {
    put(checked(to), checked_tag(tag), value);
  }
  /// Waits for a message of this type and tag. `from` may be farm::any_rank.
  template <Payload T>
  T receive(int from, int tag = 0) {
    int source = 0;
    return receive<T>(from, tag, source);
  }
  /// The same; `source` becomes the rank of the sender.
  template <Payload T>
  T receive(int from, int tag, int& source) {
    return take<T>(from == any_rank ? from : checked(from), checked_tag(tag), source);
  }

  /// Returns when all engines have called it.
  void barrier() { port_->barrier(); }
  /// Everybody returns the root's value.
  template <Payload T>
  T broadcast(const T& value, int root) {
    // Where sizes vary nobody needs more than the root's bytes.
    const bool packs = rank() == checked(root) || sizes<T> == detail::Sizes::equal;
    Buffer bytes = port_->broadcast(packs ? packed(value) : Buffer(), root, sizes<T>);
    if constexpr (std::copy_constructible<T>) {
      if (rank() == root) return value;
    }
    return unpacked<T>(bytes);
  }
  /// The root returns one value per rank, the others an empty vector.
  template <Payload T>
  std::vector<T> gather(const T& value, int root) {
    return unpacked<T>(port_->gather(packed(value), checked(root), sizes<T>));
  }
  /// Everybody returns one value per rank.
  template <Payload T>
  std::vector<T> all_gather(const T& value) {
    return unpacked<T>(port_->all_gather(packed(value), sizes<T>));
  }
  /// Element i goes to rank i; element i of the result came from rank i. Throws
  /// std::invalid_argument unless there is one value per rank.
  template <Payload T>
  std::vector<T> all_to_all(const std::vector<T>& one_per_rank) {
    if (one_per_rank.size() != static_cast<std::size_t>(size())) {
      throw std::invalid_argument("farm::Communicator::all_to_all wants one value per rank, " +
                                  std::to_string(size()) + ", and got " +
                                  std::to_string(one_per_rank.size()));
    }
    std::vector<Buffer> parts;
    parts.reserve(one_per_rank.size());
    // A copy of each bool of a std::vector<bool>, and no copy of anything else.
    for (const auto& value : one_per_rank) parts.push_back(packed<T>(value));
    return unpacked<T>(port_->all_to_all(std::move(parts), sizes<T>));
  }

  /// The root returns value(0) op value(1) op ... in the order of the ranks, grouped as it
  /// pleases; the others an unspecified value.
  ///
  /// Numbers under std::plus<>, std::multiplies<>, farm::minimum, farm::maximum and the bitwise and
  /// logical operations of <functional> are reduced by MPI, and so are vectors of numbers under
  /// farm::elementwise of these; they must have the same length everywhere (std::invalid_argument).
  template <Payload T, Combines<T> Op>
  T reduce(const T& value, Op op, int root) {
    checked(root);
    if constexpr (detail::reduced_by_mpi<T, Op>()) {
      return detail::reduce_numbers<T, Op>(
          *port_, value, [&](Buffer bytes, detail::Number number, detail::Operation operation) {
            return port_->reduce(std::move(bytes), number, operation, root);
          });
    } else {
      std::optional<T> result = reduce_to_first(value, op);
      if (root != 0) {
        if (rank() == 0) put(root, reduce_tag, result ? *result : value);
        if (rank() == root) result.emplace(take_from<T>(0, reduce_tag));
      }
      if constexpr (std::default_initializable<T>) {
        if (rank() != root) return T();
      }
      return result ? *std::move(result) : unpacked<T>(packed(value));
    }
  }
  /// Everybody returns what the root of reduce() does.
  template <Payload T, Combines<T> Op>
  T all_reduce(const T& value, Op op) {
    if constexpr (detail::reduced_by_mpi<T, Op>()) {
      return detail::reduce_numbers<T, Op>(
          *port_, value, [&](Buffer bytes, detail::Number number, detail::Operation operation) {
            return port_->all_reduce(std::move(bytes), number, operation);
          });
    } else {
      const std::optional<T> result = reduce_to_first(value, op);
      return broadcast(result ? *result : value, 0);
    }
  }
  /// Rank i returns value(0) op ... op value(i).
  template <Payload T, Combines<T> Op>
  T scan(const T& value, Op op) {
    if constexpr (detail::reduced_by_mpi<T, Op>()) {
      return detail::reduce_numbers<T, Op>(
          *port_, value, [&](Buffer bytes, detail::Number number, detail::Operation operation) {
            return port_->scan(std::move(bytes), number, operation);
          });
    } else {
      return scan_in_steps(value, op);
    }
  }

 private:
  static constexpr int reduce_tag = detail::CommunicatorPort::first_internal_tag;
  static constexpr int scan_tag = reduce_tag + 1;
  template <class T>
  static constexpr detail::Sizes sizes = packed_size<T>() == variable_size ? detail::Sizes::vary
                                                                           : detail::Sizes::equal;

  // A binomial tree whose every node holds the reduction of consecutive ranks, so that op need not
  // be commutative. At rank 0 it is the reduction of all. Nothing: no more than the own value.
  template <class T, class Op>
  std::optional<T> reduce_to_first(const T& value, Op& op) {
    std::optional<T> result;
    for (int step = 1; step < size(); step *= 2) {
      if ((rank() & step) != 0) {
        put(rank() - step, reduce_tag, result ? *result : value);
        break;
      }
      if (step >= size() - rank()) continue;
      const T right = take_from<T>(rank() + step, reduce_tag);
      T both = op(result ? *result : value, right);
      result.emplace(std::move(both));
    }
    return result;
  }
  // After each step a rank holds the reduction of twice as many ranks that end with it.
  template <class T, class Op>
  T scan_in_steps(const T& value, Op& op) {
    std::optional<T> result;
    for (int step = 1; step < size(); step *= 2) {
      if (step < size() - rank()) put(rank() + step, scan_tag, result ? *result : value);
      if (step > rank()) continue;
      const T left = take_from<T>(rank() - step, scan_tag);
      T both = op(left, result ? *result : value);
      result.emplace(std::move(both));
    }
    return result ? *std::move(result) : unpacked<T>(packed(value));
  }

  template <class T>
  void put(int to, int tag, const T& value) {
    port_->send(to, tag, packed(value));
  }
  template <class T>
  T take(int from, int tag, int& source) {
    return unpacked<T>(port_->receive(from, tag, source));
  }
  template <class T>
  T take_from(int from, int tag) {
    int source = 0;
    return take<T>(from, tag, source);
  }

  template <class T>
  static Buffer packed(const T& value) {
    Buffer bytes;
    Writer writer(bytes);
    pack(writer, value);
    return bytes;
  }
  template <class T>
  static T unpacked(const Buffer& bytes) {
    Reader reader(bytes.span());
    T value = unpack<T>(reader);
    if (reader.left() != 0) throw PayloadError("the engines' values are of different types");
    return value;
  }
  template <class T>
  static std::vector<T> unpacked(const std::vector<Buffer>& each) {
    std::vector<T> values;
    values.reserve(each.size());
    for (const Buffer& bytes : each) values.push_back(unpacked<T>(bytes));
    return values;
  }

  int checked(int rank) const {
    if (rank >= 0 && rank < size()) return rank;
    throw std::invalid_argument("farm::Communicator: no rank " + std::to_string(rank) + " among " +
                                std::to_string(size()));
  }
  static int checked_tag(int tag) {
    if (tag >= 0 && tag < detail::CommunicatorPort::first_internal_tag) return tag;
    throw std::invalid_argument("farm::Communicator: tag " + std::to_string(tag) +
                                " is not in 0 .. 9999");
  }

  detail::CommunicatorPort* port_;
};

}  // namespace farm
