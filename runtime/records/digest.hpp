#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace farm::records {

/// 128 bits by which two runs see that they ask for the same. Against accidents, not against
/// malice.
struct Digest {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  friend bool operator==(const Digest&, const Digest&) = default;
};

/// Makes a digest of parts. Each part counts with its length, so that no two lists of parts are
/// alike. The same on all machines of one byte order.
class Digester {
 public:
  void add(std::span<const std::byte> bytes) {
    const std::byte* at = bytes.data();
    std::size_t left = bytes.size();
    add(static_cast<std::uint64_t>(left));
    for (; left >= 16; left -= 16, at += 16) mix(word(at, 8), word(at + 8, 8));
    if (left == 0) return;
    mix(word(at, left < 8 ? left : 8), left > 8 ? word(at + 8, left - 8) : 0);
  }
  void add(std::string_view text) { add(std::as_bytes(std::span(text))); }
  void add(std::uint64_t number) { mix(number, 0); }

  Digest digest() const {
    return {fold(high_ ^ primes[0], low_ ^ primes[1]), fold(low_ ^ primes[2], high_ ^ primes[3])};
  }

 private:
  static constexpr std::uint64_t primes[] = {0xa0761d6478bd642f, 0xe7037ed1a0b428db,
                                             0x8ebc6af09c88c6e3, 0x589965cc75374cc3};

  static std::uint64_t word(const std::byte* at, std::size_t size) {
    std::uint64_t value = 0;
    std::memcpy(&value, at, size);
    return value;
  }
  // The two halves of the product, as in wyhash (Wang Yi).
  static std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  }
  void mix(std::uint64_t a, std::uint64_t b) {
    high_ = fold(high_ ^ a ^ primes[0], b ^ primes[1]) + (low_ << 1 | low_ >> 63);
    low_ = fold(low_ ^ b ^ primes[2], a ^ primes[3]) ^ high_;
  }

  std::uint64_t high_ = primes[2];
  std::uint64_t low_ = primes[0];
};

}  // namespace farm::records
