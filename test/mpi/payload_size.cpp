#include <catch2/catch.hpp>
#include <cstdint>
#include <numeric>
#include <string>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm_test::client;
using farm_test::numbers;

namespace size_kernels {

std::uint64_t checksum(const std::vector<std::uint8_t>& bytes) {
  std::uint64_t sum = bytes.size();
  for (const std::uint8_t byte : bytes) sum = sum * 31 + byte;
  return sum;
}

std::vector<std::uint8_t> pattern(std::size_t size, int seed) {
  std::vector<std::uint8_t> bytes(size);
  auto state = static_cast<std::uint32_t>(seed) * 2654435761U + 1;
  for (std::uint8_t& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::uint8_t>(state >> 24);
  }
  return bytes;
}

// A large argument and a large result at once: every byte changed by one.
std::vector<std::uint8_t> shifted(std::vector<std::uint8_t> bytes) {
  for (std::uint8_t& byte : bytes) ++byte;
  return bytes;
}

std::size_t length(const std::string& text) { return text.size(); }

}  // namespace size_kernels

using namespace size_kernels;

TEST_CASE("A payload of every size near the borders comes back", "[payload][large][np64]") {
  auto tasks = client().load_balanced();
  std::vector<farm::AsyncResult<std::vector<std::uint8_t>>> results;
  std::vector<std::size_t> sizes;
  for (const std::size_t border : {1UL << 9, 1UL << 12, 1UL << 13, 1UL << 16, 1UL << 18}) {
    for (std::size_t size = border - 70; size <= border + 10; size += 5) sizes.push_back(size);
  }
  for (const std::size_t size : sizes) {
    results.push_back(tasks.apply(farm::kernel<&shifted>, pattern(size, 1)));
  }
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    REQUIRE(results[i].get() == shifted(pattern(sizes[i], 1)));
  }
}

TEST_CASE("A megabyte and twenty travel there and back", "[payload][large]") {
  auto tasks = client().load_balanced();
  for (const std::size_t size : {std::size_t{1} << 20, std::size_t{20} << 20}) {
    const std::vector<std::uint8_t> bytes = pattern(size, 7);
    auto sum = tasks.apply(farm::kernel<&checksum>, bytes);
    auto back = tasks.apply(farm::kernel<&pattern>, size, 7);
    auto both = tasks.apply(farm::kernel<&shifted>, bytes);
    REQUIRE(sum.get() == checksum(bytes));
    REQUIRE(back.get() == bytes);
    REQUIRE(both.get() == shifted(bytes));
  }
}

TEST_CASE("Many payloads of 100 kB at once", "[payload][large]") {
  auto tasks = client().load_balanced();
  std::vector<std::vector<std::uint8_t>> blobs;
  for (int i = 0; i < 200; ++i) blobs.push_back(pattern(100'000, i));
  for (const farm::CountOrAutomatic hwm : {farm::CountOrAutomatic(farm::automatic),
                                           farm::CountOrAutomatic(0), farm::CountOrAutomatic(1)}) {
    auto back = tasks.with({.hwm = hwm}).map(farm::kernel<&shifted>, blobs);
    std::size_t i = 0;
    for (const std::vector<std::uint8_t>& blob : back) REQUIRE(blob == shifted(blobs[i++]));
    REQUIRE(i == blobs.size());
  }
}

TEST_CASE("Large and small payloads mix", "[payload][large]") {
  auto tasks = client().load_balanced();
  std::vector<std::string> texts;
  std::vector<std::size_t> expected;
  for (int i = 0; i < 2000; ++i) {
    texts.emplace_back(
        i % 100 == 0 ? 50'000U + static_cast<std::size_t>(i) : static_cast<std::size_t>(i % 40),
        'a');
    expected.push_back(texts.back().size());
  }
  for (const farm::CountOrAutomatic chunk :
       {farm::CountOrAutomatic(farm::automatic), farm::CountOrAutomatic(1),
        farm::CountOrAutomatic(500), farm::CountOrAutomatic(5000)}) {
    REQUIRE(tasks.with({.chunk = chunk}).map(farm::kernel<&length>, texts).get() == expected);
  }
}

TEST_CASE("A chunk of all items may be larger than any buffer", "[payload][large]") {
  std::vector<double> many(2'000'000);
  std::iota(many.begin(), many.end(), 0.0);
  auto tasks = client().load_balanced().with({.chunk = 2'000'000});
  auto sums = tasks.map(farm::kernel<static_cast<double (*)(double)>(&std::floor)>, many);
  REQUIRE(sums.get() == many);
}
