#pragma once

#include <memory>

#include "farm/detail/items.hpp"
#include "farm/detail/session.hpp"
#include "results/results.hpp"
#include "wire/frames.hpp"

namespace farm::hub {

using results::Callback;
using results::Record;
using results::RecordLog;
using results::Results;

/// Tasks that were submitted together: what goes out and, later, what came back. A single task is a
/// batch, too, so that this is small until results come.
struct Batch : detail::BatchHeader {
  std::uint32_t item_size = 0;  ///< or wire::variable_item
  std::uint32_t common = 0;
  std::uint32_t setup = 0;
  std::uint32_t number = 0;  ///< in the ledger and the scheduler
  std::uint32_t share = 0;
  bool dropped : 1 = false;   ///< nobody has a handle any more
  bool released : 1 = false;  ///< the scheduler has forgotten it
  bool noticed : 1 = false;   ///< somebody has looked at a failure
  bool defines_setup : 1 = false;
  bool stopped : 1 = false;     ///< somebody asked it to stop: it is not tried again
  bool planned : 1 = false;     ///< there is a Plan for it
  bool direct : 1 = false;      ///< the scheduler does not know it
  bool bulk : 1 = false;        ///< a collective call, its results in the form of detail/bulk.hpp
  bool repeated : 1 = false;    ///< there is one item for all
  bool busy : 1 = false;        ///< memory that the caller lent is still needed
  bool owned : 1 = false;       ///< a kernel submitted it, and its engine has a handle
  bool waiting : 1 = false;     ///< for others; the scheduler does not know it yet
  bool watched : 1 = false;     ///< others wait for it
  bool impossible : 1 = false;  ///< it waited for what did not come
  bool lasting : 1 = false;     ///< its id means the same call in every run of the journal
  bool over : 1 = false;        ///< all of it has been settled, and that has been dealt with
  std::uint16_t terms = 0;      ///< number of its Terms
  const detail::KernelEntry* kernel = nullptr;  ///< null: a promise, which no engine runs
  std::int64_t submitted = 0;
  Bytes items;
  std::unique_ptr<Results> results;

  bool settled() const { return count == 0 || (results && results->all_settled()); }
  Results& made_results() {
    if (!results) results = std::make_unique<Results>(count, result_size);
    return *results;
  }
  detail::ItemsView view() const {
    return {repeated ? 1 : count, item_size == wire::variable_item ? variable_size : item_size,
            items.span()};
  }
};

// There is one for every queued task that was submitted alone.
static_assert(sizeof(Batch) <= 88);

/// The number of a batch that is not in the ledger.
inline constexpr std::uint32_t unnumbered = 0xffffffff;

/// A size as frames and batches carry it.
inline std::uint32_t size_on_wire(std::size_t size) {
  return size == variable_size ? wire::variable_item : static_cast<std::uint32_t>(size);
}

/// Appends items [first, first + count) in the form of a chunk.
void append_items(Buffer& frame, const detail::ItemsView& items, std::uint64_t first,
                  std::uint64_t count);

}  // namespace farm::hub
