#include "transport/mpi_numbers.hpp"

#include <algorithm>
#include <utility>

namespace farm::transport {

namespace {

// Handles may be addresses of MPI's own objects: they are no constants.
MPI_Datatype type_of(detail::Number number) {
  switch (number) {
    case detail::Number::boolean:
      return MPI_C_BOOL;
    case detail::Number::int8:
      return MPI_INT8_T;
    case detail::Number::int16:
      return MPI_INT16_T;
    case detail::Number::int32:
      return MPI_INT32_T;
    case detail::Number::int64:
      return MPI_INT64_T;
    case detail::Number::uint8:
      return MPI_UINT8_T;
    case detail::Number::uint16:
      return MPI_UINT16_T;
    case detail::Number::uint32:
      return MPI_UINT32_T;
    case detail::Number::uint64:
      return MPI_UINT64_T;
    case detail::Number::single_precision:
      return MPI_FLOAT;
    case detail::Number::double_precision:
      return MPI_DOUBLE;
    case detail::Number::extended_precision:
      return MPI_LONG_DOUBLE;
  }
  return MPI_DATATYPE_NULL;
}

MPI_Op op_of(detail::Operation operation) {
  switch (operation) {
    case detail::Operation::sum:
      return MPI_SUM;
    case detail::Operation::product:
      return MPI_PROD;
    case detail::Operation::minimum:
      return MPI_MIN;
    case detail::Operation::maximum:
      return MPI_MAX;
    case detail::Operation::bit_and:
      return MPI_BAND;
    case detail::Operation::bit_or:
      return MPI_BOR;
    case detail::Operation::bit_xor:
      return MPI_BXOR;
    case detail::Operation::logical_and:
      return MPI_LAND;
    case detail::Operation::logical_or:
      return MPI_LOR;
  }
  return MPI_OP_NULL;
}

}  // namespace

MpiReduction::MpiReduction(MPI_Comm comm, MpiLimits limits, Kind kind, Buffer values,
                           detail::Number number, detail::Operation operation, int root)
    : MpiExchange(comm, limits),
      kind_(kind),
      values_(std::move(values)),
      number_(number),
      operation_(operation),
      root_(root) {
  received_.resize(1);
  if (kind != Kind::reduce || rank() == root) received_[0].resize(values_.size());
}

MpiExchange::Step MpiReduction::advance() {
  if (std::exchange(started_, true)) return Step::finished;
  flows(values_.size());
  const std::size_t each = detail::size_of(number_);
  const std::size_t most = std::max(limits().part / each, std::size_t{1}) * each;
  for (std::size_t at = 0; at < values_.size(); at += most) {
    const std::size_t count = std::min(most, values_.size() - at) / each;
    // Null where a reduction gives no result to this rank.
    std::byte* to = received_[0].size() == 0 ? nullptr : received_[0].data() + at;
    start(values_.data() + at, to, static_cast<int>(count));
  }
  return Step::started;
}

void MpiReduction::start(const std::byte* from, std::byte* to, int count) {
  const MPI_Datatype type = type_of(number_);
  const MPI_Op op = op_of(operation_);
  if (kind_ == Kind::reduce) {
    check(MPI_Ireduce(from, to, count, type, op, root_, comm(), request()), "MPI_Ireduce");
  } else if (kind_ == Kind::all_reduce) {
    check(MPI_Iallreduce(from, to, count, type, op, comm(), request()), "MPI_Iallreduce");
  } else {
    check(MPI_Iscan(from, to, count, type, op, comm(), request()), "MPI_Iscan");
  }
}

}  // namespace farm::transport
