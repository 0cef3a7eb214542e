#include "hub/children.hpp"

#include <algorithm>

#include "hub/tell.hpp"

namespace farm::hub {

namespace {

// Apart from those of views on rank 0.
constexpr std::uint64_t first_route = std::uint64_t{1} << 63;
constexpr std::size_t ids_kept = 4096;

CountOrAutomatic count(std::int64_t plain) {
  return plain < 0 ? CountOrAutomatic(automatic) : CountOrAutomatic(plain);
}

Chunk chunk(std::int64_t plain) {
  if (plain > wire::first_scheme) return count(plain);
  return static_cast<Chunking>(wire::first_scheme - plain);
}

std::optional<Seconds> limit(double seconds) {
  return seconds < 0 ? std::nullopt : std::optional<Seconds>(seconds);
}

TaskOptions options_of(const wire::SpawnOptions& spawn) {
  TaskOptions options;
  options.chunk = chunk(spawn.chunk);
  options.hwm = count(spawn.hwm);
  options.scheme = Scheme{spawn.scheme};
  options.order = Order{spawn.order};
  options.priority = spawn.priority;
  options.weight = spawn.weight;
  options.retries = spawn.retries;
  options.backoff = Seconds(spawn.backoff);
  options.timeout = limit(spawn.timeout);
  options.run_limit = limit(spawn.run_limit);
  if (spawn.isolated) options.isolate = Isolation::sandbox;
  return options;
}

}  // namespace

detail::Submission Children::submission(transport::Peer from, const wire::Frame<wire::Spawn>& spawn,
                                        std::uint32_t share, detail::Route& route) {
  const wire::Spawn& header = spawn.header;
  route.options = options_of(header.options);
  route.id = route_id({share, header.depth, header.options});
  route.share = share;
  detail::Submission submission;
  submission.kernel = kernel(header.kernel);
  submission.route = &route;
  submission.count = header.count;
  submission.item_size = header.item_size == wire::variable_item ? variable_size : header.item_size;
  submission.items = Bytes(spawn.body.subspan(header.common_size));
  submission.parent = {header.depth, from, header.number};
  if (header.common != 0) {
    submission.common = common({from, header.common}, spawn.body.first(header.common_size));
  }
  return submission;
}

const detail::KernelEntry* Children::kernel(std::uint32_t index) {
  if (kernels_.empty()) {
    for (const detail::KernelEntry* entry = detail::KernelEntry::first(); entry != nullptr;
         entry = entry->next()) {
      if (entry->index() >= kernels_.size()) kernels_.resize(entry->index() + 1);
      kernels_[entry->index()] = entry;
    }
  }
  if (index >= kernels_.size() || kernels_[index] == nullptr || !kernels_[index]->is_kernel()) {
    throw wire::FrameError("an engine submits tasks of a kernel that does not exist");
  }
  return kernels_[index];
}

// While tasks that use them are under way, the arguments that a kernel binds once and submits often
// are one thing here, too, and travel on to each engine once.
std::shared_ptr<detail::Common> Children::common(const Key& key, std::span<const std::byte> bytes) {
  std::weak_ptr<detail::Common>& known = commons_[key];
  if (std::shared_ptr<detail::Common> common = known.lock()) return common;
  auto made = std::make_shared<detail::Common>();
  made->bytes.append(bytes.data(), bytes.size());
  known = made;
  if (commons_.size() % ids_kept == 0) {
    std::erase_if(commons_, [](const auto& entry) { return entry.second.expired(); });
  }
  return made;
}

std::uint64_t Children::route_id(RouteKey key) {
  if (const auto found = route_ids_.find(key); found != route_ids_.end()) return found->second;
  if (route_ids_.size() >= ids_kept) route_ids_.clear();
  return route_ids_[std::move(key)] = first_route + ++routes_;
}

void Children::adopt(Batch& batch, const detail::Parent& parent) {
  batch.owned = true;
  owners_[&batch] = {parent.peer, parent.number, 0};
  children_[{parent.peer, parent.number}] = &batch;
  hub::tell(*transport_, parent.peer, wire::Accepted{parent.number, batch.first});
}

Batch* Children::find(transport::Peer peer, std::uint32_t number) const {
  const auto found = children_.find({peer, number});
  return found == children_.end() ? nullptr : found->second;
}

std::vector<Batch*> Children::of(transport::Peer peer) const {
  std::vector<Batch*> batches;
  for (auto at = children_.lower_bound({peer, 0}); at != children_.end(); ++at) {
    if (at->first.first != peer) break;
    batches.push_back(at->second);
  }
  return batches;
}

void Children::disown(Batch& batch) {
  const Owner owner = owners_.at(&batch);
  children_.erase({owner.peer, owner.number});
  owners_.erase(&batch);
  batch.owned = false;
}

void Children::answer_cancel(transport::Peer peer, std::uint32_t number, std::uint64_t count) {
  hub::tell(*transport_, peer, wire::Cancelled{number, count});
}

void Children::tell(Batch& batch, const Owner& owner, const Record& record, std::int64_t now,
                    const std::string& host) {
  wire::Settled header;
  header.number = owner.number;
  header.attempt = static_cast<std::uint8_t>(record.attempt);
  header.first = record.first;
  header.count = record.count;
  // Of items that never ran the field may mean something else.
  header.engine = record.attempt == 0 ? -1 : record.engine;
  header.age = std::max<std::int64_t>(0, now - record.completed);
  header.run = record.completed - record.started;
  header.host_size = static_cast<std::uint8_t>(std::min<std::size_t>(host.size(), 255));
  if (record.attempt == 0) {
    const bool failed = batch.results->read(record.first).status == detail::Status::failed;
    header.ended = failed ? wire::Ended::with_one_error : wire::Ended::cancelled;
  }
  Buffer frame = transport_->buffer();
  wire::encode(frame, header);
  frame.append(host.data(), header.host_size);
  if (header.ended == wire::Ended::with_one_error) {
    const std::span<const std::byte> error = batch.results->read(record.first).bytes;
    frame.append(error.data(), error.size());
  } else if (header.ended == wire::Ended::with_results) {
    detail::ItemsBuilder items(
        frame, batch.result_size == wire::variable_item ? variable_size : batch.result_size);
    for (std::uint64_t i = record.first; i < record.first + record.count; ++i) {
      const detail::Settled settled = batch.results->read(i);
      const bool failed = settled.status == detail::Status::failed;
      if (failed) items.begin_failed();
      frame.append(settled.bytes.data(), settled.bytes.size());
      failed ? items.end_failed() : items.end();
    }
    items.finish();
    header.item_size = items.item_size() == variable_size
                           ? wire::variable_item
                           : static_cast<std::uint32_t>(items.item_size());
    wire::encode_at(frame.data(), header);
  }
  transport_->send(owner.peer, std::move(frame));
}

bool Children::is_news(transport::Peer from, std::uint32_t turn) {
  const auto at = static_cast<std::size_t>(from);
  if (at >= turns_.size()) turns_.resize(at + 1);
  // Turns go round after 2^32 of them.
  if (static_cast<std::int32_t>(turn - turns_[at]) <= 0) return false;
  turns_[at] = turn;
  return true;
}

}  // namespace farm::hub
