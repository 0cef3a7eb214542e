#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace app {

struct Document {
  std::string path;  ///< absolute, since an engine may have another working directory
  std::uint64_t size = 0;
};

/// The regular files under `folder` at any depth, by path, or the one file that `folder` is. A link
/// to a file is followed, a link to a folder is not: that keeps out loops. Throws
/// std::runtime_error, with the path, for what is not there or cannot be read.
std::vector<Document> find_documents(const std::string& folder);

/// The bytes of all of them.
std::uint64_t total_size(const std::vector<Document>& documents);

}  // namespace app
