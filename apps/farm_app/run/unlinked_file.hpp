#pragma once
// A temporary file without a name, which ends with its process.

#include <cstdint>
#include <string_view>

namespace app {

/// A file in TMPDIR (else /tmp) that has no name; for the caller to close. Below 0, and errno:
/// there is none.
int open_unlinked_file();

/// Writes all of `text` at `offset`. False, and errno, if not.
bool write_at(int file, std::string_view text, std::uint64_t offset);

/// Gives the room of these bytes back to the disk, if the file system can do that; they read as 0.
void free_room(int file, std::uint64_t offset, std::uint64_t length);

}  // namespace app
