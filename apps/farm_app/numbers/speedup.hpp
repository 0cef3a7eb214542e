#pragma once
// How well did p workers do what one does?

#include <limits>
#include <optional>

namespace app {

struct Scaling {
  double serial;    ///< seconds of the serial run, T1
  double parallel;  ///< seconds of the parallel run, Tp
  int workers;      ///< p

  /// S = T1 / Tp.
  double speedup() const { return serial / parallel; }

  /// S / p.
  double efficiency() const { return speedup() / workers; }

  /// The experimentally determined serial fraction, e = (1/S - 1/p) / (1 - 1/p): what share of the
  /// serial run, done by one worker alone, would explain the speed-up that was measured. It takes
  /// overhead and imbalance for serial work; if it grows with p, they are to blame and not the
  /// serial work. Below zero for a speed-up above p; nothing for one worker, of whom it cannot be
  /// told. (A. H. Karp and H. P. Flatt, Measuring parallel processor performance, Communications
  /// of the ACM 33 (5), 1990, 539-543.)
  std::optional<double> karp_flatt() const {
    if (workers < 2) return std::nullopt;
    const double share = 1.0 / workers;
    return (1 / speedup() - share) / (1 - share);
  }
};

/// The largest speed-up that `workers` can reach if the share `serial_fraction` of the work cannot
/// be divided: 1 / (f + (1 - f) / p), and 1 / f for any number of workers (the default). Infinite
/// where nothing bounds it. (G. M. Amdahl, Validity of the single processor approach to achieving
/// large scale computing capabilities, AFIPS Conference Proceedings 30, 1967, 483-485.)
inline double amdahl_bound(double serial_fraction,
                           double workers = std::numeric_limits<double>::infinity()) {
  const double time = serial_fraction + (1 - serial_fraction) / workers;
  return time > 0 ? 1 / time : std::numeric_limits<double>::infinity();
}

}  // namespace app
