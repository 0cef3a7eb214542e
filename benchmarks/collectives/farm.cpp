// How fast do push, scatter and gather move data, from the call to get()?
#include <algorithm>
#include <cstdint>
#include <farm/farm.hpp>
#include <iostream>

#include "collectives.hpp"
#include "options.hpp"

constexpr farm::Name<bench::Data> data{"data"};

/// This engine's share of `elements`, or all of them; the position in the view comes with the
/// communicator, so that the engines need not be all there are.
struct Share {
  std::uint64_t elements;
  std::int32_t round;
  bool whole;

  std::size_t begin(std::size_t engines, std::size_t k) const {
    return whole ? 0 : bench::share_begin(elements, engines, k);
  }
  std::size_t end(std::size_t engines, std::size_t k) const {
    return whole ? elements : bench::share_begin(elements, engines, k + 1);
  }
};

/// Whether the engine holds what it should.
bool is_right(farm::Engine& here, const Share& share) {
  const auto engines = static_cast<std::size_t>(here.communicator().size());
  const auto k = static_cast<std::size_t>(here.communicator().rank());
  const bench::Data& held = here[data];
  const std::size_t begin = share.begin(engines, k);
  return held.size() == share.end(engines, k) - begin && bench::holds(held, begin, share.round);
}

/// The engine makes its share up by itself.
void make(farm::Engine& here, const Share& share) {
  const auto engines = static_cast<std::size_t>(here.communicator().size());
  const auto k = static_cast<std::size_t>(here.communicator().rank());
  const std::size_t begin = share.begin(engines, k);
  if (!here.contains(data)) here.put(data, bench::Data(share.end(engines, k) - begin));
  bench::fill(here[data], begin, share.round);
}

int drive(farm::Client& client) {
  bench::Collectives work;
  bench::Options options("collectives: data to and from all engines");
  work.declare(options);
  if (const auto status = options.parse(client.arguments())) return *status;
  if (!work.complete()) return 2;

  const auto engines = client.direct();
  const int np = static_cast<int>(client.size()) + 1;
  bench::Data mine(work.elements(), -1.0);
  const auto share = [&](int round) { return Share{work.elements(), round, work.pushes()}; };
  const auto fill = [&](int round) { bench::fill(mine, 0, round); };
  const auto engines_agree = [&](int round) {
    const auto answers = engines.apply(farm::kernel<&is_right>, share(round)).get();
    return std::all_of(answers.begin(), answers.end(), [](bool right) { return right; });
  };

  if (work.pushes()) {
    const auto push = [&] { engines.push(data, mine).get(); };
    return work.time("farm", np, fill, push, engines_agree);
  }
  if (work.op == "scatter") {
    const auto scatter = [&] { engines.scatter(data, mine).get(); };
    return work.time("farm", np, fill, scatter, engines_agree);
  }
  return work.time(
      "farm", np, [&](int round) { engines.apply(farm::kernel<&make>, share(round)).get(); },
      [&] { engines.gather_into(data, mine).get(); },
      [&](int round) { return mine.size() == work.elements() && bench::holds(mine, 0, round); });
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
