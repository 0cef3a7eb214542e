#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace farm::results {

/// A chunk that was settled together. There is one for every task that travels alone, so it is kept
/// small: 40 bytes.
struct Record {
  std::uint64_t first = 0;
  std::int64_t started = 0;  ///< this and the next two: ns of the hub's clock
  std::int64_t completed = 0;
  std::int64_t received = 0;
  std::uint32_t count = 0;
  std::int32_t engine : 24 = -1;
  std::uint32_t attempt : 8 = 0;  ///< 0: it never ran
};
static_assert(sizeof(Record) == 40);

/// Items that were not run again, because an earlier run has recorded what came of them: their
/// records name no engine of this run.
struct Origin {
  std::uint64_t first = 0;
  std::uint32_t count = 0;
  std::int32_t engine = -1;    ///< of that run
  std::int64_t submitted = 0;  ///< ns of the hub's clock
  std::string host;
};

/// Records in the order in which they were added. The first needs no memory of its own, and none is
/// ever moved: a log of ten million is not copied while it grows.
class RecordLog {
 public:
  std::size_t size() const { return size_; }
  const Record& operator[](std::size_t i) const {
    return i == 0 ? first_ : blocks_[(i - 1) / block_size][(i - 1) % block_size];
  }
  void push_back(const Record& record) {
    const std::size_t i = size_++;
    if (i == 0) {
      first_ = record;
      return;
    }
    if ((i - 1) % block_size == 0) blocks_.emplace_back().reserve(block_size);
    blocks_.back().push_back(record);
  }

 private:
  static constexpr std::size_t block_size = 512;

  std::size_t size_ = 0;
  Record first_;
  std::vector<std::vector<Record>> blocks_;
};

}  // namespace farm::results
