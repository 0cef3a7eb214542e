#include "transport/loopback_engine_comm.hpp"

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "transport/fold.hpp"

namespace farm::transport {

namespace {

struct Letter {
  int from = -1;
  int tag = 0;
  Buffer message;
};

// A collective call: what each rank brings, and how many have taken what they came for.
struct Round {
  std::vector<std::vector<Buffer>> brought;
  int arrived = 0;
  int left = 0;
};

Buffer copy_of(const Buffer& bytes) {
  Buffer copy;
  copy.append(bytes.data(), bytes.size());
  return copy;
}

}  // namespace

class LoopbackEngineComms::Shared {
 public:
  explicit Shared(int size)
      : inboxes(static_cast<std::size_t>(size)), failures(static_cast<std::size_t>(size)) {}

  int size() const { return static_cast<int>(inboxes.size()); }

  std::mutex mutex;
  std::vector<std::deque<Letter>> inboxes;
  std::vector<std::optional<FailureNotice>> failures;  // by who is told
  std::map<std::uint64_t, Round> rounds;
};

// What is sent is there.
class LoopbackEngineComms::Send final : public Exchange {
 public:
  bool test() override { return true; }
};

class LoopbackEngineComms::Receive final : public Exchange {
 public:
  Receive(std::shared_ptr<Shared> shared, int self, int from, int tag)
      : shared_(std::move(shared)), self_(static_cast<std::size_t>(self)), from_(from), tag_(tag) {}

  bool test() override {
    if (!received_.empty()) return true;
    const std::lock_guard lock(shared_->mutex);
    std::deque<Letter>& inbox = shared_->inboxes[self_];
    const auto letter = std::find_if(inbox.begin(), inbox.end(), [&](const Letter& each) {
      return each.tag == tag_ && (from_ == EngineComm::any_source || each.from == from_);
    });
    if (letter == inbox.end()) return false;
    source_ = letter->from;
    received_.push_back(std::move(letter->message));
    inbox.erase(letter);
    return true;
  }

 private:
  std::shared_ptr<Shared> shared_;
  std::size_t self_;
  int from_;
  int tag_;
};

// When all have brought their part, each takes its own from what is there.
class LoopbackEngineComms::Collective final : public Exchange {
 public:
  using Take = std::function<std::vector<Buffer>(const std::vector<std::vector<Buffer>>&)>;

  Collective(std::shared_ptr<Shared> shared, int self, std::uint64_t number,
             std::vector<Buffer> parts, Take take)
      : shared_(std::move(shared)), number_(number), take_(std::move(take)) {
    const std::lock_guard lock(shared_->mutex);
    Round& round = shared_->rounds[number_];
    round.brought.resize(static_cast<std::size_t>(shared_->size()));
    round.brought[static_cast<std::size_t>(self)] = std::move(parts);
    ++round.arrived;
  }

  bool test() override {
    if (complete_) return true;
    const std::lock_guard lock(shared_->mutex);
    Round& round = shared_->rounds.at(number_);
    if (round.arrived < shared_->size()) return false;
    received_ = take_(round.brought);
    complete_ = true;
    if (++round.left == shared_->size()) shared_->rounds.erase(number_);
    return true;
  }

 private:
  std::shared_ptr<Shared> shared_;
  std::uint64_t number_;
  Take take_;
  bool complete_ = false;
};

class LoopbackEngineComms::Comm final : public EngineComm {
 public:
  Comm(std::shared_ptr<Shared> shared, int self) : shared_(std::move(shared)), self_(self) {}

  int rank() const override { return self_; }
  int size() const override { return shared_->size(); }

  std::unique_ptr<Exchange> send(int to, int tag, Buffer message) override {
    const std::lock_guard lock(shared_->mutex);
    shared_->inboxes[static_cast<std::size_t>(to)].push_back({self_, tag, std::move(message)});
    return std::make_unique<Send>();
  }
  std::unique_ptr<Exchange> receive(int from, int tag) override {
    return std::make_unique<Receive>(shared_, self_, from, tag);
  }

