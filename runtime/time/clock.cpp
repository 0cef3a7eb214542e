#include "time/clock.hpp"

#include <chrono>
#include <thread>

namespace farm::time {

Clock::Clock()
    : civil_offset_(std::chrono::duration_cast<std::chrono::nanoseconds>(
                        std::chrono::system_clock::now().time_since_epoch())
                        .count() -
                    now()) {}

std::int64_t Clock::now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Time Clock::civil(std::int64_t at) const {
  return Time(std::chrono::nanoseconds(at + civil_offset_));
}

bool Idle::spins() {
  if (silence_ != Silence::spin || rounds_ > spinning_rounds) return false;
  ++rounds_;
  // The clock is read now and then only: most silences are short, and each reading is a delay.
  if (rounds_ % rounds_per_reading != 0) return true;
  const std::int64_t now = Clock::now();
  if (rounds_ == rounds_per_reading) since_ = now;
  if (now - since_ < spin_ns) return true;
  rounds_ = spinning_rounds + 1;
  return false;
}

void Idle::pause() {
  if (spins()) return;
  const std::int64_t now = Clock::now();
  if (rounds_ == 0 || rounds_ == spinning_rounds + 1) since_ = now;
  rounds_ = spinning_rounds + 2;
  const std::int64_t silence = now - since_;
  if (silence < (patient_ ? patient_yield_ns : rhythm_.yield())) {
    if (silence_ != Silence::poll) std::this_thread::yield();
  } else {
    sleep_ns(rhythm_.sleep(silence, relaxed_));
  }
}

void Idle::end_silence() {
  if (silence_ != Silence::spin) rhythm_.add(Clock::now() - since_);
}

void sleep_ns(std::int64_t ns) { std::this_thread::sleep_for(std::chrono::nanoseconds(ns)); }

}  // namespace farm::time
