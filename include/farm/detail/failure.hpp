#pragma once

#include <exception>
#include <span>
#include <string>

#include "farm/bytes.hpp"
#include "farm/detail/fault.hpp"
#include "farm/detail/items.hpp"

namespace farm::detail {

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
