#pragma once

#include <array>
#include <complex>
#include <cstddef>
#include <limits>
#include <memory>
#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>

namespace farm {

/// The packed size of types whose size depends on the value.
inline constexpr std::size_t variable_size = std::numeric_limits<std::size_t>::max();

/// Specialise to true for a class of another library whose Boost.Serialization functions cannot be
/// found by argument-dependent lookup.
template <class T>
inline constexpr bool serializable = false;

}  // namespace farm

namespace farm::detail {

// What a user's serialize is instantiated with; see archive.hpp.
class OutArchive;
class InArchive;

// A member named serialize, whatever its access: private ones with a befriended
// boost::serialization::access are the documented way, and no requires-expression can see them. A
// class that inherits the name from two bases cannot name it without ambiguity.
struct NamesSerialize {
  int serialize = 0;
};
template <class T>
struct Twice : T, NamesSerialize {};
template <class T>
concept NonAmbiguous = requires {
  &Twice<T>::serialize;
};

template <class T>
concept HasSerializeMember = (std::is_class_v<T> && !std::is_final_v<T> && !NonAmbiguous<T>) ||
                             (std::is_final_v<T> && requires(OutArchive & archive, T& value) {
                               value.serialize(
                                   archive,
                                   0U);  // from a final class nothing can be derived to look inside
                             });

template <class T>
concept HasFreeSerialize = requires(OutArchive& archive, T& value) {
  serialize(archive, value, 0U);
}
|| requires(InArchive& archive, T& value) { serialize(archive, value, 0U); };

template <class T, template <class...> class Template>
inline constexpr bool is_a = false;
template <template <class...> class Template, class... Args>
inline constexpr bool is_a<Template<Args...>, Template> = true;

// Smart pointers that a copy of what they point to can be made for: not to several objects, not to
// something unknown behind its base class.
template <class T>
inline constexpr bool owns_one = false;
template <class T>
inline constexpr bool owns_one<std::unique_ptr<T>> = !std::is_array_v<T> && !std::is_abstract_v<T>;
template <class T>
inline constexpr bool owns_one<std::shared_ptr<T>> = !std::is_array_v<T> && !std::is_abstract_v<T>;

template <class T>
inline constexpr bool is_array = false;
template <class T, std::size_t n>
inline constexpr bool is_array<std::array<T, n>> = true;

// A view's elements live somewhere else, and would not travel with it.
template <class T>
concept Refers = std::is_pointer_v<T> || std::is_member_pointer_v<T> || std::is_reference_v<T> ||
    std::is_null_pointer_v<T> || is_a<T, std::reference_wrapper> ||
    (std::ranges::range<T> && (std::ranges::view<T> || std::ranges::borrowed_range<T>));

template <class T>
concept Container = std::ranges::sized_range<T> && requires(T container) {
  typename T::value_type;
  container.clear();
  container.insert(container.end(), std::declval<typename T::value_type>());
};

enum class Form { none, raw, array, container, product, optional, variant, pointer, serialize };

template <class T>
constexpr Form form_of();

template <class... Ts>
constexpr bool all_travel() {
  return ((form_of<Ts>() != Form::none) && ...);
}
template <class T>
inline constexpr bool parts_travel = false;
template <template <class...> class Template, class... Ts>
inline constexpr bool parts_travel<Template<Ts...>> = all_travel<std::remove_const_t<Ts>...>();

template <class T>
constexpr bool container_travels() {
  using Value = typename T::value_type;
  // A map's pair<const Key, Value> is judged by its parts.
  if constexpr (is_a<Value, std::pair>) return parts_travel<Value>;
  return form_of<Value>() != Form::none;
}

template <class T>
constexpr Form form_of() {
  if constexpr (serializable<T> || HasSerializeMember<T> || HasFreeSerialize<T>) {
    return Form::serialize;
  } else if constexpr (Refers<T> || std::is_const_v<T> || std::is_void_v<T>) {
    return Form::none;
  } else if constexpr (is_array<T>) {
    constexpr Form element = form_of<typename T::value_type>();
    return element == Form::none || element == Form::raw ? element : Form::array;
  } else if constexpr (is_a<T, std::optional>) {
    return parts_travel<T> ? Form::optional : Form::none;
  } else if constexpr (is_a<T, std::variant>) {
    return parts_travel<T> ? Form::variant : Form::none;
  } else if constexpr (is_a<T, std::tuple> || is_a<T, std::pair>) {
    return parts_travel<T> ? Form::product : Form::none;
  } else if constexpr (is_a<T, std::unique_ptr> || is_a<T, std::shared_ptr>) {
    if constexpr (!owns_one<T>) {
      return Form::none;
    } else {
      return form_of<typename T::element_type>() != Form::none ? Form::pointer : Form::none;
    }
  } else if constexpr (Container<T>) {
    return container_travels<T>() ? Form::container : Form::none;
  } else if constexpr (std::is_trivially_copyable_v<T> && std::is_move_constructible_v<T> &&
                       !std::is_array_v<T>) {
    return Form::raw;
  } else {
    return Form::none;
  }
}

template <class T>
inline constexpr bool is_raw = form_of<T>() == Form::raw;

template <class T>
constexpr std::size_t fixed_size();

template <class T>
inline constexpr std::size_t product_size = variable_size;
template <template <class...> class Product, class... Ts>
inline constexpr std::size_t product_size<Product<Ts...>> = ((fixed_size<Ts>() == variable_size) ||
                                                             ...)
                                                                ? variable_size
                                                                : (fixed_size<Ts>() + ... + 0);

template <class T>
constexpr std::size_t fixed_size() {
  if constexpr (form_of<T>() == Form::raw) return std::is_empty_v<T> ? 0 : sizeof(T);
  if constexpr (form_of<T>() == Form::product) return product_size<T>;
  return variable_size;
}

}  // namespace farm::detail
