// How fast do the blocking collectives of bare MPI move the same bytes on the same ranks? The clock
// of rank 0 stops when everything has arrived: what others receive, after a barrier.
#include <iostream>

#include "bare_mpi.hpp"
#include "collectives.hpp"
#include "options.hpp"

namespace {

/// One rank's part: all ranks call move() and check() together, rank 0 being the root.
class Part {
 public:
  Part(const bench::BareMpi& mpi, const bench::Collectives& work)
      : work_(work), rank_(mpi.rank()), engines_(static_cast<std::size_t>(mpi.size()) - 1) {
    counts_.push_back(0);
    offsets_.push_back(0);
    for (std::size_t k = 0; k < engines_; ++k) {
      offsets_.push_back(static_cast<int>(begin(k)));
      counts_.push_back(static_cast<int>(begin(k + 1) - begin(k)));
    }
    const bool whole = work.pushes() || rank_ == 0;
    // The buffers are there and have been touched before anything is timed.
    data_.resize(whole ? work.elements() : static_cast<std::size_t>(counts_[rank_]), -1.0);
  }

  /// New data where this round's come from, old data elsewhere.
  void prepare(int round) {
    const bool is_source = (rank_ == 0) != (work_.op == "gather");
    if (is_source) bench::fill(data_, first(), round);
    MPI_Barrier(MPI_COMM_WORLD);
  }

  void move() {
    double* const data = data_.data();
    const bool root = rank_ == 0;
    const int own = counts_[rank_];
    if (work_.pushes()) {
      MPI_Bcast(data, static_cast<int>(data_.size()), MPI_DOUBLE, 0, MPI_COMM_WORLD);
    } else if (work_.op == "scatter") {
      MPI_Scatterv(root ? data : nullptr, counts_.data(), offsets_.data(), MPI_DOUBLE,
                   root ? nullptr : data, own, MPI_DOUBLE, 0, MPI_COMM_WORLD);
    } else {
      MPI_Gatherv(root ? nullptr : data, own, MPI_DOUBLE, root ? data : nullptr, counts_.data(),
                  offsets_.data(), MPI_DOUBLE, 0, MPI_COMM_WORLD);
    }
    if (work_.op != "gather") MPI_Barrier(MPI_COMM_WORLD);
  }

  bool check(int round) const {
    int good = bench::holds(data_, first(), round) ? 1 : 0;
    MPI_Allreduce(MPI_IN_PLACE, &good, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
    return good == 1;
  }

 private:
  std::size_t begin(std::size_t k) const {
    return bench::share_begin(work_.elements(), engines_, k);
  }
  std::size_t first() const {
    return work_.pushes() || rank_ == 0 ? 0 : static_cast<std::size_t>(offsets_[rank_]);
  }

  const bench::Collectives& work_;
  int rank_;
  std::size_t engines_;
  std::vector<int> counts_;
  std::vector<int> offsets_;
  bench::Data data_;
};

}  // namespace

int main(int argc, char** argv) {
  bench::BareMpi mpi(argc, argv);
  bench::Collectives work;
  bench::Options options("collectives, the floor: Bcast, Scatterv and Gatherv of bare MPI");
  work.declare(options);
  if (const auto status = options.parse(mpi.arguments(), mpi.is_master())) return *status;
  if (!work.complete(mpi.is_master())) return 2;
  if (mpi.size() < 2 || work.elements() > 2'000'000'000) {
    if (mpi.is_master()) std::cerr << "collectives: needs two ranks and at most 16e9 bytes\n";
    return 2;
  }
  Part part(mpi, work);
  const auto prepare = [&](int round) { part.prepare(round); };
  const auto move = [&] { part.move(); };
  const auto check = [&](int round) { return part.check(round); };
  if (mpi.is_master()) return work.time("floor", mpi.size(), prepare, move, check);
  for (int round = 0; round <= work.repeat; ++round) {
    prepare(round);
    move();
    if (!check(round)) return 1;
  }
  return 0;
}
