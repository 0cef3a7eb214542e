#pragma once

#include <cstddef>
#include <functional>
#include <iterator>
#include <numeric>
#include <optional>
#include <vector>

namespace farm_test {

/// 0, 1, 2 ... n - 1.
inline std::vector<int> numbers(int n) {
  std::vector<int> all(static_cast<std::size_t>(n));
  std::iota(all.begin(), all.end(), 0);
  return all;
}

/// A one-pass range of unknown length: what `next` returns until it returns nothing.
template <class T>
class Generator {
 public:
  explicit Generator(std::function<std::optional<T>()> next) : next_(std::move(next)) {}

  class Iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = T;

    Iterator() = default;
    explicit Iterator(Generator* from) : from_(from) {}
    const T& operator*() const { return *from_->value_; }
    Iterator& operator++() {
      from_->value_ = from_->next_();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const Iterator& it, std::default_sentinel_t) { return it.over(); }

   private:
    bool over() const { return !from_->value_; }

    Generator* from_ = nullptr;
  };

  Iterator begin() {
    value_ = next_();
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  std::function<std::optional<T>()> next_;
  std::optional<T> value_;
};

/// 0, 1, 2 ... n - 1 from a generator; without n for ever.
inline Generator<int> counted(std::optional<int> n = std::nullopt) {
  return Generator<int>([n, next = 0]() mutable -> std::optional<int> {
    if (n && next == *n) return std::nullopt;
    return next++;
  });
}

}  // namespace farm_test
