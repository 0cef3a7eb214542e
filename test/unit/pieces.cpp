#include "transport/pieces.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "transport/window.hpp"
#include "transport_suite.hpp"

using farm::transport::PieceHeader;
using farm::transport::Pieces;

namespace {

farm::Buffer piece(const PieceHeader& header, std::span<const std::byte> body) {
  farm::Buffer buffer;
  buffer.append(&header, sizeof header);
  buffer.append(body.data(), body.size());
  return buffer;
}

std::vector<farm::Buffer> cut(std::uint64_t number, const farm::Buffer& message, std::size_t size) {
  std::vector<farm::Buffer> pieces;
  for (std::size_t at = 0; at < message.size(); at += size) {
    const std::size_t length = std::min(size, message.size() - at);
    pieces.push_back(piece({number, message.size(), at}, message.span().subspan(at, length)));
  }
  return pieces;
}

void check_bad(const PieceHeader& header, std::size_t body) {
  Pieces pieces;
  const std::vector<std::byte> bytes(body);
  CHECK_THROWS_AS(pieces.add(piece(header, bytes).span()), std::runtime_error);
}

}  // namespace

TEST_CASE("pieces of several messages come together in any order", "[unit][transport]") {
  const auto seed = GENERATE(range(1U, 11U));
  CAPTURE(seed);
  std::mt19937 random(seed);
  std::vector<farm::Buffer> messages;
  std::vector<farm::Buffer> all;
  for (int number = 0; number < 6; ++number) {
    messages.push_back(unit::message(number, 5 + random() % 5000));
    for (farm::Buffer& one : cut(static_cast<std::uint64_t>(number), messages.back(), 1000)) {
      all.push_back(std::move(one));
    }
  }
  std::ranges::shuffle(all, random);
  Pieces pieces;
  std::size_t complete = 0;
  for (const farm::Buffer& one : all) {
    const auto whole = pieces.add(one.span());
    if (!whole) continue;
    ++complete;
    int number = 0;
    std::memcpy(&number, whole->data(), sizeof number);
    CHECK(std::ranges::equal(whole->span(), messages.at(static_cast<std::size_t>(number)).span()));
  }
  CHECK(complete == messages.size());
}

TEST_CASE("a message number can be used again after its message", "[unit][transport]") {
  Pieces pieces;
  for (int round = 0; round < 3; ++round) {
    const farm::Buffer message = unit::message(round, 100);
    const std::vector<farm::Buffer> parts = cut(0, message, 60);
    CHECK_FALSE(pieces.add(parts[0].span()));
    const auto whole = pieces.add(parts[1].span());
    REQUIRE(whole);
    CHECK(std::ranges::equal(whole->span(), message.span()));
  }
}

TEST_CASE("pieces that cannot belong to a message are refused", "[unit][transport]") {
  Pieces pieces;
  const farm::Buffer good = piece({1, 10, 0}, std::vector<std::byte>(4));
  for (std::size_t size = 0; size < sizeof(PieceHeader); ++size) {
    CHECK_THROWS_AS(pieces.add(good.span().first(size)), std::runtime_error);
  }
  check_bad({1, 10, 11}, 0);
  check_bad({1, 10, 8}, 3);
  check_bad({1, 10, ~std::uint64_t{0}}, 4);
  check_bad({1, 10, ~std::uint64_t{0} - 2}, 4);
  CHECK_FALSE(pieces.add(good.span()));
  CHECK_THROWS_AS(pieces.add(piece({1, 11, 4}, std::vector<std::byte>(4)).span()),
                  std::runtime_error);
}

TEST_CASE("a window bounds both the bytes and the number of messages", "[unit][transport]") {
  using namespace farm::transport;
  CHECK(cost(0) == least_cost);
  CHECK(cost(least_cost + 1) == least_cost + 1);
  // A full window holds a bounded number of empty messages.
  CHECK(window_bytes / cost(0) <= 1024);
  // The largest piece finds credit in an empty window, and a receiver that is silent until
  // `ack_bytes` have come never leaves the sender without credit for it.
  CHECK(cost(piece_bytes + sizeof(PieceHeader)) + ack_bytes <= window_bytes);
}
