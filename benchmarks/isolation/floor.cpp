// The same in bare POSIX: two processes that share memory, and one word of it on which they wait
// for each other; or a process that is forked, ended by a signal and waited for.
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstring>
#include <new>

#include "isolation/isolation.hpp"

namespace {

class Handover {
 public:
  enum Turn : std::uint32_t { parent, child };

  Handover(std::size_t bytes, int looks) : looks_(looks) {
    void* at = mmap(nullptr, 2 * sizeof(Word) + bytes, PROT_READ | PROT_WRITE,
                    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    word_ = new (at) Word;
    data_ = static_cast<char*>(at) + sizeof(Word);
  }

  char* data() { return data_; }
  void give(Turn to) {
    word_->turn.store(to, std::memory_order_release);
    if (looks_ == 0) call(FUTEX_WAKE, 1);
  }
  void await(Turn turn) {
    for (int look = 0; word_->turn.load(std::memory_order_acquire) != turn; ++look) {
      if (looks_ == 0) call(FUTEX_WAIT, turn == parent ? child : parent);
    }
  }

 private:
  struct alignas(64) Word {
    std::atomic<std::uint32_t> turn{parent};
  };

  void call(int operation, std::uint32_t value) {
    syscall(SYS_futex, &word_->turn, operation, value, nullptr, nullptr, 0);
  }

  int looks_;
  Word* word_;
  char* data_;
};

int time_crashes(const bench::IsolationCase& one) {
  one.place_self();
  return one.time("floor", [] {
    const pid_t child = fork();
    if (child == 0) {
      std::signal(SIGSEGV, SIG_DFL);
      std::raise(SIGSEGV);
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV;
  });
}

int time_tasks(const bench::IsolationCase& one) {
  Handover handover(one.bytes, one.looks());
  one.place_child();
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    std::vector<char> own(one.bytes);
    for (;;) {
      handover.await(Handover::child);
      std::memcpy(own.data(), handover.data(), one.bytes);
      std::memcpy(handover.data(), own.data(), one.bytes);
      handover.give(Handover::parent);
    }
  }
  one.place_self();
  const std::vector<char> in(one.bytes, 'x');
  std::vector<char> out(one.bytes);
  const int status = one.time("floor", [&] {
    std::memcpy(handover.data(), in.data(), one.bytes);
    handover.give(Handover::child);
    handover.await(Handover::parent);
    std::memcpy(out.data(), handover.data(), one.bytes);
    return out == in;
  });
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  bench::IsolationCase one;
  if (const auto status = one.parse(argc, argv, "isolation: a word between two processes")) {
    return *status;
  }
  return one.crash ? time_crashes(one) : time_tasks(one);
}
