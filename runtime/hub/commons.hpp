#pragma once

#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "farm/detail/common.hpp"
#include "transport/transport.hpp"

namespace farm::hub {

/// Common arguments of bound kernels: which engine has which, so that each travels once to each
/// engine that runs such a task.
class Commons {
 public:
  explicit Commons(transport::Transport& transport) : transport_(&transport) {}

  /// The number of the common arguments, in use by one more batch; 0 for null. For sandboxes they
  /// have another number: an engine keeps those packed, to hand them to a new sandbox.
  std::uint32_t use(const std::shared_ptr<detail::Common>& common, bool for_sandboxes = false);
  /// One batch less uses them.
  void release(std::uint32_t number);
  /// Null if nobody has them any more.
  std::shared_ptr<detail::Common> find(std::uint32_t number) const;
  /// Sends them to the peer unless it has them.
  void bring(std::uint32_t number, transport::Peer peer);

 private:
  struct Entry {
    std::shared_ptr<detail::Common> pinned;  // while batches use them
    std::weak_ptr<detail::Common> owner;     // afterwards: a bound kernel that may be used again
    std::uint64_t uses = 0;
    std::size_t size = 0;
    std::vector<bool> sent;           // by peer
    std::uint32_t for_sandboxes = 0;  // the other number of these; 0: none yet
  };

  std::uint32_t add(const std::shared_ptr<detail::Common>& common);
  void sweep();

  transport::Transport* transport_;
  std::unordered_map<std::uint32_t, Entry> entries_;
  std::uint32_t last_ = 0;
  std::size_t sweep_at_ = 64;
  std::size_t bytes_ = 0;  // of all entries
  std::size_t sweep_at_bytes_ = std::size_t{64} << 20;
};

}  // namespace farm::hub
