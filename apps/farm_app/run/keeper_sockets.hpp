#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "farm_app/run/descriptor.hpp"
#include "farm_app/run/keeper_messages.hpp"

namespace app::keeper {

/// A message and the descriptors that it brings.
struct Parcel {
  std::string bytes;
  std::vector<Descriptor> descriptors;
};

/// Sends a message with descriptors. Returns false if nobody is at the other end any more. Throws
/// std::system_error.
bool send(int socket, std::string_view bytes, std::span<const int> descriptors = {});

/// The next message; waits for it. None if nobody is at the other end any more. Throws
/// std::system_error.
std::optional<Parcel> receive(int socket);

/// A file in memory, without a name. Throws std::system_error.
Descriptor file_with(std::string_view bytes);
/// All that is in a file.
std::string contents_of(int file);

}  // namespace app::keeper
