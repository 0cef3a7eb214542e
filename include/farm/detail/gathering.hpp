#pragma once

#include <exception>
#include <iterator>
#include <numeric>

#include "farm/async_collective_result.hpp"
#include "farm/detail/scattering.hpp"
#include "farm/detail/settled_value.hpp"

namespace farm::detail {

/// Where gathered elements land, shared by the call and its handle.
template <class T>
struct Landed {
  std::vector<T> elements;
  std::vector<std::size_t> sizes;  // elements of each part
  std::exception_ptr trouble;      // why they could not land
};

template <class T>
std::vector<std::size_t> elements_of(std::span<const std::uint64_t> bytes) {
  std::vector<std::size_t> sizes;
  for (const std::uint64_t size : bytes) {
    check_block<std::vector<T>>(size);
    sizes.push_back(size / sizeof(T));
  }
  return sizes;
}

/// Makes the room that the sizes ask for; no room where that fails, which is kept as trouble.
template <class T>
std::span<std::byte> make_room(Landed<T>& landed, std::vector<T>& into,
                               std::span<const std::uint64_t> bytes) noexcept {
  try {
    landed.sizes = elements_of<T>(bytes);
    const std::size_t all = std::accumulate(bytes.begin(), bytes.end(), std::size_t{0});
    return open_block(into, all);
  } catch (...) {
    landed.trouble = std::current_exception();
    return {};
  }
}

template <class T>
AsyncCollectiveResult<std::vector<T>> gathering(Session& session,
                                                const std::vector<EngineId>& targets,
                                                std::string_view name,
                                                const GatherOptions& options) {
  auto call = collective<direct::Gather, T>(Collective::Move::gather, targets,
                                            {{std::string(name)}, false});
  auto landed = std::make_shared<Landed<T>>();
  if constexpr (BulkBlock<std::vector<T>>) {
    call.landing = [landed](std::span<const std::uint64_t> sizes) {
      return make_room(*landed, landed->elements, sizes);
    };
  }
  BatchRef batch(session, session.submit_collective(std::move(call)));
  return {std::move(batch), [landed, options](const BatchRef& results, bool last) {
            if (landed->trouble) std::rethrow_exception(landed->trouble);
            std::vector<T> elements;
            std::vector<std::size_t> sizes = landed->sizes;
            if constexpr (BulkBlock<std::vector<T>>) {
              elements = last ? std::move(landed->elements) : landed->elements;
            } else {
              for (std::uint64_t i = 0; i < results->count; ++i) {
                auto part = settled_value<std::vector<T>>(results, i);
                sizes.push_back(part.size());
                std::move(part.begin(), part.end(), std::back_inserter(elements));
              }
            }
            return in_first_order(std::move(elements), sizes, options);
          }};
}

/// The same into the caller's memory, which belongs to the call while parts land: if an engine dies
/// MPI may write there at any time later, and keeps it.
template <class T>
AsyncCollectiveResult<void> gathering_into(Session& session, const std::vector<EngineId>& targets,
                                           std::string_view name, std::vector<T>& into) {
  static_assert(BulkBlock<std::vector<T>>,
                "farm: gather_into needs trivially copyable elements; use gather");
  auto call = collective<direct::Gather, T>(Collective::Move::gather, targets,
                                            {{std::string(name)}, false});
  auto landed = std::make_shared<Landed<T>>();
  call.landing = [landed, &into](std::span<const std::uint64_t> sizes) {
    landed->elements = std::move(into);
    into.clear();
    return make_room(*landed, landed->elements, sizes);
  };
  call.landed = [landed, &into] { into = std::move(landed->elements); };
  call.borrowed = true;
  BatchRef batch(session, session.submit_collective(std::move(call)));
  return {std::move(batch), [landed](const BatchRef&, bool) {
            if (landed->trouble) std::rethrow_exception(landed->trouble);
          }};
}

/// One value per target, as a vector.
template <class T>
AsyncCollectiveResult<std::vector<T>> gathering_values(Session& session,
                                                       const std::vector<EngineId>& targets,
                                                       std::string_view name) {
  auto call =
      collective<direct::Pull, T>(Collective::Move::gather, targets, {{std::string(name)}, false});
  BatchRef batch(session, session.submit_collective(std::move(call)));
  return {std::move(batch), [](const BatchRef& results, bool) {
            std::vector<T> values;
            for (std::uint64_t i = 0; i < results->count; ++i) {
              values.push_back(settled_value<T>(results, i));
            }
            return values;
          }};
}

}  // namespace farm::detail
