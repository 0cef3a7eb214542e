#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>
#include <vector>

#include "farm/error.hpp"
#include "farm/name.hpp"
#include "farm/payload.hpp"
#include "farm/types.hpp"

namespace farm {

/// An engine holds nothing under a name, or something of another type. what() says which name,
/// which engine, which type is there and which was asked for.
class NameError : public Error {
 public:
  using Error::Error;
};

/// What an engine holds under a name.
struct StoredName {
  std::string name;
  std::string type;
  std::uint64_t bytes =
      0;  ///< of the elements or of the packed value; sizeof what cannot be packed

  friend bool operator==(const StoredName&, const StoredName&) = default;
  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name;
    archive& type;
    archive& bytes;
  }
};

namespace detail {

/// A value of some type.
class Slot {
 public:
  virtual ~Slot() = default;
  virtual const std::type_info& type() const = 0;
  virtual std::uint64_t bytes() const = 0;
};

template <class T>
class Held final : public Slot {
 public:
  Held() : value() {}
  explicit Held(T held) : value(std::move(held)) {}
  const std::type_info& type() const override { return typeid(T); }
  std::uint64_t bytes() const override;

  T value;
};

/// The type's name as in the source, without allocators.
std::string readable_type(const std::type_info& type);

}  // namespace detail

/// An engine's namespace: named values of any movable type. Those that are Payloads can be pushed
/// and pulled. References to a value stay valid until its name is erased or gets a value of another
/// type.
class Store {
 public:
  explicit Store(EngineId engine) : engine_(engine) {}

  /// The value under this name. Throws NameError if there is none, or one of another type.
  template <class T>
  T& at(std::string_view name) {
    if (T* value = find<T>(name)) return *value;
    throw_missing(name, typeid(T));
  }
  /// The same, or null.
  template <class T>
  T* find(std::string_view name) {
    detail::Slot* slot = slot_of(name);
    if (slot == nullptr || slot->type() != typeid(T)) return nullptr;
    return &static_cast<detail::Held<T>*>(slot)->value;
  }
  /// Stores the value under this name, in place of whatever stood there.
  template <class T>
  T& put(std::string_view name, T value) {
    if (T* old = find<T>(name)) return *old = std::move(value);
    auto held = std::make_unique<detail::Held<T>>(std::move(value));
    T& stored = held->value;
    replace(name, std::move(held));
    return stored;
  }

  /// The value under this name; where there is none, or one of another type, a new one is made in
  /// its place.
  template <class T>
  T& make(std::string_view name) {
    if (T* old = find<T>(name)) return *old;
    auto held = std::make_unique<detail::Held<T>>();
    T& made = held->value;
    replace(name, std::move(held));
    return made;
  }

  bool contains(std::string_view name) const { return slots_.find(name) != slots_.end(); }
  /// Returns whether there was such a name.
  bool erase(std::string_view name);
  void clear() { slots_.clear(); }
  /// What is there, by name.
  std::vector<StoredName> names() const;

 private:
  detail::Slot* slot_of(std::string_view name) const;
  void replace(std::string_view name, std::unique_ptr<detail::Slot> slot);
  [[noreturn]] void throw_missing(std::string_view name, const std::type_info& wanted) const;

  EngineId engine_;
  std::map<std::string, std::unique_ptr<detail::Slot>, std::less<>> slots_;
};

template <class T>
std::uint64_t detail::Held<T>::bytes() const {
  if constexpr (Payload<T>) {
    if constexpr (RawBlock<T>) return std::ranges::size(value) * sizeof(typename T::value_type);
    if constexpr (packed_size<T>() != variable_size) return packed_size<T>();
    try {
      Buffer buffer;
      Writer writer(buffer);
      pack(writer, value);
      return buffer.size();
    } catch (...) {
      // What its own serialize refuses is listed all the same.
    }
  }
  return sizeof(T);
}

}  // namespace farm
