#include "farm_app/run/spool.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "farm_app/run/unlinked_file.hpp"

namespace app {

namespace {

constexpr std::size_t most_in_piece = std::size_t{64} << 10;  // of those in memory

std::size_t length(const Piece& piece) {
  const auto* const text = std::get_if<std::string>(&piece);
  return text != nullptr ? text->size() : std::get<Extent>(piece).length;
}

}  // namespace

bool SpoolStore::put(std::string_view text, Extent& extent) {
  if (!file_ && !broken_) {
    file_ = open_unlinked_file();
    broken_ = !file_;
  }
  if (broken_ || !write_at(file_.get(), text, end_)) return false;
  extent = {end_, text.size()};
  end_ += text.size();
  in_file_ += text.size();
  return true;
}

std::string SpoolStore::read(const Piece& piece) const {
  if (const auto* const text = std::get_if<std::string>(&piece)) return *text;
  const auto& extent = std::get<Extent>(piece);
  std::string text(extent.length, '\0');
  std::size_t done = 0;
  while (done < text.size()) {
    const auto got = ::pread(file_.get(), text.data() + done, text.size() - done,
                             static_cast<off_t>(extent.offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      throw std::runtime_error(std::string("output that waited in a temporary file is lost: ") +
                               (got == 0 ? "the file is too short" : std::strerror(errno)));
    }
    done += static_cast<std::size_t>(got);
  }
  return text;
}

void SpoolStore::give_back(const Piece& piece) {
  const auto* const extent = std::get_if<Extent>(&piece);
  if (extent == nullptr) {
    in_memory_ -= length(piece);
    return;
  }
  in_file_ -= extent->length;
  if (in_file_ > 0) {
    free_room(file_.get(), extent->offset, extent->length);
  } else if (::ftruncate(file_.get(), 0) == 0) {
    end_ = 0;
  }
}

void Spool::append(std::string_view text, std::size_t most, SpoolStore& store) {
  if (text.empty()) return;
  const std::size_t line_end = text.rfind('\n');
  if (line_end != std::string_view::npos) whole_ = size_ + line_end + 1;
  size_ += text.size();
  Extent extent;
  const bool in_memory = in_memory_ + text.size() <= most && store.fits(text.size());
  if (in_memory || !store.put(text, extent)) {
    keep(text, store);
    return;
  }
  auto* const last = first_ < pieces_.size() ? std::get_if<Extent>(&pieces_.back()) : nullptr;
  if (last != nullptr && last->offset + last->length == extent.offset) {
    last->length += extent.length;
  } else {
    pieces_.emplace_back(extent);
  }
}

void Spool::keep(std::string_view text, SpoolStore& store) {
  store.count_in(text.size());
  in_memory_ += text.size();
  auto* const last = first_ < pieces_.size() ? std::get_if<std::string>(&pieces_.back()) : nullptr;
  if (last != nullptr && last->size() + text.size() <= most_in_piece) {
    *last += text;
  } else {
    pieces_.emplace_back(std::string(text));
  }
}

Piece Spool::take(std::size_t most) {
  Piece& front = pieces_.at(first_);
  Piece taken;
  const std::size_t bytes = std::min(most, length(front));
  auto* const text = std::get_if<std::string>(&front);
  if (text != nullptr) in_memory_ -= bytes;
  if (bytes == length(front)) {
    taken = std::move(front);
    if (++first_ == pieces_.size()) {
      pieces_.clear();
      first_ = 0;
    }
  } else if (text != nullptr) {
    taken = text->substr(0, bytes);
    text->erase(0, bytes);
  } else {
    auto& extent = std::get<Extent>(front);
    taken = Extent{extent.offset, bytes};
    extent = {extent.offset + bytes, extent.length - bytes};
  }
  size_ -= bytes;
  whole_ -= std::min(whole_, bytes);
  return taken;
}

void Spool::clear(SpoolStore& store) {
  for (std::size_t i = first_; i < pieces_.size(); ++i) store.give_back(pieces_[i]);
  *this = Spool();
}

}  // namespace app
