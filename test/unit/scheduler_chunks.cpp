// The schemes inside the scheduler: several maps of a view at once, targets, cancelled maps.

#include <catch2/catch.hpp>
#include <random>

#include "loopback_farm.hpp"
#include "scheduler_bed.hpp"

using farm::Chunk;
using farm::Chunking;
using unit::LoopbackFarm;
using unit::SchedulerBed;

namespace {

constexpr Chunking all[] = {Chunking::static_blocks,      Chunking::self,
                            Chunking::fixed_size,         Chunking::guided,
                            Chunking::trapezoid,          Chunking::factoring,
                            Chunking::weighted_factoring, Chunking::adaptive_factoring};

farm::TaskOptions cut(Chunking scheme) {
  farm::TaskOptions options;
  options.chunk = scheme;
  return options;
}

}  // namespace

TEST_CASE("several maps of one view are each cut by its scheme", "[unit][policy]") {
  for (const Chunking scheme : all) {
    CAPTURE(Chunk(scheme).name());
    SchedulerBed bed(4);
    for (const std::uint64_t items : {1000UL, 1UL, 37UL, 4UL, 500UL}) {
      bed.submit(items, 1, cut(scheme));
    }
    bed.drain();
    bed.check_empty();
  }
}

TEST_CASE("static blocks go to the targets at once, one to each", "[unit][policy]") {
  SchedulerBed bed(5);
  farm::TaskOptions options = cut(Chunking::static_blocks);
  options.targets = {2, 3, 5};
  bed.submit(10, 1, options);
  REQUIRE(bed.flying().size() == 3);
  for (const int rank : {2, 3, 5}) CHECK(bed.load_of(rank) == 1);
  bed.drain();
}

TEST_CASE("maps may be cancelled and their numbers used again under every scheme",
          "[unit][policy]") {
  for (const Chunking scheme : all) {
    CAPTURE(Chunk(scheme).name());
    std::mt19937 random(3);
    SchedulerBed bed(3);
    for (int round = 0; round < 100; ++round) {
      const auto number = bed.submit(1 + random() % 300, random() % 2, cut(scheme));
      for (std::uint64_t i = random() % 4; i > 0 && !bed.flying().empty(); --i) {
        bed.finish(random() % bed.flying().size(), 1000 + static_cast<int>(random() % 9000));
      }
      if (bed.is_live(number) && random() % 2 == 0) bed.cancel(number);
      if (bed.live() > 6) bed.drain();
    }
    bed.drain();
    bed.check_empty();
  }
}

TEST_CASE("results stand in the order of the inputs under every scheme", "[unit][hub]") {
  for (const Chunking scheme : all) {
    CAPTURE(Chunk(scheme).name());
    LoopbackFarm farm(3);
    farm::hub::Batch& batch =
        farm.map(farm::kernel<&unit::square>, unit::counted(300), cut(scheme));
    farm.run();
    const std::vector<int> squares = LoopbackFarm::values<int>(batch);
    REQUIRE(squares.size() == 300);
    for (int i = 0; i < 300; ++i) REQUIRE(squares[static_cast<std::size_t>(i)] == i * i);
  }
}
