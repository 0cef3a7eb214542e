#include "engine/listener.hpp"

#include <cstdint>
#include <utility>

namespace farm::engine {

namespace {

constexpr std::int64_t short_nap_ns = 1'000'000;
constexpr std::int64_t long_nap_ns = 5'000'000;

}  // namespace

Listener::Listener(Door& door, std::function<void()> look, std::function<void()> after)
    : door_(&door), look_(std::move(look)), after_(std::move(after)), thread_([this] { run(); }) {}

Listener::~Listener() { end_.ring(); }

void Listener::run() {
  std::uint64_t met = 0;
  while (!end_.sleep(met != 0 ? short_nap_ns : long_nap_ns)) {
    const std::uint64_t kernel = door_->kernel();
    if (met == 0) {
      met = kernel;
    } else if (kernel != met || !door_->enter(kernel)) {
      met = 0;
    } else {
      look_();
      door_->leave(kernel);
      after_();
    }
  }
}

}  // namespace farm::engine
