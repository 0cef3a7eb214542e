// What a settled item's bytes mean to its handle.

#include "farm/detail/failure.hpp"
#include "farm/detail/session.hpp"
#include "farm/error.hpp"

namespace farm::detail {

namespace {

std::string kernel_name(const BatchRef& batch) {
  const KernelEntry* kernel = batch.session().kernel(*batch);
  return kernel == nullptr ? "a continuation" : readable_name(*kernel);
}

std::string fault_message(const FailureRecord& record) {
  switch (record.fault) {
    case Fault::argument:
      return "an argument could not be packed or unpacked: " + record.message;
    case Fault::result:
      return "the result could not be packed: " + record.message;
    default:
      return record.message;
  }
}

std::string task_name(const BatchRef& batch, std::uint64_t i) {
  return "task " + std::to_string(number(batch->first) + i) + " (" + kernel_name(batch) + ")";
}

std::exception_ptr failure_of(const BatchRef& batch, std::uint64_t i, const Settled& settled) {
  const TaskInfo info = batch.session().info(*batch, i);
  const FailureRecord record = decode_failure(settled.bytes);
  const auto where = [&] {
    return info.engine.rank() < 0
               ? std::string()
               : " (engine " + std::to_string(info.engine.rank()) + ", " + info.host + ")";
  };
  const auto said = [&](const std::string& what) {
    return task_name(batch, i) + what + (record.message.empty() ? "" : ": " + record.message) +
           where();
  };
  switch (record.fault) {
    case Fault::broken:
      return std::make_exception_ptr(
          BrokenExecutor(info.engine.rank() < 0 ? said(" did not run") : record.message + where()));
    case Fault::aborted:
      return std::make_exception_ptr(TaskAborted(said(" was cancelled before it started")));
    case Fault::interrupted:
      return std::make_exception_ptr(Interrupted(said(" was asked to stop")));
    case Fault::timeout:
      return std::make_exception_ptr(TaskTimeout(said(" ran out of time")));
    case Fault::impossible:  // says whose fault it is by itself
      return std::make_exception_ptr(ImpossibleDependency(record.message));
    case Fault::lost:
      return std::make_exception_ptr(EngineError(said(" was lost with its engine")));
    case Fault::crashed:
      return std::make_exception_ptr(TaskCrashed(said(" ended its sandbox")));
    case Fault::poisoned:
      return std::make_exception_ptr(TaskPoisoned(said(" is not tried again")));
    case Fault::exception:
    case Fault::argument:
    case Fault::result:
      break;
  }
  return std::make_exception_ptr(RemoteError({kernel_name(batch), info.engine, info.host,
                                              info.attempt, record.type, fault_message(record)}));
}

std::exception_ptr error_of(const BatchRef& batch, std::uint64_t i, const Settled& settled) {
  switch (settled.status) {
    case Status::failed:
      return failure_of(batch, i, settled);
    case Status::aborted:
      return std::make_exception_ptr(
          TaskAborted(task_name(batch, i) + " was cancelled before it started"));
    case Status::pending:
      return std::make_exception_ptr(std::logic_error("a task's value was read before its end"));
    case Status::done:
      break;
  }
  return nullptr;
}

}  // namespace

std::exception_ptr error_of(const BatchRef& batch, std::uint64_t i) {
  return error_of(batch, i, batch.session().read(*batch, i));
}

Settled await_value(const BatchRef& batch, std::uint64_t i, Deadline deadline) {
  const Settled settled = batch.session().await_read(*batch, i, deadline);
  if (settled.status == Status::pending) {
    throw TimeoutError("the task has not ended within the limit");
  }
  if (settled.status != Status::done) std::rethrow_exception(error_of(batch, i, settled));
  return settled;
}

Settled read_value(const BatchRef& batch, std::uint64_t i) {
  const Settled settled = batch.session().read(*batch, i);
  if (settled.status != Status::done) std::rethrow_exception(error_of(batch, i, settled));
  return settled;
}

void throw_unpacking_error(const BatchRef& batch, std::uint64_t i) {
  const FailureRecord record = record_of(std::current_exception(), Fault::result);
  const TaskInfo info = batch.session().info(*batch, i);
  throw RemoteError({kernel_name(batch), info.engine, info.host, info.attempt, record.type,
                     "the result could not be unpacked: " + record.message});
}

}  // namespace farm::detail
