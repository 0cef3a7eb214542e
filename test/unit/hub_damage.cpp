// Frames that were damaged on the way: whoever receives one refuses it with an error, drops it, or
// takes it for what it now says. Nobody crashes, and nobody reads beyond the frame.

#include <catch2/catch.hpp>

#include "hex.hpp"
#include "loopback_farm.hpp"

using unit::counted;
using unit::LoopbackFarm;
namespace wire = farm::wire;

namespace {

class Keep : public farm::transport::Sink {
 public:
  void deliver(farm::transport::Peer, std::span<const std::byte> frame) override {
    frames.emplace_back(frame.begin(), frame.end());
  }
  std::vector<std::vector<std::byte>> frames;
};

// What the hub sends for a map of three items, and what the engine answers.
template <class F>
std::pair<std::vector<std::byte>, std::vector<std::byte>> exchange(const F& f) {
  LoopbackFarm farm(1);
  farm::TaskOptions options;
  options.chunk = 3;
  farm.map(f, counted(3), options);
  Keep tasks;
  while (farm.network.at(1).poll(tasks)) {
  }
  for (const std::vector<std::byte>& frame : tasks.frames) {
    farm::Buffer again;
    again.append(frame.data(), frame.size());
    farm.network.at(0).send(1, std::move(again));
    farm.servers[0]->step();
  }
  Keep done;
  farm.network.at(0).poll(done);
  return {tasks.frames.back(), done.frames.at(0)};
}

// Calls `receive` with every damaged copy of the frame.
template <class Receive>
int damage(const std::vector<std::byte>& frame, const Receive& receive) {
  int refused = 0;
  const auto one = [&](const std::vector<std::byte>& damaged) {
    farm::Buffer buffer;
    buffer.append(damaged.data(), damaged.size());
    try {
      receive(std::move(buffer));
    } catch (const farm::Error&) {
      ++refused;
    } catch (const std::out_of_range&) {
      ++refused;
    }
  };
  for (std::size_t at = 0; at < frame.size(); ++at) {
    one({frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(at)});
    for (const int flip : {0x01, 0x08, 0x80, 0xff}) {
      std::vector<std::byte> damaged = frame;
      damaged[at] ^= static_cast<std::byte>(flip);
      one(damaged);
    }
  }
  return refused;
}

template <class F>
void check_hub(const F& f) {
  const std::vector<std::byte> done = exchange(f).second;
  const int refused = damage(done, [&](farm::Buffer frame) {
    LoopbackFarm farm(1);
    farm::TaskOptions options;
    options.chunk = 3;
    farm::hub::Batch& batch = farm.map(f, counted(3), options);
    farm.network.at(1).send(0, std::move(frame));
    while (farm.hub->poll()) {
    }
    for (std::uint64_t i = 0; batch.results && i < 3; ++i) batch.results->read(i);
    farm.hub->drop(batch);
  });
  CHECK(refused > 40);
}

// The bytes that name the kernel are left out: another kernel may wait for ever.
template <class F>
void check_engine(const F& f) {
  std::vector<std::byte> tasks = exchange(f).first;
  const int refused = damage(tasks, [&](farm::Buffer frame) {
    if (frame.size() >= wire::header_size<wire::Tasks>()) {
      if (!std::equal(frame.data() + 28, frame.data() + 32, tasks.data() + 28)) return;
    }
    LoopbackFarm farm(1);
    farm.network.at(0).send(1, std::move(frame));
    farm.servers[0]->step();
  });
  CHECK(refused > 40);
}

}  // namespace

TEST_CASE("the hub survives damaged answers", "[unit][hub]") {
  check_hub(farm::kernel<&unit::square>);
  check_hub(farm::kernel<&unit::repeat>);
  check_hub(farm::kernel<&unit::odd_fails>);
}

TEST_CASE("an engine survives damaged tasks", "[unit][hub]") {
  check_engine(farm::kernel<&unit::square>);
  check_engine(farm::bind(farm::kernel<&unit::plus>, std::vector<int>{1}));
}
