#pragma once

#include <optional>
#include <utility>

#include "farm/name.hpp"
#include "farm/result_handle.hpp"

namespace farm {

/// What the targets of a direct view hold under a name, to be written and read: `view[name]`.
template <class View, class T>
class StoredValue {
 public:
  StoredValue(View view, const Name<T>& name) : view_(std::move(view)), name_(name) {}

  /// Pushes the value and blocks until it is stored.
  template <class Given>
  const StoredValue& operator=(Given&& value) const {
    view_.push(name_, std::forward<Given>(value)).get();
    return *this;
  }
  /// Pulls. Blocks, at most for `limit`; throws as the handle of pull does.
  auto get(Limit limit = std::nullopt) const { return view_.pull(name_).get(limit); }

 private:
  View view_;
  Name<T> name_;
};

}  // namespace farm
