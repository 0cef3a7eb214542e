#pragma once

#include <catch2/catch.hpp>
#include <random>
#include <utility>
#include <vector>

#include "farm/bytes.hpp"
#include "transport/transport.hpp"

/// What any transport must do. `Network` has `at(peer)` for every peer, all of this process, and
/// `size`; peer 0 is the hub.
namespace unit {

/// A message with a number at its beginning and a pattern that depends on it behind.
inline farm::Buffer message(int number, std::size_t size) {
  farm::Buffer buffer;
  buffer.append(&number, sizeof number);
  for (std::size_t i = sizeof number; i < size; ++i) {
    const auto byte = static_cast<std::byte>(i * 7 + static_cast<std::size_t>(number));
    buffer.append(&byte, 1);
  }
  return buffer;
}

struct Letter {
  int from = 0;
  int number = 0;
  std::size_t size = 0;
};

class Mailbox final : public farm::transport::Sink {
 public:
  void deliver(farm::transport::Peer from, std::span<const std::byte> bytes) override {
    Letter letter{from, 0, bytes.size()};
    REQUIRE(bytes.size() >= sizeof letter.number);
    std::memcpy(&letter.number, bytes.data(), sizeof letter.number);
    const farm::Buffer expected = message(letter.number, bytes.size());
    if (!std::ranges::equal(bytes, expected.span())) FAIL("a message was changed on its way");
    letters.push_back(letter);
  }
  std::vector<Letter> letters;
};

/// Polls from inside of its first delivery until `others` more messages have come.
class PollingMailbox final : public farm::transport::Sink {
 public:
  PollingMailbox(farm::transport::Transport& transport, std::size_t others)
      : transport_(&transport), others_(others) {}
  void deliver(farm::transport::Peer from, std::span<const std::byte> bytes) override {
    if (!std::exchange(inside_, true)) {
      while (mailbox.letters.size() < others_) transport_->poll(*this);
    }
    mailbox.deliver(from, bytes);
  }
  Mailbox mailbox;

 private:
  farm::transport::Transport* transport_;
  std::size_t others_;
  bool inside_ = false;
};

template <class Network>
void pump(Network& network, std::vector<Mailbox>& mailboxes) {
  bool moved = true;
  while (moved) {
    moved = false;
    for (int peer = 0; peer < network.size; ++peer) {
      moved = network.at(peer).poll(mailboxes[static_cast<std::size_t>(peer)]) || moved;
    }
  }
  for (int peer = 0; peer < network.size; ++peer) CHECK(network.at(peer).drained());
}

template <class Network>
void check_order_per_sender() {
  Network network(4);
  std::vector<Mailbox> mailboxes(4);
  for (int i = 0; i < 200; ++i) {
    for (int engine = 1; engine < 4; ++engine) {
      network.at(0).send(engine, message(i, i % 40 == 0 ? 300'000 : 10));
    }
  }
  pump(network, mailboxes);
  for (std::size_t engine = 1; engine < 4; ++engine) {
    REQUIRE(mailboxes[engine].letters.size() == 200);
    for (int i = 0; i < 200; ++i) {
      REQUIRE(mailboxes[engine].letters[static_cast<std::size_t>(i)].number == i);
      REQUIRE(mailboxes[engine].letters[static_cast<std::size_t>(i)].from == 0);
    }
  }
}

template <class Network>
void check_polls_inside() {
  Network network(2);
  for (int i = 0; i < 100; ++i) network.at(0).send(1, message(i, 1000));
  PollingMailbox polling(network.at(1), 99);
  while (network.at(1).poll(polling)) {
  }
  REQUIRE(polling.mailbox.letters.size() == 100);
  for (std::size_t i = 0; i < 99; ++i) {
    REQUIRE(polling.mailbox.letters[i].number == static_cast<int>(i) + 1);
  }
  REQUIRE(polling.mailbox.letters.back().number == 0);
}

template <class Network>
void check_sizes() {
  Network network(2);
  std::vector<Mailbox> mailboxes(2);
  const std::vector<std::size_t> sizes{4,      5,      4095,    4096,    4097,    65'535,
                                       65'536, 65'537, 262'143, 262'144, 262'145, 1'000'000};
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    farm::Buffer buffer = network.at(1).buffer();
    const farm::Buffer content = message(static_cast<int>(i), sizes[i]);
    buffer.append(content.data(), content.size());
    network.at(1).send(0, std::move(buffer));
    network.at(0).send(1, message(static_cast<int>(i), sizes[i]));
  }
  pump(network, mailboxes);
  for (Mailbox& mailbox : mailboxes) {
    REQUIRE(mailbox.letters.size() == sizes.size());
    std::ranges::sort(mailbox.letters, {}, &Letter::number);
    for (std::size_t i = 0; i < sizes.size(); ++i) CHECK(mailbox.letters[i].size == sizes[i]);
  }
}

template <class Network>
void check_exactly_once() {
  constexpr int engines = 5;
  Network network(engines + 1);
  std::vector<Mailbox> mailboxes(engines + 1);
  std::mt19937 random(3);
  std::vector<int> to_hub(engines + 1);
  std::vector<int> to_engine(engines + 1);
  for (int i = 0; i < 2000; ++i) {
    const int engine = 1 + static_cast<int>(random() % engines);
    const auto at = static_cast<std::size_t>(engine);
    if (random() % 2 == 0) {
      network.at(engine).send(0, message(to_hub[at]++, 20));
    } else {
      network.at(0).send(engine, message(to_engine[at]++, 20));
    }
    if (random() % 10 == 0) network.at(0).poll(mailboxes[0]);
  }
  pump(network, mailboxes);
  std::vector<std::vector<bool>> seen(engines + 1, std::vector<bool>(2000));
  for (const Letter& letter : mailboxes[0].letters) {
    auto once =
        seen[static_cast<std::size_t>(letter.from)][static_cast<std::size_t>(letter.number)];
    if (once) FAIL("a message came twice");
    once = true;
  }
  for (std::size_t engine = 1; engine <= engines; ++engine) {
    CHECK(std::ranges::count(seen[engine], true) == to_hub[engine]);
    CHECK(mailboxes[engine].letters.size() == static_cast<std::size_t>(to_engine[engine]));
  }
}

template <class Network>
void check_answers() {
  class Echo : public farm::transport::Sink {
   public:
    explicit Echo(farm::transport::Transport& transport) : transport_(&transport) {}
    void deliver(farm::transport::Peer from, std::span<const std::byte> bytes) override {
      farm::Buffer answer = transport_->buffer();
      answer.append(bytes.data(), bytes.size());
      transport_->send(from, std::move(answer));
    }

   private:
    farm::transport::Transport* transport_;
  };
  Network network(2);
  Echo echo(network.at(1));
  Mailbox mailbox;
  for (int i = 0; i < 50; ++i) network.at(0).send(1, message(i, 100));
  while (network.at(1).poll(echo) || network.at(0).poll(mailbox)) {
  }
  CHECK(mailbox.letters.size() == 50);
}

}  // namespace unit