  std::unique_ptr<Exchange> barrier() override {
    return collective(Buffer(), [](const auto&) { return std::vector<Buffer>(); });
  }
  std::unique_ptr<Exchange> broadcast(Buffer value, int root, Sizes) override {
    return collective(std::move(value), [root](const auto& brought) {
      return one(copy_of(brought[static_cast<std::size_t>(root)].front()));
    });
  }
  std::unique_ptr<Exchange> gather(Buffer value, int root, Sizes) override {
    return collective(std::move(value), [root, self = self_](const auto& brought) {
      return root == self ? column(brought, 0) : std::vector<Buffer>();
    });
  }
  std::unique_ptr<Exchange> all_gather(Buffer value, Sizes) override {
    return collective(std::move(value), [](const auto& brought) { return column(brought, 0); });
  }
  std::unique_ptr<Exchange> all_to_all(std::vector<Buffer> parts, Sizes) override {
    return collective(std::move(parts), [self = self_](const auto& brought) {
      return column(brought, static_cast<std::size_t>(self));
    });
  }

  std::unique_ptr<Exchange> reduce(Buffer values, Number number, Operation operation,
                                   int root) override {
    return reduction(std::move(values), number, operation, self_ == root ? size() : 0);
  }
  std::unique_ptr<Exchange> all_reduce(Buffer values, Number number, Operation operation) override {
    return reduction(std::move(values), number, operation, size());
  }
  std::unique_ptr<Exchange> scan(Buffer values, Number number, Operation operation) override {
    return reduction(std::move(values), number, operation, self_ + 1);
  }

  void notify_failure(std::uint64_t call) override {
    const std::lock_guard lock(shared_->mutex);
    for (int rank = 0; rank < size(); ++rank) {
      auto& known = shared_->failures[static_cast<std::size_t>(rank)];
      if (rank != self_ && (!known || call < known->call)) known = FailureNotice{self_, call};
    }
  }
  std::optional<FailureNotice> failure() override {
    const std::lock_guard lock(shared_->mutex);
    return shared_->failures[static_cast<std::size_t>(self_)];
  }

 private:
  static std::vector<Buffer> one(Buffer bytes) {
    std::vector<Buffer> parts;
    parts.push_back(std::move(bytes));
    return parts;
  }
  static std::vector<Buffer> column(const std::vector<std::vector<Buffer>>& brought,
                                    std::size_t i) {
    std::vector<Buffer> parts;
    parts.reserve(brought.size());
    for (const std::vector<Buffer>& row : brought) parts.push_back(copy_of(row[i]));
    return parts;
  }

  std::unique_ptr<Exchange> collective(std::vector<Buffer> parts, Collective::Take take) {
    return std::make_unique<Collective>(shared_, self_, round_++, std::move(parts),
                                        std::move(take));
  }
  std::unique_ptr<Exchange> collective(Buffer value, Collective::Take take) {
    return collective(one(std::move(value)), std::move(take));
  }
  // Of the first `ranks` ranks; an empty buffer for none.
  std::unique_ptr<Exchange> reduction(Buffer values, Number number, Operation operation,
                                      int ranks) {
    return collective(std::move(values), [=](const auto& brought) {
      Buffer result;
      for (int rank = ranks - 1; rank >= 0; --rank) {
        const Buffer& next = brought[static_cast<std::size_t>(rank)].front();
        if (rank == ranks - 1) {
          result = copy_of(next);
        } else {
          fold(next, result, number, operation);
        }
      }
      return one(std::move(result));
    });
  }

  std::shared_ptr<Shared> shared_;
  int self_;
  std::uint64_t round_ = 0;
};

LoopbackEngineComms::LoopbackEngineComms(int size) : shared_(std::make_shared<Shared>(size)) {}

std::unique_ptr<EngineComm> LoopbackEngineComms::at(int rank) const {
  return std::make_unique<Comm>(shared_, rank);
}

}  // namespace farm::transport
