// Tasks on their way to an engine.

#include <cstring>
#include <utility>

#include "hub/hub.hpp"

namespace farm::hub {

void Hub::send(const Batch& batch, const Parcel& parcel) {
  const detail::Share& share = parcel.share;
  const transport::Peer peer = member(share.engine).peer;
  const Terms& terms = terms_[batch.terms];
  const bool listed = batch.planned;
  commons_.bring(batch.common, peer);
  conditions_.bring(terms.condition, peer);
  wire::Tasks header;
  header.defines_setup = batch.defines_setup;
  header.listed = listed;
  header.isolated = terms.isolated;
  header.attempt = static_cast<std::uint16_t>(std::min<std::uint32_t>(parcel.attempt, 0xffff));
  header.ticket = parcel.ticket;
  header.first = first_of(batch, share.first);
  header.limit = terms.limit;
  header.count = static_cast<std::uint32_t>(share.count);
  header.kernel = batch.kernel->index();
  header.common = batch.common;
  header.setup = batch.setup;
  header.item_size = batch.item_size;
  header.group = parcel.group;
  header.depth = batch.direct ? wire::any_depth : terms.depth;
  header.condition = terms.condition;
  const std::uint64_t first = batch.repeated ? 0 : share.first;
  Buffer frame = transport_->buffer();
  if (listed) {
    wire::encode(frame, header);
    append_listed(frame, batch, share);
  } else if (batch.item_size == wire::variable_item) {
    wire::encode(frame, header);
    append_items(frame, batch.view(), first, share.count);
  } else {
    const std::size_t bytes = share.count * batch.item_size;
    std::byte* at = frame.extend(wire::header_size<wire::Tasks>() + bytes);
    wire::encode_at(at, header);
    std::memcpy(at + wire::header_size<wire::Tasks>(), batch.items.data() + first * batch.item_size,
                bytes);
  }
  transport_->send(peer, std::move(frame));
  totals_.running += share.count;
}

// Items that stand apart in the batch, and which ones they are.
void Hub::append_listed(Buffer& frame, const Batch& batch, const detail::Share& share) const {
  const std::vector<std::uint32_t>& order = plans_.at(batch.number).order;
  const detail::ItemsView items = batch.view();
  std::vector<std::uint64_t> ends;
  std::uint64_t size = 0;
  for (std::uint64_t place = share.first; place < share.first + share.count; ++place) {
    const std::span<const std::byte> item = items[order[place]];
    frame.append(item.data(), item.size());
    size += item.size();
    const bool failed = items.failed(order[place]);
    ends.push_back(size | (failed ? detail::ItemsView::failed_bit : 0));
  }
  if (!items.fixed()) frame.append(ends.data(), ends.size() * sizeof ends[0]);
  frame.append(order.data() + share.first, share.count * sizeof order[0]);
}

// The ranks of a gang get its task as one call, whose kernels may talk to each other.
void Hub::begin(const policy::Gang& gang) {
  Batch& batch = *batches_[gang.batch];
  std::vector<transport::Peer> peers;
  peers.reserve(gang.tickets.size());
  for (const policy::Ticket ticket : gang.tickets) {
    peers.push_back(member(scheduler_.flight(ticket)->engine).peer);
  }
  const policy::Flight leader = *scheduler_.flight(gang.tickets.front());
  GangRun run;
  run.batch = gang.batch;
  run.place = leader.first;
  run.attempt = leader.attempt;
  run.deaths = leader.deaths;
  run.group = groups_.use(peers, Groups::For::gang);
  run.tickets = gang.tickets;
  run.left = gang.tickets.size();
  const std::uint32_t group = run.group;
  gangs_.add(std::move(run));
  for (const policy::Ticket ticket : gang.tickets) {
    const policy::Flight& flight = *scheduler_.flight(ticket);
    send(batch, {{flight.engine, flight.first, 1}, ticket, group, flight.attempt});
  }
  // It is one item, on however many engines.
  totals_.running -= gang.tickets.size() - 1;
}

}  // namespace farm::hub
