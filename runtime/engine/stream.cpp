#include "farm/engine.hpp"

namespace farm {

std::mt19937_64& Engine::random() {
  if (!seeded_) {
    const std::uint64_t task = number(task_);
    std::seed_seq seeds{static_cast<std::uint32_t>(seed_), static_cast<std::uint32_t>(seed_ >> 32),
                        static_cast<std::uint32_t>(task), static_cast<std::uint32_t>(task >> 32)};
    stream_.seed(seeds);
    seeded_ = true;
  }
  return stream_;
}

Communicator& Engine::communicator() {
  if (communicator_ == nullptr) {
    throw Error(
        "there is no communicator here: it belongs to kernels that a direct view applies, and to "
        "tasks of several ranks (`ranks`); other load-balanced tasks and the items of a map have "
        "none, nor has a kernel in a sandbox (`isolate`)");
  }
  return *communicator_;
}

}  // namespace farm
