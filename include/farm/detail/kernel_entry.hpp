#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <typeinfo>

#include "farm/detail/engine_move.hpp"

namespace farm::detail {

struct Call;

/// A kernel as an engine knows it: how to run it, and by which name ranks find the same one. Every
/// instance registers itself before main, through the static initialisation of Thunk::entry; the
/// list is never changed after that. Ranks of one binary hold the same names, but not in the same
/// order nor at the same addresses: the runtime sorts and numbers them.
class KernelEntry {
 public:
  using Run = void (*)(Call&);

  KernelEntry(const std::type_info& identity, const std::type_info& function,
              std::size_t result_size, Run run)
      : identity_(&identity),
        function_(&function),
        result_size_(result_size),
        run_(run),
        next_(list_head) {
    list_head = this;
  }
  /// The engine's side of a collective call, which is found in the same way.
  KernelEntry(const std::type_info& identity, const std::type_info& function,
              std::size_t result_size, MakeMove make)
      : identity_(&identity),
        function_(&function),
        result_size_(result_size),
        make_(make),
        next_(list_head) {
    list_head = this;
  }
  KernelEntry(const KernelEntry&) = delete;

  static KernelEntry* first() { return list_head; }
  KernelEntry* next() const { return next_; }

  const char* identity() const { return identity_->name(); }
  const std::type_info& function() const { return *function_; }
  /// Of each packed result, or variable_size.
  std::size_t result_size() const { return result_size_; }
  /// Whether it is a kernel; otherwise it is for a collective call.
  bool is_kernel() const { return run_ != nullptr; }
  void run(Call& call) const { run_(call); }
  std::unique_ptr<EngineMove> make_move(Engine& engine, std::span<const std::byte> request) const {
    return make_(engine, request);
  }

  /// The position in the table of the run; set once by the runtime before any task.
  std::uint32_t index() const { return index_; }
  void number(std::uint32_t index) { index_ = index; }

 private:
  static inline constinit KernelEntry* list_head = nullptr;

  const std::type_info* identity_;
  const std::type_info* function_;
  std::size_t result_size_;
  Run run_ = nullptr;
  MakeMove make_ = nullptr;
  KernelEntry* next_;
  std::uint32_t index_ = 0;
};

/// A function's name for people.
std::string readable_function(const std::type_info& function);
/// The kernel's name for people: `anneal` for a function of that name.
std::string readable_name(const KernelEntry& entry);

}  // namespace farm::detail
