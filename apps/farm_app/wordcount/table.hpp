#pragma once
// How often each word occurs: a hash table with open addressing. Headers only, for the inner loop.
//
// Not a library's: Boost 1.74 has no flat map, Abseil would be one more package on every cluster,
// and neither would travel between engines as two blocks of bytes.

#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace app {

class WordTable {
 public:
  class Batch;

  /// A word: its first 8 bytes and where all of it stands in the letters.
  struct Entry {
    std::uint64_t count;
    std::uint64_t head;
    std::uint64_t offset;
    std::uint32_t length;
    std::uint32_t hash;
  };

  std::size_t size() const { return entries_.size(); }
  /// In the order in which the words came first. Frequent words come early, so that what is looked
  /// up most shares the same few pages.
  const std::vector<Entry>& entries() const { return entries_; }
  std::string_view word(const Entry& entry) const {
    return {letters_.data() + entry.offset, entry.length};
  }
  /// 0 for a word that is not there.
  std::uint64_t count(std::string_view word) const {
    if (slots_.empty()) return 0;
    const Slot slot = slots_[find(key_of(word), word)];
    return slot == 0 ? 0 : entries_[slot - 1].count;
  }

  /// Throws std::length_error past 4 G different words, or for a word of 4 GiB.
  void add(std::string_view word, std::uint64_t times = 1) { add(word, key_of(word), times); }

  /// Adds another table's counts.
  void merge(const WordTable& other) {
    for (const Entry& entry : other.entries_) {
      add(other.word(entry), {entry.head, entry.hash}, entry.count);
    }
  }

  template <class Archive>
  void serialize(Archive& archive, unsigned /*version*/) {
    archive& entries_& letters_;
    if constexpr (Archive::is_loading::value) rehash(capacity_for(entries_.size()));
  }

 private:
  using Slot = std::uint32_t;  // an index of entries_ plus 1, or 0
  struct Key {
    std::uint64_t head;
    std::uint32_t hash;
  };

  static constexpr std::size_t least_capacity = 1024;

  template <class T>
  static std::uint64_t load(const char* from) {
    T value;
    std::memcpy(&value, from, sizeof value);
    return value;
  }
  // The first up to 8 bytes as a number. Loads overlap instead of reading past the end: what they
  // share is the same.
  static std::uint64_t head_of(const char* word, std::size_t n) {
    if (n >= 8) return load<std::uint64_t>(word);
    if (n >= 4) {
      return load<std::uint32_t>(word) | load<std::uint32_t>(word + n - 4) << (8 * (n - 4));
    }
    if (n == 0) return 0;
    return load<std::uint8_t>(word) | load<std::uint8_t>(word + n / 2) << (8 * (n / 2)) |
           load<std::uint8_t>(word + n - 1) << (8 * (n - 1));
  }
  static std::uint64_t mixed(std::uint64_t x) {
    x *= 0x9E3779B97F4A7C15U;
    return x ^ x >> 32U;
  }
  static Key key_of(std::string_view word) {
    const char* const data = word.data();
    const std::size_t n = word.size();
    const std::uint64_t head = head_of(data, n);
    std::uint64_t hash = mixed(head + n);
    std::size_t i = 8;
    for (; i + 8 <= n; i += 8) hash = mixed(hash ^ load<std::uint64_t>(data + i));
    if (n > 8) hash = mixed(hash ^ load<std::uint64_t>(data + n - 8));
    return {head, static_cast<std::uint32_t>(hash ^ hash >> 17U)};
  }

  bool same(const Entry& entry, const Key& key, std::string_view word) const {
    if (entry.head != key.head || entry.length != word.size()) return false;
    return word.size() <= 8 ||
           std::memcmp(letters_.data() + entry.offset + 8, word.data() + 8, word.size() - 8) == 0;
  }

  // The slot that holds the word, or the free one where it belongs.
  std::size_t find(const Key& key, std::string_view word) const {
    std::size_t at = key.hash & mask_;
    while (slots_[at] != 0 && !same(entries_[slots_[at] - 1], key, word)) at = (at + 1) & mask_;
    return at;
  }

  void add(std::string_view word, const Key& key, std::uint64_t times) {
    reserve(1);
    Slot& slot = slots_[find(key, word)];
    if (slot == 0) slot = insert(word, key);
    entries_[slot - 1].count += times;
  }

  Slot insert(std::string_view word, const Key& key) {
    constexpr std::size_t limit = 0xFFFFFFFF;
    if (entries_.size() >= limit - 1 || word.size() > limit) {
      throw std::length_error("more than 4 G different words, or a word of 4 GiB");
    }
    entries_.push_back(
        {0, key.head, letters_.size(), static_cast<std::uint32_t>(word.size()), key.hash});
    letters_.insert(letters_.end(), word.begin(), word.end());
    return static_cast<Slot>(entries_.size());
  }

  // At most half full: a chain of neighbours stays short.
  void reserve(std::size_t more) {
    const std::size_t entries = entries_.size() + more;
    if (2 * entries > slots_.size()) rehash(capacity_for(entries));
  }
  static std::size_t capacity_for(std::size_t entries) {
    std::size_t capacity = least_capacity;
    while (capacity < 4 * entries) capacity *= 2;
    return capacity;
  }
  void rehash(std::size_t capacity) {
    slots_.assign(capacity, 0);
    mask_ = capacity - 1;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      std::size_t at = entries_[i].hash & mask_;
      while (slots_[at] != 0) at = (at + 1) & mask_;
      slots_[at] = static_cast<Slot>(i + 1);
    }
  }

  std::vector<Entry> entries_;
  std::vector<char> letters_;
  std::vector<Slot> slots_;
  std::size_t mask_ = 0;
};

/// Adds words to a table, some at a time: while one waits for memory, the next ones do, too, which
/// takes a fifth off the time of a count. Words must stay where they are until flush().
class WordTable::Batch {
 public:
  explicit Batch(WordTable& table) : table_(&table) {}

  void add(std::string_view word) {
    const Key key = key_of(word);
    if (!table_->slots_.empty()) __builtin_prefetch(&table_->slots_[key.hash & table_->mask_]);
    words_[size_++] = {word, key};
    if (size_ == words_.size()) flush();
  }
  void flush() {
    const std::size_t n = std::exchange(size_, 0);
    table_->reserve(n);
    for (std::size_t i = 0; i < n; ++i) {
      const Slot slot = table_->slots_[words_[i].key.hash & table_->mask_];
      __builtin_prefetch(table_->entries_.data() + slot - (slot == 0 ? 0 : 1));
    }
    for (std::size_t i = 0; i < n; ++i) table_->add(words_[i].word, words_[i].key, 1);
  }

 private:
  struct Waiting {
    std::string_view word;
    Key key;
  };

  WordTable* table_;
  std::size_t size_ = 0;
  std::array<Waiting, 32> words_;
};

}  // namespace app
