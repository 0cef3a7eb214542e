#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "farm/bytes.hpp"

namespace farm::detail {

/// Why an item has no result.
enum class Fault : std::uint8_t {
  exception,    ///< the kernel threw
  argument,     ///< an argument could not be packed or unpacked
  result,       ///< the result could not be packed
  broken,       ///< the setup that the task needs failed on this engine
  aborted,      ///< it was cancelled
  interrupted,  ///< the kernel gave up because somebody asked it to stop
  timeout,      ///< it waited or ran too long
  impossible,   ///< what it waits for ended otherwise, or no engine may run it
  lost,         ///< its engine did not come back
  crashed,      ///< it ended its sandbox
  poisoned,     ///< it ended engines or sandboxes too often to be tried again
};

/// An error that the farm itself finds, in the form in which errors travel.
Bytes encode_fault(Fault fault, std::string_view message);

/// What such an error says of its task, for a sentence: "failed: std::runtime_error: ...".
std::string describe_failure(std::span<const std::byte> failure);

}  // namespace farm::detail
