#pragma once

#include <algorithm>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace farm::policy {

/// Fair shares of the engines' time by stride scheduling (Waldspurger and Weihl, 1995): a share's
/// virtual time advances by the run time it gets, divided by its weight, and the share that is
/// behind is served first. A share that had nothing to run begins at the virtual time of the share
/// that was served last: to be idle saves nothing up. Shares are known by slots.
class Shares {
 public:
  struct Share {
    double weight = 1;
    double time = 0;       // virtual time
    double credit = 0;     // charged too much: taken off the next charges, so that time never falls
    double gang_lead = 0;  // run time that its gangs got more than its other tasks
    std::uint32_t id = 0;
    std::uint32_t users = 0;
    std::uint32_t waiting = 0;  // lanes with work, gangs or not
    std::uint32_t gangs = 0;    // of these, lanes of gangs
  };

  /// The slot of a share, with one more user. Weight 0 leaves the weight as it is.
  std::uint32_t use(std::uint32_t id, double weight) {
    const auto [at, fresh] = slot_by_id_.try_emplace(id, 0);
    if (fresh) {
      if (free_.empty()) {
        at->second = static_cast<std::uint32_t>(shares_.size());
        shares_.emplace_back();
      } else {
        at->second = free_.back();
        free_.pop_back();
      }
      shares_[at->second] = Share();
      shares_[at->second].id = id;
      shares_[at->second].time = clock_;
    }
    Share& share = shares_[at->second];
    if (weight > 0) share.weight = weight;
    ++share.users;
    return at->second;
  }
  void drop(std::uint32_t slot) {
    if (--shares_[slot].users != 0) return;
    slot_by_id_.erase(shares_[slot].id);
    free_.push_back(slot);
  }

  const Share& operator[](std::uint32_t slot) const { return shares_[slot]; }
  double time(std::uint32_t slot) const { return shares_[slot].time; }

  /// One more of the share's lanes has work.
  void wakes(std::uint32_t slot, bool gang) {
    Share& share = shares_[slot];
    if (share.waiting == 0 && share.time < clock_) {
      share.time = clock_;
      share.credit = 0;
    }
    if (gang && share.gangs == 0 && share.gang_lead < 0) share.gang_lead = 0;
    if (!gang && share.waiting == share.gangs && share.gang_lead > 0) share.gang_lead = 0;
    ++share.waiting;
    if (gang) ++share.gangs;
  }
  void sleeps(std::uint32_t slot, bool gang) {
    --shares_[slot].waiting;
    if (gang) --shares_[slot].gangs;
  }

  /// A chunk goes out that will take so long.
  void charge(std::uint32_t slot, double run_ns, bool gang) {
    Share& share = shares_[slot];
    if (share.time > clock_) clock_ = share.time;
    share.gang_lead += gang ? run_ns : -run_ns;
    advance(share, run_ns / share.weight);
  }
  /// What was charged took so long. Of what was charged too much at most `most_ns` are remembered:
  /// who came meanwhile began at the time that this share seemed to have reached.
  void correct(std::uint32_t slot, double charged_ns, double run_ns, double most_ns, bool gang) {
    Share& share = shares_[slot];
    const double more_ns = run_ns - charged_ns;
    share.gang_lead += gang ? more_ns : -more_ns;
    if (more_ns < 0) {
      share.credit = std::min(share.credit - more_ns / share.weight, most_ns / share.weight);
    } else {
      advance(share, more_ns / share.weight);
    }
  }

 private:
  static void advance(Share& share, double time) {
    if (share.credit > 0) {
      const double taken = share.credit < time ? share.credit : time;
      share.credit -= taken;
      time -= taken;
    }
    share.time += time;
  }

  std::vector<Share> shares_;
  std::vector<std::uint32_t> free_;
  std::unordered_map<std::uint32_t, std::uint32_t> slot_by_id_;
  double clock_ = 0;
};

}  // namespace farm::policy
