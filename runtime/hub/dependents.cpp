// What the hub does with batches that waited for others.

#include <algorithm>
#include <utility>

#include "hub/hub.hpp"
#include "time/clock.hpp"

namespace farm::hub {

// Those of a share, or all (0), at once: none of them fails for another one's sake.
std::uint64_t Hub::cancel_waiting_of(std::uint32_t share, const Fate& fate) {
  std::uint64_t count = 0;
  for (Batch* batch : batches_) {
    if (batch == nullptr || !batch->waiting || (share != 0 && batch->share != share)) continue;
    count += end_waiting(*batch, fate);
  }
  return count;
}

// The scheduler does not know it yet, and never will.
std::uint64_t Hub::end_waiting(Batch& batch, const Fate& fate) {
  const std::uint64_t count = places_of(batch);
  if (batch.waiting) dependencies_.forget(batch);
  batch.released = true;
  abort_items(batch, 0, count, fate);
  complete(batch);
  return count;
}

// Starts or fails what waits no more, which may end what others wait for, and so on. Returns
// whether there was anything.
bool Hub::rule_dependents() {
  if (!dependencies_.due()) return false;
  now_ = time::Clock::now();
  while (std::optional<Ruled> ruled = dependencies_.next()) {
    Postponed& work = ruled->waiting;
    if (ruled->impossible.empty()) {
      enter(*work.batch, *work.options, work.route, std::move(work.costs), ruled->places);
    } else {
      end_waiting(*work.batch, std::make_shared<const Bytes>(detail::encode_fault(
                                   detail::Fault::impossible, ruled->impossible)));
    }
  }
  for (Batch* batch : dependencies_.take_unwatched()) close_if_over(*batch);
  return true;
}

}  // namespace farm::hub
