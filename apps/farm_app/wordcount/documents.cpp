#include "farm_app/wordcount/documents.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <stdexcept>
#include <system_error>

namespace app {

namespace fs = std::filesystem;

namespace {

void check(const std::error_code& error, const fs::path& path) {
  if (error) throw std::runtime_error("cannot read '" + path.string() + "': " + error.message());
}

Document document_at(const fs::path& path) {
  std::error_code error;
  // Before hours of work, not after them.
  if (::access(path.c_str(), R_OK) != 0) error.assign(errno, std::generic_category());
  check(error, path);
  const std::uint64_t size = fs::file_size(path, error);
  check(error, path);
  return {path.string(), size};
}

// A link that leads nowhere is no document, and no reason to stop.
bool is_document(const fs::directory_entry& entry) {
  std::error_code error;
  return entry.is_regular_file(error);
}

}  // namespace

std::vector<Document> find_documents(const std::string& folder) {
  std::error_code error;
  const fs::path root = fs::absolute(folder, error);
  check(error, folder);
  const fs::file_status status = fs::status(root, error);
  check(error, folder);
  if (fs::is_regular_file(status)) return {document_at(root)};
  if (!fs::is_directory(status)) {
    throw std::runtime_error("cannot read '" + folder + "': neither a folder nor a regular file");
  }
  std::vector<Document> documents;
  fs::recursive_directory_iterator at(root, error);
  check(error, root);
  fs::path last = root;
  while (at != fs::recursive_directory_iterator()) {
    last = at->path();
    if (is_document(*at)) documents.push_back(document_at(last));
    at.increment(error);
    check(error, last);
  }
  std::sort(documents.begin(), documents.end(),
            [](const Document& a, const Document& b) { return a.path < b.path; });
  return documents;
}

std::uint64_t total_size(const std::vector<Document>& documents) {
  std::uint64_t bytes = 0;
  for (const Document& document : documents) bytes += document.size;
  return bytes;
}

}  // namespace app
