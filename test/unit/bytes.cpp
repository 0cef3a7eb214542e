#include "farm/bytes.hpp"

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

using farm::Buffer;
using farm::Bytes;

namespace {

std::vector<std::byte> counted(std::size_t size) {
  std::vector<std::byte> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(i % 251 + 1);
  return bytes;
}

bool same(std::span<const std::byte> a, std::span<const std::byte> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// Whether a block's bytes live in the object itself.
bool inside(const Bytes& bytes) {
  const auto* object = reinterpret_cast<const std::byte*>(&bytes);
  return bytes.data() >= object && bytes.data() < object + sizeof bytes;
}

}  // namespace

TEST_CASE("bytes keep their content whatever their size", "[unit][bytes]") {
  for (std::size_t size : {0U, 1U, 7U, 8U, 9U, 16U, 1000U}) {
    CAPTURE(size);
    const std::vector<std::byte> content = counted(size);
    Bytes bytes{std::span<const std::byte>(content)};
    CHECK(bytes.size() == size);
    CHECK(same(bytes.span(), content));
    CHECK(inside(bytes) == (size <= 8));
  }
  CHECK(sizeof(Bytes) == 16);
}

TEST_CASE("moved bytes leave nothing behind", "[unit][bytes]") {
  for (std::size_t size : {0U, 5U, 8U, 9U, 300U}) {
    CAPTURE(size);
    const std::vector<std::byte> content = counted(size);
    Bytes from{std::span<const std::byte>(content)};
    Bytes to(std::move(from));
    CHECK(from.size() == 0);  // NOLINT(bugprone-use-after-move)
    CHECK(same(to.span(), content));
    Bytes assigned{std::span<const std::byte>(counted(40))};
    assigned = std::move(to);
    CHECK(to.size() == 0);  // NOLINT(bugprone-use-after-move)
    CHECK(same(assigned.span(), content));
    Bytes& self = assigned;
    assigned = std::move(self);
    CHECK(same(assigned.span(), content));
  }
}

TEST_CASE("bytes take over what a buffer holds", "[unit][bytes]") {
  for (std::size_t size : {0U, 3U, 8U, 9U, 5000U}) {
    CAPTURE(size);
    const std::vector<std::byte> content = counted(size);
    Buffer buffer;
    buffer.append(content.data(), content.size());
    const Bytes bytes(std::move(buffer));
    CHECK(same(bytes.span(), content));
    CHECK(inside(bytes) == (size <= 8));
  }
}

TEST_CASE("a buffer that was given away can be used again", "[unit][bytes]") {
  Buffer buffer;
  buffer.append("0123456789", 10);
  const Bytes first(std::move(buffer));
  buffer.clear();  // NOLINT(bugprone-use-after-move)
  buffer.append("abcdefghijkl", 12);
  CHECK(buffer.size() == 12);
  CHECK(std::memcmp(buffer.data(), "abcdefghijkl", 12) == 0);
  CHECK(std::memcmp(first.data(), "0123456789", 10) == 0);
}

TEST_CASE("a buffer grows and keeps what it holds", "[unit][bytes]") {
  Buffer buffer;
  CHECK(buffer.size() == 0);
  CHECK(buffer.span().empty());
  const std::vector<std::byte> content = counted(10'000);
  for (std::size_t at = 0; at < content.size(); at += 100) buffer.append(&content[at], 100);
  CHECK(same(buffer.span(), content));
  buffer.append(nullptr, 0);
  CHECK(buffer.size() == content.size());
}

TEST_CASE("a cleared buffer keeps its memory", "[unit][bytes]") {
  Buffer buffer;
  buffer.resize(1000);
  const std::size_t capacity = buffer.capacity();
  const std::byte* memory = buffer.data();
  buffer.clear();
  CHECK(buffer.size() == 0);
  buffer.extend(1000);
  CHECK(buffer.capacity() == capacity);
  CHECK(buffer.data() == memory);
  buffer.reserve(10);
  CHECK(buffer.capacity() == capacity);
}

TEST_CASE("a moved buffer hands over its memory", "[unit][bytes]") {
  Buffer from;
  from.append("farm", 4);
  const std::byte* memory = from.data();
  Buffer to(std::move(from));
  CHECK(to.data() == memory);
  CHECK(from.size() == 0);  // NOLINT(bugprone-use-after-move)
  Buffer other;
  other.append("x", 1);
  other = std::move(to);
  CHECK(other.data() == memory);
  CHECK(other.size() == 4);
}

TEST_CASE("a buffer releases its memory cut to size", "[unit][bytes]") {
  Buffer empty;
  CHECK(empty.release() == nullptr);
  Buffer buffer;
  buffer.append("farm", 4);
  std::byte* memory = buffer.release();
  CHECK(std::memcmp(memory, "farm", 4) == 0);
  CHECK(buffer.size() == 0);
  CHECK(buffer.capacity() == 0);
  std::free(memory);
}
