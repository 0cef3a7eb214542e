#include "process/invitation.hpp"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <system_error>

#include "process/host.hpp"

namespace farm::process {

namespace {

std::string numeric(const sockaddr* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const void* raw =
      address->sa_family == AF_INET
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(address)->sin_addr)
          : &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (inet_ntop(address->sa_family, raw, text.data(), text.size()) == nullptr) return "";
  return text.data();
}

// Whether another host could mean this one by it, without knowing an interface by name.
bool is_reachable(const sockaddr* address) {
  if (address->sa_family == AF_INET) {
    const auto* v4 = reinterpret_cast<const sockaddr_in*>(address);
    return (ntohl(v4->sin_addr.s_addr) >> 24U) != IN_LOOPBACKNET;
  }
  if (address->sa_family != AF_INET6) return false;
  const in6_addr& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  return !IN6_IS_ADDR_LOOPBACK(&v6) && !IN6_IS_ADDR_LINKLOCAL(&v6);
}

void add(std::vector<std::string>& addresses, const sockaddr* address) {
  if (address == nullptr || !is_reachable(address)) return;
  std::string text = numeric(address);
  if (std::ranges::find(addresses, text) == addresses.end()) addresses.push_back(std::move(text));
}

std::vector<std::string> addresses_of_name() {
  std::vector<std::string> addresses;
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (getaddrinfo(host_name().c_str(), nullptr, &hints, &found) != 0) return addresses;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) add(addresses, at->ai_addr);
  freeaddrinfo(found);
  return addresses;
}

std::vector<std::string> addresses_of_interfaces() {
  std::vector<std::string> addresses;
  ifaddrs* found = nullptr;
  if (getifaddrs(&found) != 0) return addresses;
  for (const ifaddrs* at = found; at != nullptr; at = at->ifa_next) {
    if ((at->ifa_flags & IFF_UP) != 0) add(addresses, at->ifa_addr);
  }
  freeifaddrs(found);
  return addresses;
}

}  // namespace

Secret make_secret() {
  Secret secret{};
  if (getentropy(secret.data(), secret.size()) != 0) {
    throw std::system_error(errno, std::generic_category(), "no randomness for a secret");
  }
  return secret;
}

std::string Invitation::text() const {
  std::ostringstream text;
  for (const std::uint8_t byte : secret) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned>(byte));
    text << digits.data();
  }
  for (const Endpoint& endpoint : endpoints)
    text << ' ' << endpoint.address << ' ' << endpoint.port;
  return text.str();
}

Invitation Invitation::of(const std::string& text) {
  Invitation invitation;
  std::istringstream words(text);
  std::string digits;
  words >> digits;
  bool good = digits.size() == 2 * invitation.secret.size();
  for (std::size_t i = 0; good && i < invitation.secret.size(); ++i) {
    unsigned byte = 0;
    good = std::sscanf(digits.c_str() + 2 * i, "%2x", &byte) == 1;
    invitation.secret[i] = static_cast<std::uint8_t>(byte);
  }
  if (!good) throw std::invalid_argument("no invitation to a side channel");
  for (Endpoint endpoint; words >> endpoint.address >> endpoint.port;) {
    invitation.endpoints.push_back(endpoint);
  }
  return invitation;
}

std::vector<std::string> own_addresses(bool one_host) {
  if (one_host) return {"127.0.0.1"};
  std::vector<std::string> addresses = addresses_of_name();
  return addresses.empty() ? addresses_of_interfaces() : addresses;
}

}  // namespace farm::process
