#pragma once

#include <cstdint>
#include <string>

#include "farm_app/run/descriptor.hpp"

namespace app {

/// The files that a command writes its stdout and stderr to.
struct OutputFiles {
  Descriptor out;
  Descriptor err;
};

/// Files without a name, in TMPDIR. All of these throw std::system_error.
OutputFiles temporary_outputs();

/// How much has been written there until now, in bytes.
struct OutputSizes {
  std::uint64_t out = 0;
  std::uint64_t err = 0;
};

OutputSizes sizes_of(const OutputFiles& files);

/// Empties files of this size that nobody else has open, to be used again; false if that is not
/// possible.
bool empty(const OutputFiles& files, const OutputSizes& sizes);

/// FOLDER/SEQ/stdout and stderr, emptied, beside a file `seq` with the number, as GNU parallel has
/// them.
OutputFiles result_outputs(const std::string& folder, std::uint64_t seq);

/// A file without a name that holds this text, to be read from its beginning.
Descriptor input_file(const std::string& text);

/// Writes all of it. False if that is not possible; errno says why.
bool write_text(int file, const std::string& text);

}  // namespace app
