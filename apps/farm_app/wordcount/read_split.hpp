#pragma once

#include <functional>

#include "farm_app/wordcount/splits.hpp"

namespace app {

/// Calls `take(begin, end)` with the split's text, block after block, each of whole words (of what
/// white space surrounds). The block is the caller's to change until it returns. Needs memory for
/// 256 KiB or the longest word. Throws std::runtime_error, with the path, if the document cannot be
/// read or has become shorter than it was.
///
/// It reads (pread) and does not map: on a network file system a document that shrinks, or a server
/// that goes away, is then an error of this call and no SIGBUS.
void read_split(const TextSplit& split, const std::function<void(char* begin, char* end)>& take);

}  // namespace app
