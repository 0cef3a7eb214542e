#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "farm/async_collective_result.hpp"
#include "farm/communicator.hpp"
#include "farm/direct_view.hpp"

namespace farm {

namespace detail {

template <class Reducer, class Accumulator>
using Reduced = std::remove_cvref_t<std::invoke_result_t<Reducer, Accumulator>>;

/// What each engine of a map_reduce does. Only the first one has a result.
template <class Input, class Accumulator, class Mapper, class Combiner, class Reducer>
struct MapReduceKernel {
  std::optional<Reduced<Reducer, Accumulator>> operator()(Engine& here,
                                                          const std::vector<Input>& inputs,
                                                          Accumulator accumulator) const {
    for (const Input& input : inputs) {
      if constexpr (std::is_invocable_v<Mapper, Engine&, Accumulator&, const Input&>) {
        Mapper()(here, accumulator, input);
      } else {
        Mapper()(accumulator, input);
      }
    }
    Communicator& engines = here.communicator();
    const int rank = engines.rank();
    // A binomial tree: in round k, an engine whose rank is an odd multiple of 2^k hands over to the
    // one 2^k below it and is done.
    for (int step = 1; step < engines.size(); step *= 2) {
      if ((rank & step) != 0) {
        engines.send(rank - step, accumulator);
        return std::nullopt;
      }
      if (step >= engines.size() - rank) continue;
      Combiner()(accumulator, engines.receive<Accumulator>(rank + step));
    }
    return Reducer()(std::move(accumulator));
  }
};

// A name for each call, so that threads of the driver do not mix up their inputs.
inline std::string map_reduce_name() {
  static std::atomic<unsigned> calls{0};
  return "farm.map_reduce." + std::to_string(++calls);
}

}  // namespace detail

/// Folds `inputs` into one value on the view's engines; only the result reaches rank 0.
///
/// - `mapper(accumulator, input)`, or `mapper(engine, accumulator, input)`, adds an input to the
///   engine's accumulator, which begins as a copy of `zero`. What parameters the functions need
///   stand in there, too. Each input goes to one engine.
/// - `combiner(into, from)` adds another engine's accumulator to this one's, along a binomial tree.
/// - `reducer(accumulator)` makes the result of the whole, on the view's first engine.
///
/// Inputs, accumulators and the result are Payloads. The three functions are farm::kernel<&f>,
/// captureless lambdas or function objects without state. Which engine adds what, and in what
/// order, depends on the number of engines and on nothing else; a result that shall not depend on
/// that either needs sums that are commutative and associative.
///
/// Inputs are dealt like cards, every n-th to one of n engines. If they are sorted by falling cost,
/// the costs of two engines differ by no more than the first input's. As in every direct call this
/// is fixed before it starts: it suits many inputs of known cost on engines of one speed. Where
/// that is not so, let load-balanced tasks add to a value in each engine's namespace, and reduce
/// that.
///
/// Returns a handle. What a function throws is in the CompositeError of its get(), beside the
/// PeerErrors of the engines that then wait in vain. Throws NoEngines.
template <class Input, class Accumulator, class Mapper, class Combiner, class Reducer>
AsyncCollectiveResult<detail::Reduced<Reducer, Accumulator>> map_reduce(
    const DirectView& view, const std::vector<Input>& inputs, const Accumulator& zero, Mapper,
    Combiner, Reducer) {
  static_assert(Stateless<Mapper> && Stateless<Combiner> && Stateless<Reducer>,
                "farm: a function of map_reduce has state (a lambda that captures?), which does "
                "not travel: put it into the accumulator to begin with");
  using Result = detail::Reduced<Reducer, Accumulator>;
  const DirectView engines = view.frozen();
  const std::string text = detail::map_reduce_name();
  const Name<std::vector<Input>> dealt{text};
  engines.scatter(dealt, inputs, {.distribution = round_robin});
  const detail::MapReduceKernel<Input, Accumulator, Mapper, Combiner, Reducer> kernel;
  const detail::BatchRef batch = engines.apply(kernel, dealt, zero).batch();
  engines.clear(dealt);
  return {batch, [](const detail::BatchRef& parts, bool) {
            return *detail::settled_value<std::optional<Result>>(parts, 0);
          }};
}

}  // namespace farm
