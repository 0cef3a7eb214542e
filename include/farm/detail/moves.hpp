#pragma once

#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "farm/detail/bulk.hpp"
#include "farm/detail/engine_move.hpp"
#include "farm/detail/kernel_entry.hpp"
#include "farm/engine.hpp"

namespace farm::direct {

// How the calls are named in errors.
struct Push {};
struct Scatter {};
struct Pull {};
struct Gather {};

}  // namespace farm::direct

namespace farm::detail {

/// One that takes bytes.
class Taking : public EngineMove {
 public:
  std::span<const std::byte> offer() final { throw std::logic_error("this move takes bytes"); }
};

/// One that gives bytes.
class Giving : public EngineMove {
 public:
  std::span<std::byte> open(std::size_t) final { throw std::logic_error("this move gives bytes"); }
  void close() final {}
};

// What takes its bytes where it stands.
template <class T>
inline constexpr bool takes_in_place = BulkBlock<T> ||
                                       (BulkValue<T> && std::is_default_constructible_v<T> &&
                                        !std::is_same_v<T, bool>);

/// Takes a value that is stored under a name: a block or a trivially copyable value straight into
/// its place, where a block keeps its memory from call to call, anything else by way of a buffer.
template <class T>
class TakingOne : public Taking {
 public:
  TakingOne(Engine& engine, std::string name) : engine_(&engine), name_(std::move(name)) {}

  std::span<std::byte> open(std::size_t bytes) override {
    if constexpr (BulkBlock<T>) {
      return open_block(engine_->store().make<T>(name_), bytes);
    } else if constexpr (takes_in_place<T>) {
      return std::as_writable_bytes(std::span(&engine_->store().make<T>(name_), 1));
    } else {
      buffer_.resize(bytes);
      return {buffer_.data(), bytes};
    }
  }
  void close() override {
    if constexpr (!takes_in_place<T>) {
      Reader reader(buffer_.span());
      engine_->store().put(name_, unpack<T>(reader));
    }
  }

 private:
  Engine* engine_;
  std::string name_;
  Buffer buffer_;
};

/// Takes one packed value for each of several names.
template <class... Ts>
class TakingSeveral final : public Taking {
 public:
  TakingSeveral(Engine& engine, std::vector<std::string> names)
      : engine_(&engine), names_(std::move(names)) {}

  std::span<std::byte> open(std::size_t bytes) override {
    buffer_.resize(bytes);
    return {buffer_.data(), bytes};
  }
  void close() override {
    Reader reader(buffer_.span());
    auto values = unpack<std::tuple<Ts...>>(reader);
    store(values, std::index_sequence_for<Ts...>());
  }

 private:
  template <std::size_t... i>
  void store(std::tuple<Ts...>& values, std::index_sequence<i...>) {
    (engine_->store().put(names_.at(i), std::move(std::get<i>(values))), ...);
  }

  Engine* engine_;
  std::vector<std::string> names_;
  Buffer buffer_;
};

/// Takes a part of a scattered range. `flatten`: one element alone is stored as itself.
template <class T>
class TakingPart final : public TakingOne<std::vector<T>> {
 public:
  TakingPart(Engine& engine, const std::string& name, bool flatten)
      : TakingOne<std::vector<T>>(engine, name), engine_(&engine), name_(name), flatten_(flatten) {}

  void close() override {
    TakingOne<std::vector<T>>::close();
    if (!flatten_) return;
    auto& part = engine_->store().at<std::vector<T>>(name_);
    if (part.size() != 1) return;
    T element = std::move(part.front());
    engine_->store().put(name_, std::move(element));
  }

 private:
  Engine* engine_;
  std::string name_;
  bool flatten_;
};

/// Gives the value under a name.
template <class T>
class GivingOne final : public Giving {
 public:
  GivingOne(Engine& engine, const std::string& name) : out_(engine.store().at<T>(name)) {}
  std::span<const std::byte> offer() override { return out_.bytes(); }

 private:
  BulkOut<T> out_;
};

/// Gives the values under several names as a packed tuple.
template <class... Ts>
class GivingSeveral final : public Giving {
 public:
  GivingSeveral(Engine& engine, const std::vector<std::string>& names) {
    Writer writer(buffer_);
    give(writer, engine.store(), names, std::index_sequence_for<Ts...>());
  }
  std::span<const std::byte> offer() override { return buffer_.span(); }

 private:
  template <std::size_t... i>
  static void give(Writer& writer, Store& store, const std::vector<std::string>& names,
                   std::index_sequence<i...>) {
    (pack(writer, store.at<Ts>(names.at(i))), ...);
  }

  Buffer buffer_;
};

/// Gives a part of a range: a vector, or one element that was stored as itself.
template <class T>
class GivingPart final : public Giving {
 public:
  GivingPart(Engine& engine, const std::string& name) {
    if (const T* element = engine.store().find<T>(name)) alone_.push_back(*element);
    out_.emplace(alone_.empty() ? engine.store().at<std::vector<T>>(name) : alone_);
  }
  std::span<const std::byte> offer() override { return out_->bytes(); }

 private:
  std::vector<T> alone_;
  std::optional<BulkOut<std::vector<T>>> out_;
};

/// What a view packs for the engines' side.
struct MoveRequest {
  std::vector<std::string> names;
  bool flatten = false;

  template <class Archive>
  void serialize(Archive& archive, unsigned) {
    archive& names;
    archive& flatten;
  }
};

/// The code of a collective call of these types, registered before main as kernels are.
template <class Verb, class... Ts>
struct MoveCode {
  static KernelEntry entry;

  static std::unique_ptr<EngineMove> make(Engine& engine, std::span<const std::byte> request) {
    Reader reader(request);
    const auto wanted = unpack<MoveRequest>(reader);
    if constexpr (std::is_same_v<Verb, direct::Scatter>) {
      return std::make_unique<TakingPart<Ts...>>(engine, wanted.names.at(0), wanted.flatten);
    } else if constexpr (std::is_same_v<Verb, direct::Gather>) {
      return std::make_unique<GivingPart<Ts...>>(engine, wanted.names.at(0));
    } else if constexpr (std::is_same_v<Verb, direct::Push>) {
      if constexpr (sizeof...(Ts) == 1) {
        return std::make_unique<TakingOne<Ts...>>(engine, wanted.names.at(0));
      } else {
        return std::make_unique<TakingSeveral<Ts...>>(engine, wanted.names);
      }
    } else {
      if constexpr (sizeof...(Ts) == 1) {
        return std::make_unique<GivingOne<Ts...>>(engine, wanted.names.at(0));
      } else {
        return std::make_unique<GivingSeveral<Ts...>>(engine, wanted.names);
      }
    }
  }
};

template <class Verb, class... Ts>
KernelEntry MoveCode<Verb, Ts...>::entry{
    typeid(MoveCode), typeid(Verb),
    std::is_same_v<Verb, direct::Push> || std::is_same_v<Verb, direct::Scatter> ? 0 : variable_size,
    &MoveCode::make};

}  // namespace farm::detail
