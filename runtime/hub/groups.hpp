#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "transport/transport.hpp"

namespace farm::hub {

/// Sets of engines that act together, in an order: each is made when it is first needed and kept
/// for later calls, a bounded number of them.
///
/// To make one, its engines are told, each in the order of its other work. Who gets there says so
/// and waits. Only when all have arrived do they and the hub make the communicator, so that the hub
/// is never held up by an engine that computes.
class Groups {
 public:
  /// How many are kept that nobody uses, for so many engines: enough for a loop over the engines
  /// and one over pairs of neighbours.
  static constexpr std::size_t kept(std::size_t engines) {
    return std::clamp<std::size_t>(2 * engines, 32, 512);
  }

  Groups(transport::Transport& transport, std::size_t engines)
      : transport_(&transport), kept_(kept(engines)) {}

  /// Whose group it is. A gang that fails must not end the talk of direct calls behind it.
  enum class For : std::uint8_t { direct, gang };

  /// The number of the group of these engines in this order, in use by one more call.
  std::uint32_t use(const std::vector<transport::Peer>& engines, For user = For::direct);
  /// One call less uses it.
  void release(std::uint32_t number);
  /// The next call of these engines gets another group: in this one somebody may wait for ever.
  void retire(std::uint32_t number);

  /// An engine is gone: its groups are retired, and are not joined any more. Returns those that are
  /// in use.
  std::vector<std::uint32_t> lose(transport::Peer engine);

  /// An engine waits to join.
  void arrived(std::uint32_t number, transport::Peer from);
  /// Joins what is ready to be joined. Returns whether anything happened.
  bool poll();

  /// The hub's end; null as long as the group has not been joined.
  transport::HubGroup* joined(std::uint32_t number);
  const std::vector<transport::Peer>& engines(std::uint32_t number) const;
  std::size_t size() const { return groups_.size(); }

 private:
  using Key = std::pair<For, std::vector<transport::Peer>>;
  struct Group {
    For user = For::direct;
    std::vector<transport::Peer> engines;
    std::vector<bool> awaited;  // by peer: has not arrived
    std::size_t missing = 0;    // engines that have not arrived
    std::uint64_t uses = 0;
    std::uint64_t last_use = 0;
    bool retired = false;
    bool broken = false;  // an engine of it is gone
    std::unique_ptr<transport::HubGroup> hub;
  };

  std::uint32_t open(const Key& key);
  bool leave_oldest();
  void leave(std::uint32_t number);
  template <class Header>
  void tell(const Group& group, const Header& header);

  transport::Transport* transport_;
  std::map<std::uint32_t, Group> groups_;
  std::map<Key, std::uint32_t> by_key_;
  std::vector<std::uint32_t> going_;  // told to go, and not joined by the hub
  std::uint32_t last_ = 0;
  std::uint64_t uses_ = 0;
  std::size_t kept_;
};

}  // namespace farm::hub
