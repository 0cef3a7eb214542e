#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "hub/batch.hpp"
#include "transport/transport.hpp"
#include "wire/frames.hpp"

namespace farm::hub {

/// Batches that kernels have submitted: which engine each belongs to, and the frames that tell it
/// what becomes of them. A batch is under the eyes of its engine until that releases it.
class Children {
 public:
  explicit Children(transport::Transport& transport) : transport_(&transport) {}

  /// What a Spawn asks for, in this share. `route` receives its options and must outlive the
  /// submission. Throws FrameError for a kernel that does not exist.
  detail::Submission submission(transport::Peer from, const wire::Frame<wire::Spawn>& spawn,
                                std::uint32_t share, detail::Route& route);
  /// The new batch is this engine's child of this number, which is told so.
  void adopt(Batch& batch, const detail::Parent& parent);
  /// Tells the engine what has ended since the last time. `host_of` gives the host of an engine.
  template <class HostOf>
  void forward(Batch& batch, std::int64_t now, HostOf&& host_of) {
    Owner& owner = owners_.at(&batch);
    for (; owner.told < batch.results->records().size(); ++owner.told) {
      const Record record = batch.results->records()[owner.told];
      tell(batch, owner, record, now, record.engine < 0 ? std::string() : host_of(record.engine));
    }
  }
  /// Null if the engine has no such child any more.
  Batch* find(transport::Peer peer, std::uint32_t number) const;
  void answer_cancel(transport::Peer peer, std::uint32_t number, std::uint64_t count);
  /// What the engine has submitted and not released.
  std::vector<Batch*> of(transport::Peer peer) const;
  /// The engine does not ask for it any more.
  void disown(Batch& batch);

  /// Whether a word of this turn is news: words of one engine may overtake each other.
  bool is_news(transport::Peer from, std::uint32_t turn);

 private:
  struct Owner {
    transport::Peer peer = 0;
    std::uint32_t number = 0;
    std::size_t told = 0;  // records
  };
  using Key = std::pair<transport::Peer, std::uint32_t>;
  using RouteKey = std::tuple<std::uint32_t, std::uint32_t, wire::SpawnOptions>;

  const detail::KernelEntry* kernel(std::uint32_t index);
  std::shared_ptr<detail::Common> common(const Key& key, std::span<const std::byte> bytes);
  std::uint64_t route_id(RouteKey key);
  void tell(Batch& batch, const Owner& owner, const Record& record, std::int64_t now,
            const std::string& host);

  transport::Transport* transport_;
  std::unordered_map<const Batch*, Owner> owners_;
  std::map<Key, Batch*> children_;
  std::vector<const detail::KernelEntry*> kernels_;
  std::map<Key, std::weak_ptr<detail::Common>> commons_;
  std::map<RouteKey, std::uint64_t> route_ids_;
  std::uint64_t routes_ = 0;
  std::vector<std::uint32_t> turns_;  // by peer
};

}  // namespace farm::hub
