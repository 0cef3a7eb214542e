#include <catch2/catch.hpp>
#include <fstream>
#include <iostream>
#include <limits>

#include "mpi/farm_client.hpp"

using farm_test::client;

// Beyond the 31 bits in which MPI counts. Hidden, because it needs room: see mpi.huge.

namespace large_kernels {

constexpr farm::Name<std::vector<std::uint8_t>> bytes{"bytes"};

std::uint8_t pattern(std::size_t i) { return static_cast<std::uint8_t>(i * 31 + (i >> 16)); }

/// How many of the bytes differ from the pattern that begins at `first`.
std::size_t wrong(const std::vector<std::uint8_t>& data, std::size_t first) {
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < data.size(); ++i) wrong += data[i] != pattern(first + i) ? 1 : 0;
  return wrong;
}
std::size_t wrong_part(farm::Engine& here, std::size_t whole) {
  farm::Communicator& all = here.communicator();
  const auto q = static_cast<std::size_t>(all.size());
  const auto i = static_cast<std::size_t>(all.rank());
  const auto& data = here[bytes];
  if (data.size() != farm::part_size(whole, q, i)) return whole;
  return wrong(data, farm::part_begin(whole, q, i));
}
std::size_t length(const std::vector<std::uint8_t>& data) { return data.size(); }

}  // namespace large_kernels

using namespace large_kernels;

namespace {

constexpr std::size_t gib = std::size_t{1} << 30;
constexpr std::size_t size = 2 * gib + gib / 4 + 12'345;

std::size_t available() {
  std::ifstream file("/proc/meminfo");
  std::string word;
  while (file >> word) {
    std::size_t kib = 0;
    if (word == "MemAvailable:" && file >> kib) return kib << 10;
  }
  return 0;
}

std::vector<std::uint8_t> patterned() {
  std::vector<std::uint8_t> data(size);
  for (std::size_t i = 0; i < size; ++i) data[i] = pattern(i);
  return data;
}

}  // namespace

TEST_CASE("Over 2 GiB are pushed, scattered and gathered at once", "[.][huge]") {
  static_assert(size > std::numeric_limits<std::int32_t>::max());
  auto all = client().direct();
  // The hub's data, what the engines hold, and what comes back.
  const std::size_t needed = (client().size() + 3) * size;
  if (available() < needed) {
    std::cout << "skipped: needs " << needed / gib << " GiB of memory\n";
    return;
  }
  const std::vector<std::uint8_t> data = patterned();
  SECTION("push") {
    all.push(bytes, data).get();
    for (const std::size_t count : all.apply(farm::kernel<&wrong>, bytes, std::size_t{0}).get()) {
      REQUIRE(count == 0);
    }
    REQUIRE(all.apply(farm::kernel<&length>, bytes).get() ==
            std::vector<std::size_t>(client().size(), size));
  }
  SECTION("scatter and gather") {
    all.clear().get();
    all.scatter(bytes, data).get();
    for (const std::size_t count : all.apply(farm::kernel<&wrong_part>, size).get()) {
      REQUIRE(count == 0);
    }
    REQUIRE((all.gather(bytes).get() == data));
  }
  SECTION("one part far larger than the others") {
    if (client().size() < 2) return;
    all.clear().get();
    const auto ids = client().ids();
    auto rest = client().direct(std::vector<farm::EngineId>(ids.begin() + 1, ids.end()));
    rest.push(bytes, std::vector<std::uint8_t>{7, 8, 9}).get();
    client()[ids.front()].push(bytes, data).get();
    const std::vector<std::uint8_t> back = all.gather(bytes).get();
    REQUIRE(back.size() == size + 3 * (ids.size() - 1));
    REQUIRE(wrong(std::vector<std::uint8_t>(back.begin(), back.begin() + gib), 0) == 0);
    REQUIRE(back[size - 1] == pattern(size - 1));
    REQUIRE(back[size] == 7);
    REQUIRE(back.back() == 9);
  }
  all.clear().get();
}
