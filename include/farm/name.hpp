#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace farm {

template <class T>
class Name;

/// A value and the name that it shall have; made by `name = value`.
template <class T>
struct Named {
  Name<T> name;
  T value;
};

/// A name in the engines' namespaces, with the type of what stands there:
///
///     constexpr farm::Name<std::vector<int>> spins{"spins"};
///
/// Passed to a kernel as an argument it stands for the value that the engine holds under it; see
/// Ref. It refers to its text, which must live as long: a literal, usually. Any text is a name, a
/// dot means nothing.
template <class T>
class Name {
 public:
  using Value = T;

  constexpr explicit Name(std::string_view text) : text_(text) {}
  constexpr Name(const Name&) = default;

  constexpr std::string_view text() const { return text_; }

  /// For push: `view.push(seed = 1, limit = 2.5)`.
  Named<T> operator=(T value) const { return {*this, std::move(value)}; }
  Name& operator=(const Name&) = delete;

 private:
  std::string_view text_;
};

/// A reference to what an engine holds under a name, as an argument of a kernel, alone or in a
/// vector or as the values of a map: it is resolved on the engine. A parameter of type T& or const
/// T& is the stored value itself; one of type T is a copy. The call fails with a NameError where
/// the name is missing or of another type.
template <class T>
class Ref {
 public:
  using Value = T;

  Ref() = default;
  explicit Ref(std::string name) : name_(std::move(name)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): a name is passed where a reference is meant.
  Ref(const Name<T>& name) : name_(name.text()) {}

  const std::string& name() const { return name_; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& name_;
  }

 private:
  std::string name_;
};

}  // namespace farm
