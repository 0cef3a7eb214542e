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

/// Empties files that nobody else has open, to be used again; false if that is not possible.
bool empty(const OutputFiles& files);

/// FOLDER/SEQ/stdout and stderr, emptied, beside a file `seq` with the number, as GNU parallel has
/// them.
OutputFiles result_outputs(const std::string& folder, std::uint64_t seq);

/// One command's entry in the result files of an engine.
struct ResultEntry {
  int engine = 0;
  std::uint64_t seq = 0;
  int attempt = 1;
};

/// Appends what a command wrote to FOLDER/engine.N.out and engine.N.err, and then a line to
/// engine.N.index: its number, its attempt, and where its parts of the two files begin and how many
/// bytes they have. All of it, or nothing.
void append_results(const std::string& folder, const ResultEntry& entry, const OutputFiles& files);

/// A file without a name that holds this text, to be read from its beginning.
Descriptor input_file(const std::string& text);

std::uint64_t size_of(const Descriptor& file);

/// Writes all of it. False if that is not possible; errno says why.
bool write_text(int file, const std::string& text);

}  // namespace app
