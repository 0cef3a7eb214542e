#pragma once

#include <exception>
#include <span>
#include <string>

#include "farm/bytes.hpp"
#include "farm/detail/items.hpp"

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
};

/// An error as it travels in the place of a result.
struct FailureRecord {
  Fault fault = Fault::exception;
  std::string type;
  std::string message;
};

/// The error of an exception.
FailureRecord record_of(const std::exception_ptr& error, Fault fault);

Bytes encode_failure(const FailureRecord& record);
/// Throws PayloadError if the bytes are no failure.
FailureRecord decode_failure(std::span<const std::byte> bytes);

/// Writes an error in the place of the item that is being written.
void reply_failure(ItemsBuilder& replies, const FailureRecord& record);
/// The same of the exception that is being handled.
void reply_failure(ItemsBuilder& replies, Fault fault);
/// The same of an error that was written before.
void pass_failure(ItemsBuilder& replies, std::span<const std::byte> failure);

}  // namespace farm::detail
