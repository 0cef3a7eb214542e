#pragma once
// A document is cut by size, wherever that falls; whoever reads a piece moves its borders to white
// space. So rank 0 needs to look into no document, and no character or word is ever cut.

#include <cstdint>
#include <string>
#include <vector>

#include "farm_app/wordcount/documents.hpp"

namespace app {

/// The words of a document that begin in [begin, end). A word here is what white space surrounds;
/// the last one may reach beyond `end`.
struct TextSplit {
  std::string path;
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t size = 0;  ///< of the document, where it is to stop whatever is appended meanwhile

  std::uint64_t bytes() const { return end - begin; }

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& path& begin& end& size;
  }
};

/// A size of pieces, from 64 KiB to 16 MiB: small enough that each of the engines gets several,
/// large enough that opening a document for each is no cost.
std::uint64_t split_size(const std::vector<Document>& documents, std::size_t engines);

/// Every document in pieces of `bytes` (the last of each may be shorter), the largest pieces first:
/// dealt like cards, they then weigh the same for every engine up to one piece. Empty documents
/// have none. Throws std::runtime_error for more than 10 million pieces.
std::vector<TextSplit> split_documents(const std::vector<Document>& documents, std::uint64_t bytes);

}  // namespace app
