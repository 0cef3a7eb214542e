#include "farm/detail/failure.hpp"
#include "farm/detail/fault_of.hpp"

#include <boost/core/demangle.hpp>
#include <typeinfo>

#include "farm/detail/containers.hpp"
#include "farm/error.hpp"

namespace farm::detail {

namespace {

// Each task on the way up adds a line to an error that all let pass: of a long chain the two ends
// are what people read.
std::string shortened(std::string chain) {
  constexpr std::size_t longest = 4096;
  constexpr std::size_t end = 1500;
  if (chain.size() <= longest) return chain;
  return chain.substr(0, end) + " ... and so on, through many tasks ... " +
         chain.substr(chain.size() - end);
}

}  // namespace

FailureRecord record_of(const std::exception_ptr& error, Fault fault) {
  try {
    std::rethrow_exception(error);
  } catch (const Error& error) {
    return {fault, boost::core::demangle(typeid(error).name()), shortened(error.what())};
  } catch (const std::exception& exception) {
    return {fault, boost::core::demangle(typeid(exception).name()), exception.what()};
  } catch (const std::string& text) {
    return {fault, "std::string", text};
  } catch (const char* text) {
    return {fault, "const char*", text};
  } catch (...) {
    return {fault, "unknown", "an exception that is no std::exception"};
  }
}

Bytes encode_failure(const FailureRecord& record) {
  Buffer buffer;
  Writer writer(buffer);
  put(writer, record.fault);
  put(writer, record.type);
  put(writer, record.message);
  return Bytes(std::move(buffer));
}

Bytes encode_fault(Fault fault, std::string_view message) {
  return encode_failure({fault, {}, std::string(message)});
}

FailureRecord decode_failure(std::span<const std::byte> bytes) {
  Reader reader(bytes);
  FailureRecord record;
  record.fault = take<Fault>(reader);
  record.type = take<std::string>(reader);
  record.message = take<std::string>(reader);
  return record;
}

Fault fault_of(std::span<const std::byte> failure) {
  Reader reader(failure);
  return take<Fault>(reader);
}

std::string describe_failure(std::span<const std::byte> failure) {
  const FailureRecord record = decode_failure(failure);
  switch (record.fault) {
    case Fault::timeout:
      return "ran out of time: " + record.message;
    case Fault::aborted:
      return "was cancelled";
    case Fault::interrupted:
      return "was asked to stop";
    case Fault::broken:
      return "did not run: " + record.message;
    case Fault::lost:
      return "was lost with its engine: " + record.message;
    case Fault::crashed:
      return "ended its sandbox: " + record.message;
    case Fault::poisoned:
      return "is not tried again: " + record.message;
    default:
      return "failed: " + (record.type.empty() ? "" : record.type + ": ") + record.message;
  }
}

void reply_failure(ItemsBuilder& replies, const FailureRecord& record) {
  pass_failure(replies, encode_failure(record).span());
}

void reply_failure(ItemsBuilder& replies, Fault fault) {
  reply_failure(replies, record_of(std::current_exception(), fault));
}

void pass_failure(ItemsBuilder& replies, std::span<const std::byte> failure) {
  replies.begin_failed();
  replies.buffer().append(failure.data(), failure.size());
  replies.end_failed();
}

}  // namespace farm::detail
