#pragma once

#include <string>
#include <utility>

#include "farm/types.hpp"

namespace farm {

/// A value that stays in the namespace of the engine that made it; what
/// LoadBalancedView::apply_kept answers. The result of that call, passed to another task in the
/// place of a T, sends that task to this engine, where its parameter is the value itself (T& or
/// const T&) or a copy of it. It takes memory there until Client::release.
template <class T>
class Kept {
 public:
  using Value = T;

  Kept() = default;
  Kept(std::string name, EngineId engine) : name_(std::move(name)), engine_(engine) {}

  /// The name under which the engine holds it.
  const std::string& name() const { return name_; }
  EngineId engine() const { return engine_; }

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    int rank = engine_.rank();
    archive& name_& rank;
    engine_ = rank;
  }

 private:
  std::string name_;
  EngineId engine_;
};

}  // namespace farm
