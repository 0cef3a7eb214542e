#include "farm_app/wordcount/splits.hpp"

#include <algorithm>
#include <stdexcept>

namespace app {

namespace {

// Some GB of paths on rank 0.
constexpr std::uint64_t most_splits = 10'000'000;

std::uint64_t count_splits(const std::vector<Document>& documents, std::uint64_t bytes) {
  std::uint64_t count = 0;
  for (const Document& document : documents) {
    count += document.size / bytes + (document.size % bytes == 0 ? 0 : 1);
  }
  return count;
}

}  // namespace

std::uint64_t split_size(const std::vector<Document>& documents, std::size_t engines) {
  constexpr std::uint64_t least = std::uint64_t{64} << 10U;
  constexpr std::uint64_t most = std::uint64_t{16} << 20U;
  constexpr std::uint64_t each = 16;  // engines then differ by a sixteenth of their work
  return std::clamp(total_size(documents) / (each * engines), least, most);
}

std::vector<TextSplit> split_documents(const std::vector<Document>& documents,
                                       std::uint64_t bytes) {
  const std::uint64_t count = count_splits(documents, bytes);
  if (count > most_splits) {
    throw std::runtime_error("the documents would be cut into " + std::to_string(count) +
                             " pieces; choose a larger --split or fewer documents");
  }
  std::vector<TextSplit> splits;
  splits.reserve(count);
  for (const auto& [path, size] : documents) {
    for (std::uint64_t begin = 0; begin < size; begin += bytes) {
      splits.push_back({path, begin, begin + std::min(bytes, size - begin), size});
    }
  }
  std::stable_sort(splits.begin(), splits.end(),
                   [](const TextSplit& a, const TextSplit& b) { return a.bytes() > b.bytes(); });
  return splits;
}

}  // namespace app
