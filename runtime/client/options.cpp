#include "farm/options.hpp"

#include <array>
#include <charconv>
#include <stdexcept>
#include <string>

namespace farm {

namespace {

struct Named {
  std::string_view name;
  std::string_view acronym;  // of the literature, known as well
  Chunk chunk;
};
constexpr std::array<Named, 9> named_chunks{{
    {"auto", "automatic", automatic},
    {"static", "static_blocks", Chunking::static_blocks},
    {"self", "ss", Chunking::self},
    {"fsc", "fixed_size", Chunking::fixed_size},
    {"guided", "gss", Chunking::guided},
    {"trapezoid", "tss", Chunking::trapezoid},
    {"factoring", "fac2", Chunking::factoring},
    {"weighted", "wf", Chunking::weighted_factoring},
    {"adaptive", "awf", Chunking::adaptive_factoring},
}};

}  // namespace

std::string Chunk::name() const {
  for (const Named& named : named_chunks) {
    if (named.chunk == *this) return std::string(named.name);
  }
  return std::to_string(count_);
}

std::optional<Chunk> chunk_named(std::string_view text) {
  for (const Named& named : named_chunks) {
    if (text == named.name || text == named.acronym) return named.chunk;
  }
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc{} || rest != end || count < 1) return std::nullopt;
  return Chunk(count);
}

std::string chunk_names() {
  std::string names;
  for (const Named& named : named_chunks) {
    names += (names.empty() ? "" : ", ") + std::string(named.name);
  }
  return names;
}

TaskOptions amend(TaskOptions options, const With& changes) {
  if (changes.chunk) options.chunk = *changes.chunk;
  if (changes.hwm) options.hwm = *changes.hwm;
  if (changes.ordered) options.ordered = *changes.ordered;
  if (options.chunk.is_count() && options.chunk.count() < 1) {
    throw std::invalid_argument("a chunk holds at least 1 item, not " +
                                std::to_string(options.chunk.count()) +
                                "; farm::automatic sizes it from the measured run time");
  }
  // Counts of items in a frame have 32 bits.
  constexpr std::int64_t most = std::int64_t{1} << 31;
  if (options.chunk.is_count() && options.chunk.count() > most) {
    options.chunk = most;
  }
  if (!options.hwm.is_automatic() && options.hwm.count() < 0) {
    throw std::invalid_argument("the high-water mark is 0 (no limit) or more, not " +
                                std::to_string(options.hwm.count()));
  }
  return options;
}

}  // namespace farm
