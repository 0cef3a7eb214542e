#include "transport/pieces.hpp"

#include <cstring>
#include <stdexcept>
#include <utility>

namespace farm::transport {

std::optional<Buffer> Pieces::add(std::span<const std::byte> piece) {
  PieceHeader header;
  if (piece.size() < sizeof header) throw std::runtime_error("a piece of a message is cut off");
  std::memcpy(&header, piece.data(), sizeof header);
  const std::span<const std::byte> body = piece.subspan(sizeof header);
  if (header.offset > header.size || body.size() > header.size - header.offset) {
    throw std::runtime_error("a piece of a message lies outside of it");
  }

  auto at = partials_.begin();
  while (at != partials_.end() && at->message != header.message) ++at;
  if (at == partials_.end()) {
    at = partials_.insert(at, Partial{header.message, 0, {}});
    at->bytes.resize(header.size);
  }
  if (at->bytes.size() != header.size) {
    throw std::runtime_error("pieces of a message disagree on its size");
  }
  if (!body.empty()) std::memcpy(at->bytes.data() + header.offset, body.data(), body.size());
  at->received += body.size();
  if (at->received != header.size) return std::nullopt;
  Buffer whole = std::move(at->bytes);
  partials_.erase(at);
  return whole;
}

}  // namespace farm::transport
