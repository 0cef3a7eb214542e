#pragma once

#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "farm/communicator.hpp"
#include "farm/detail/direct_calls.hpp"
#include "farm/detail/signature.hpp"
#include "farm/engine.hpp"

// Kernels of the library's own: what the direct view does with stored values by a call on each
// engine.

namespace farm::detail {

struct ClearNames {
  void operator()(Engine& here, const std::vector<std::string>& names) const {
    for (const std::string& name : names) here.store().erase(name);
  }
};
struct ClearStore {
  void operator()(Engine& here) const { here.store().clear(); }
};
struct ListNames {
  std::vector<StoredName> operator()(Engine& here) const { return here.store().names(); }
};

template <>
inline constexpr bool quiet<ClearNames> = true;
template <>
inline constexpr bool quiet<ClearStore> = true;
template <>
inline constexpr bool quiet<ListNames> = true;

/// The value at the first engine, nothing elsewhere.
template <class T, class Op>
struct ReduceStored {
  std::optional<T> operator()(Engine& here, const T& value) const {
    Communicator& all = here.communicator();
    T reduced = all.reduce(value, Op(), 0);
    if (all.rank() != 0) return std::nullopt;
    return reduced;
  }
};

template <class T, class Op>
struct AllReduceStored {
  void operator()(Engine& here, const T& value, const std::string& into) const {
    here.store().put(into, here.communicator().all_reduce(value, Op()));
  }
};

template <class T, class Op>
struct ScanStored {
  void operator()(Engine& here, const T& value, const std::string& into) const {
    here.store().put(into, here.communicator().scan(value, Op()));
  }
};

/// Row i of each goes to engine i, where the rows are in the order of their senders.
template <class T>
struct ExchangeStored {
  void operator()(Engine& here, std::vector<T>& rows) const {
    rows = here.communicator().all_to_all(rows);
  }
};

/// The first of two engines sends, the second stores.
template <class T>
struct SendStored {
  void operator()(Engine& here, const std::string& name, const std::string& as) const {
    Communicator& both = here.communicator();
    if (both.rank() == 0) {
      both.send(1, here.store().at<T>(name));
    } else {
      here.store().put(as, both.receive<T>(0));
    }
  }
};

/// Stores what F returns instead of answering it.
template <class F, class R>
struct Into {
  template <class... Args>
  requires std::is_invocable_v<F, Engine&, Args...>
  void operator()(Engine& here, const std::string& name, Args&&... args) const {
    here.store().put<R>(name, F()(here, std::forward<Args>(args)...));
  }
  template <class... Args>
  requires std::is_invocable_v<F, Args...>
  void operator()(Engine& here, const std::string& name, Args&&... args) const {
    here.store().put<R>(name, F()(std::forward<Args>(args)...));
  }
};

template <class Signature>
struct NameFirst : Unknown {};
template <class Signature>
requires Signature::known struct NameFirst<Signature> {
  template <class Tuple>
  struct Prepend;
  template <class... Values>
  struct Prepend<std::tuple<Values...>> {
    using type = std::tuple<std::string, Values...>;
  };
  static constexpr bool known = true;
  static constexpr std::size_t count = Signature::count + 1;
  using Values = typename Prepend<typename Signature::Values>::type;
};

template <class F, class R>
struct SignatureOf<Into<F, R>> : NameFirst<SignatureOf<F>> {};

}  // namespace farm::detail
