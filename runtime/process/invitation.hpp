#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "process/descriptor.hpp"

namespace farm::process {

/// What proves on the side channel that one belongs to the run.
using Secret = std::array<std::uint8_t, 16>;

/// From the system's source of randomness. Throws std::system_error.
Secret make_secret();

/// A numeric address and a port.
struct Endpoint {
  std::string address;
  int port = 0;

  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

/// Where the hub listens for its engines, in the order in which to try, and what to say there.
struct Invitation {
  std::vector<Endpoint> endpoints;
  Secret secret{};

  /// One line of text, and back. of() throws std::invalid_argument.
  std::string text() const;
  static Invitation of(const std::string& text);
};

/// The addresses by which other hosts can reach this one: those that its host name stands for, or
/// else, where that is only known to the host itself, those of its interfaces. Just the loopback
/// address if `one_host` says that nobody else needs any.
std::vector<std::string> own_addresses(bool one_host);

/// Sockets that listen at these addresses, each at a port of the system's choice, and their
/// endpoints. An address at which that cannot be is left out.
struct Listeners {
  std::vector<Descriptor> sockets;
  std::vector<Endpoint> endpoints;
};
Listeners listen_at(const std::vector<std::string>& addresses);

/// A socket that is connected to one of the endpoints and has been welcomed there as this rank.
/// Tries for so many ns at most; then throws std::runtime_error that says what is in the way.
Descriptor introduce(const Invitation& invitation, int rank, std::int64_t limit_ns);

/// Whether the hub may still be there: false if its host says that nobody listens any more. Takes
/// a second at most.
bool answers(const Invitation& invitation);

}  // namespace farm::process
