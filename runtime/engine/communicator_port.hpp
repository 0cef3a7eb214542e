#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "engine/deaths.hpp"
#include "farm/detail/communicator_port.hpp"
#include "time/clock.hpp"
#include "transport/engine_comm.hpp"

namespace farm::engine {

/// The communicator of the calls that a group of engines is given: waits for what EngineComm has
/// started, and while it waits hears of kernels that failed and engines that died.
///
/// A failure in a call spoils the port for this call and all later ones, since messages and
/// collective calls may be half done: the engines need another EngineComm then. A death does, too.
class CommunicatorPort final : public detail::CommunicatorPort {
 public:
  /// `engines`: who the ranks are; `deaths`: who of all engines is dead, if that is known at all.
  /// The comm and the deaths must outlive the port.
  CommunicatorPort(transport::EngineComm& comm, std::vector<EngineId> engines,
                   time::Silence silence, const Deaths* deaths = nullptr)
      : comm_(&comm), engines_(std::move(engines)), silence_(silence), deaths_(deaths) {}
  /// What is still under way is given up.
  ~CommunicatorPort() override;

  /// The kernel of this call is about to run. Numbers grow from call to call, and are the same for
  /// all engines.
  void begin(std::uint64_t call);
  /// What is called when a kernel takes MPI's own communicator for the first time in its call.
  void on_native(std::function<void()> tell) { on_native_ = std::move(tell); }
  /// The kernel of this call failed: the others need not wait for it. It may be because another one
  /// failed, which the others know already.
  void failed();
  /// Who of the engines is dead, if anybody is known to be: nothing may be asked of them any more.
  std::optional<EngineId> dead() const;
  /// Whether a failure in this call or an earlier one is known.
  bool spoiled() const { return culprit_.has_value(); }

  int rank() const override { return comm_->rank(); }
  int size() const override { return comm_->size(); }
  EngineId engine(int rank) const override { return engines_.at(static_cast<std::size_t>(rank)); }

  void send(int to, int tag, Buffer message) override;
  Buffer receive(int from, int tag, int& source) override;
  void barrier() override;
  Buffer broadcast(Buffer value, int root, detail::Sizes sizes) override;
  std::vector<Buffer> gather(Buffer value, int root, detail::Sizes sizes) override;
  std::vector<Buffer> all_gather(Buffer value, detail::Sizes sizes) override;
  std::vector<Buffer> all_to_all(std::vector<Buffer> parts, detail::Sizes sizes) override;
  Buffer reduce(Buffer values, detail::Number number, detail::Operation operation,
                int root) override;
  Buffer all_reduce(Buffer values, detail::Number number, detail::Operation operation) override;
  Buffer scan(Buffer values, detail::Number number, detail::Operation operation) override;
  const void* native() override;

 private:
  /// So many bytes of messages may be under way when another one is sent.
  static constexpr std::size_t most_under_way = std::size_t{256} << 20;
  static constexpr unsigned rounds_per_look = 8;

  struct Letter {
    std::uint64_t call = 0;
    int from = -1;
    int tag = 0;
    Buffer message;
  };
  struct Outgoing {
    std::size_t size = 0;
    std::unique_ptr<transport::Exchange> exchange;
  };

  void enter();
  void look_for_deaths();
  void look_for_failures();
  void finish_sends();
  bool sends_flow();
  void wait(std::unique_ptr<transport::Exchange>& exchange);
  std::vector<Buffer> result(std::unique_ptr<transport::Exchange> exchange);
  Buffer one_result(std::unique_ptr<transport::Exchange> exchange);
  std::optional<Buffer> put_aside(int from, int tag, int& source);

  transport::EngineComm* comm_;
  std::vector<EngineId> engines_;
  time::Silence silence_;
  const Deaths* deaths_;
  std::size_t deaths_seen_ = 0;
  std::uint64_t call_ = 0;
  bool native_ = false;  // this call's kernel has MPI's own communicator
  std::function<void()> on_native_;
  unsigned rounds_ = 0;
  std::optional<EngineId> culprit_;
  std::uint64_t spoiled_in_ = 0;  // the call in which it failed
  std::deque<Outgoing> sends_;
  std::size_t under_way_ = 0;
  std::deque<Letter> aside_;  // to oneself, or of a later call
};

}  // namespace farm::engine
