#pragma once

#include <cstddef>
#include <cstdint>

namespace farm {

/// Finds out that the hub stands still for ever: MPI makes a communicator together with an engine
/// that has died meanwhile, and never says so. Looked at now and then by one thread.
class Standstill {
 public:
  /// How long a communicator that an engine has died over may take. Nobody knows whether the engine
  /// was needed for it any more.
  static constexpr std::int64_t patience_ns = 5'000'000'000;

  /// `joins` counts the beginnings and ends of such calls: it is odd while one is under way.
  bool found(std::uint64_t joins, std::size_t deaths, std::int64_t now) {
    if (joins != joins_) {
      // Who had died by the last look was left out.
      deaths_before_ = deaths_;
      joins_ = joins;
      since_ = now;
    }
    deaths_ = deaths;
    return joins % 2 == 1 && deaths > deaths_before_ && now - since_ > patience_ns;
  }

 private:
  std::uint64_t joins_ = 0;
  std::size_t deaths_ = 0;         // at the last look
  std::size_t deaths_before_ = 0;  // the call that is under way
  std::int64_t since_ = 0;
};

}  // namespace farm
