#pragma once

#include <algorithm>
#include <cstdint>
#include <sstream>

#include "engine/isolation.hpp"
#include "farm/detail/failure.hpp"

namespace farm::engine {

/// Looks after a chunk in a sandbox: passes the wish on that it shall stop, and kills a sandbox
/// that does not heed it, or that is past the limit of an item.
class Isolation::Watch {
 public:
  enum class Why { none, stop, limit };

  Watch(std::int64_t limit_ns, std::int64_t grace_ns, std::int64_t now)
      : limit_ns_(limit_ns),
        grace_ns_(grace_ns),
        limit_grace_ns_(std::min(grace_ns, std::max(least_grace_ns, limit_ns / 10))),
        item_since_(now),
        looked_at_(now) {}

  /// How long to wait before the next look.
  std::int64_t slice() const {
    std::int64_t left = longest_slice_ns;
    if (limit_ns_ != 0) left = std::min(left, limit_end() - looked_at_);
    if (asked_at_ != 0) left = std::min(left, asked_at_ + grace_ns_ - looked_at_);
    return std::max(left, shortest_slice_ns);
  }

  void look(process::Sandbox& sandbox, bool stop_asked, std::int64_t now) {
    looked_at_ = now;
    if (stop_asked && asked_at_ == 0) {
      asked_at_ = now;
      sandbox.ask(static_cast<std::uint32_t>(SandboxRequest::stop));
    }
    if (const std::uint64_t item = sandbox.mark(); item != item_) {
      item_ = item;
      item_since_ = now;
    }
    if (asked_at_ != 0 && now - asked_at_ >= grace_ns_) {
      killed_ = Why::stop;
    } else if (limit_ns_ != 0 && now >= limit_end()) {
      killed_ = Why::limit;
    }
    if (killed_ != Why::none) sandbox.kill();
  }

  /// Why it has killed the sandbox.
  Why killed() const { return killed_; }
  detail::FailureRecord error() const {
    std::ostringstream text;
    if (killed_ == Why::stop) {
      text << "was asked to stop, went on for " << seconds(grace_ns_)
           << " s, and was killed with its sandbox";
      return {detail::Fault::interrupted, "farm::Interrupted", text.str()};
    }
    text << "ran longer than its limit of " << seconds(limit_ns_)
         << " s, did not stop, and was killed with its sandbox";
    return {detail::Fault::timeout, "farm::TaskTimeout", text.str()};
  }

 private:
  static constexpr std::int64_t least_grace_ns = 50'000'000;
  // A timer that ends before the system's next tick would double the cost of a short task.
  static constexpr std::int64_t longest_slice_ns = 5'000'000;
  static constexpr std::int64_t shortest_slice_ns = 100'000;

  std::int64_t limit_end() const { return item_since_ + limit_ns_ + limit_grace_ns_; }
  static double seconds(std::int64_t ns) { return static_cast<double>(ns) * 1e-9; }

  std::int64_t limit_ns_;
  std::int64_t grace_ns_;
  std::int64_t limit_grace_ns_;
  std::uint64_t item_ = 0;
  std::int64_t item_since_;
  std::int64_t looked_at_;
  std::int64_t asked_at_ = 0;  // 0: not
  Why killed_ = Why::none;
};

}  // namespace farm::engine
