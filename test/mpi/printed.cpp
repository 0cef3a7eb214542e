#include <catch2/catch.hpp>
#include <map>
#include <mutex>

#include "mpi/farm_client.hpp"
#include "samples.hpp"

using farm::Stream;
using farm_test::client;

namespace farm_test::printing {

int print_number(farm::Engine& here, int x) {
  here.print(Stream::out, "number ");
  here.print(Stream::err, std::string("\0err", 4));
  here.print(Stream::out, std::to_string(x));
  return x;
}

// Byte i is i modulo 251.
std::uint64_t print_much(farm::Engine& here, std::uint64_t pieces) {
  std::string piece(251 * 1024, '\0');
  for (std::size_t i = 0; i < piece.size(); ++i) piece[i] = static_cast<char>(i % 251);
  for (std::uint64_t i = 0; i < pieces; ++i) here.print(Stream::out, piece);
  return pieces * piece.size();
}

/// What is handed to a watcher: texts by task and stream, or their sizes alone.
class Heard {
 public:
  explicit Heard(bool keeps = true) : keeps_(keeps) {
    client().watch_output([this](const farm::OutputPiece& piece) { take(piece); });
  }
  ~Heard() { client().watch_output(nullptr); }
  Heard(const Heard&) = delete;
  Heard& operator=(const Heard&) = delete;

  std::string text(farm::TaskId task, Stream stream) {
    const std::lock_guard lock(mutex_);
    return texts_[{task, stream}];
  }
  std::uint64_t bytes(farm::TaskId task) {
    const std::lock_guard lock(mutex_);
    return bytes_[task];
  }
  bool wrong() {
    const std::lock_guard lock(mutex_);
    return wrong_;
  }

 private:
  void take(const farm::OutputPiece& piece) {
    const std::lock_guard lock(mutex_);
    std::uint64_t& bytes = bytes_[piece.task];
    if (keeps_) {
      texts_[{piece.task, piece.stream}] += piece.text;
    } else {
      for (std::size_t i = 0; i < piece.text.size(); ++i) {
        if (static_cast<unsigned char>(piece.text[i]) != (bytes + i) % 251) wrong_ = true;
      }
    }
    bytes += piece.text.size();
  }

  bool keeps_;
  std::mutex mutex_;
  std::map<std::pair<farm::TaskId, Stream>, std::string> texts_;
  std::map<farm::TaskId, std::uint64_t> bytes_;
  bool wrong_ = false;
};

farm::LoadBalancedView view(const std::string& way) {
  auto tasks = client().load_balanced();
  return way == "in a sandbox" ? tasks.with({.isolate = farm::Isolation::sandbox}) : tasks;
}

}  // namespace farm_test::printing

namespace printing = farm_test::printing;

TEST_CASE("What tasks print is handed to who watches, before their results are there",
          "[printed]") {
  const std::string way = GENERATE("in the engine", "in a sandbox");
  CAPTURE(way);
  printing::Heard heard;
  auto results =
      printing::view(way).map(farm::kernel<&printing::print_number>, farm_test::numbers(100));
  for (std::size_t i = 0; i < 100; ++i) {
    const int x = results.outcome(i).value();
    REQUIRE(heard.text(results.info(i).id, Stream::out) == "number " + std::to_string(x));
    REQUIRE(heard.text(results.info(i).id, Stream::err) == std::string("\0err", 4));
  }
  auto everywhere = client().direct().apply(farm::kernel<&printing::print_number>, 7);
  everywhere.get();
  for (std::size_t i = 0; i < client().size(); ++i) {
    CHECK(heard.text(everywhere.info(i).id, Stream::out) == "number 7");
  }
}

TEST_CASE("Tasks that print more than there is room for wait until it is taken", "[printed]") {
  const std::string way = GENERATE("in the engine", "in a sandbox");
  CAPTURE(way);
  printing::Heard heard(false);
  auto results = printing::view(way).map(farm::kernel<&printing::print_much>,
                                         std::vector<std::uint64_t>{40, 1, 60, 30});
  const std::vector<std::uint64_t> sizes = results.get();
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    CHECK(heard.bytes(results.info(i).id) == sizes[i]);
  }
  CHECK_FALSE(heard.wrong());
}
