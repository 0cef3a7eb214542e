#pragma once
// A temporary file without a name, which ends with its process.

#include <cstdint>
#include <string>
#include <string_view>

#include "farm_app/run/descriptor.hpp"

namespace app {

/// TMPDIR, else /tmp.
std::string temporary_folder();

/// A file in temporary_folder() that has no name, to be read and written; `flags` are further ones
/// of open(2), such as O_APPEND. None, and errno: it cannot be made.
Descriptor open_unlinked_file(int flags = 0);

/// Writes all of `text` at `offset`. False, and errno, if not.
bool write_at(int file, std::string_view text, std::uint64_t offset);

/// Gives the room of these bytes back to the disk, if the file system can do that; they read as 0.
void free_room(int file, std::uint64_t offset, std::uint64_t length);

}  // namespace app
