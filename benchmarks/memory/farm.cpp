// How many bytes does a queued task cost on rank 0, beyond its payload? Every engine is held at a
// gate while tasks queue up behind it; what rank 0 grew by is theirs.
#include <algorithm>
#include <cstddef>
#include <farm/farm.hpp>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "csv.hpp"
#include "gate.hpp"
#include "options.hpp"
#include "rates.hpp"
#include "resident.hpp"

double increment(double x) { return x + 1; }
int pass_gate(const std::string& name) { return bench::Gate::pass(name) ? 1 : 0; }

/// Queues all inputs as one map. The results are counted with the handle: it is what waits.
class AsMap {
 public:
  AsMap(farm::LoadBalancedView& view, const std::vector<double>& inputs)
      : handle_(view.map(farm::kernel<&increment>, inputs)) {}
  double sum() {
    double total = 0;
    for (double result : handle_.get()) total += result;
    return total;
  }

 private:
  farm::AsyncMapResult<double> handle_;
};

/// Queues each input on its own and keeps every handle.
class AsApply {
 public:
  AsApply(farm::LoadBalancedView& view, const std::vector<double>& inputs) {
    handles_.reserve(inputs.size());
    for (double x : inputs) handles_.push_back(view.apply(farm::kernel<&increment>, x));
  }
  double sum() {
    double total = 0;
    for (auto& handle : handles_) total += handle.get();
    return total;
  }

 private:
  std::vector<farm::AsyncResult<double>> handles_;
};

template <class Queued>
int measure(farm::Client& client, const std::string& name, std::size_t tasks) {
  const std::vector<double> inputs = bench::ramp(tasks);
  auto view = client.load_balanced().with({.chunk = 1, .hwm = 1});
  view.map(farm::kernel<&increment>, bench::ramp(100)).get();  // what is allocated once is there

  const bench::Gate gate;
  const std::vector<std::string> names(client.size(), gate.name());
  auto held = view.map(farm::kernel<&pass_gate>, names);
  const long before = bench::settled_resident_bytes();
  Queued queued(view, inputs);
  const long grown = bench::settled_resident_bytes() - before;
  gate.open();
  if (queued.sum() != bench::ramp_sum(tasks, 1.0)) {
    std::cerr << "memory: the sum of the results is wrong\n";
    return 1;
  }
  if (!std::ranges::all_of(held.get(), [](int passed) { return passed == 1; })) {
    std::cerr << "memory: an engine did not wait for the end of the submission\n";
    return 1;
  }
  const auto each = static_cast<double>(grown) / static_cast<double>(tasks);
  bench::Row row("memory", "farm", static_cast<int>(client.size()) + 1);
  row.add("case", name).add("tasks", tasks).add("grown", grown).add("payload", sizeof(double));
  row.add("bytes", each - sizeof(double)).print();
  return 0;
}

/// Counts from 0 to below `end`, without holding what it counts.
class Numbers {
 public:
  class Iterator {
   public:
    using difference_type = std::ptrdiff_t;
    using value_type = double;
    using iterator_concept = std::input_iterator_tag;
    double operator*() const { return static_cast<double>(at_); }
    Iterator& operator++() { return ++at_, *this; }
    void operator++(int) { ++at_; }
    bool operator==(std::size_t end) const { return at_ == end; }

   private:
    std::size_t at_ = 0;
  };

  explicit Numbers(std::size_t end) : end_(end) {}
  Iterator begin() const { return {}; }
  std::size_t end() const { return end_; }

 private:
  std::size_t end_;
};

/// A lazy map of so many items holds as much after the first hundredth as at its end.
int measure_lazy(farm::Client& client, std::size_t tasks) {
  auto view = client.load_balanced();
  double sum = 0;
  std::size_t n = 0;
  long before = 0;
  for (const double y : view.imap(farm::kernel<&increment>, Numbers(tasks))) {
    sum += y;
    if (n++ == tasks / 100) before = bench::settled_resident_bytes();
  }
  const long grown = bench::settled_resident_bytes() - before;
  // The sum of 1 to n; doubles hold it exactly up to 9e15.
  const auto last = static_cast<double>(tasks);
  if (n != tasks || sum != last * (last + 1) / 2) {
    std::cerr << "memory: the sum of the results is wrong\n";
    return 1;
  }
  bench::Row row("memory", "farm", static_cast<int>(client.size()) + 1);
  row.add("case", std::string("imap")).add("tasks", tasks).add("grown", grown);
  row.add("payload", sizeof(double));
  row.add("bytes", static_cast<double>(grown) / static_cast<double>(tasks)).print();
  return 0;
}

/// What rank 0 grows by at its peak while it scatters so many numbers and gathers them in place.
int measure_scatter(farm::Client& client, std::size_t numbers) {
  const farm::Name<std::vector<double>> part{"part"};
  auto all = client.direct();
  all.scatter(part, bench::ramp(1000)).get();  // what is allocated once is there
  std::vector<double> data = bench::ramp(numbers);
  const double sum = bench::ramp_sum(numbers, 0.0);
  const long before = bench::settled_resident_bytes();
  bench::reset_peak();
  all.scatter(part, data).get();
  std::ranges::fill(data, 0.0);
  all.gather_into(part, data).get();
  const long grown = bench::peak_bytes() - before;
  double gathered = 0;
  for (const double x : data) gathered += x;
  if (gathered != sum) {
    std::cerr << "memory: the sum of the gathered numbers is wrong\n";
    return 1;
  }
  bench::Row row("memory", "farm", static_cast<int>(client.size()) + 1);
  row.add("case", std::string("scatter")).add("tasks", numbers).add("grown", grown);
  row.add("payload", sizeof(double));
  row.add("bytes", static_cast<double>(grown) / static_cast<double>(numbers)).print();
  return 0;
}

int drive(farm::Client& client) {
  std::size_t tasks = 1'000'000;
  std::string way = "map";
  bench::Options options("memory: bytes of rank 0 for each queued task, beyond its payload");
  options.add("tasks", tasks, "number of queued tasks");
  options.add("case", way,
              "map: one map of all; apply: one call each, every handle kept; "
              "imap: growth while so many pass through a lazy map; "
              "scatter: growth at the peak of a scatter of so many numbers and a gather");
  if (const auto status = options.parse(client.arguments())) return *status;
  if (tasks > 0 && way == "map") return measure<AsMap>(client, way, tasks);
  if (tasks > 0 && way == "apply") return measure<AsApply>(client, way, tasks);
  if (tasks > 0 && way == "imap") return measure_lazy(client, tasks);
  if (tasks > 0 && way == "scatter") return measure_scatter(client, tasks);
  std::cerr << "memory: --case is map, apply, imap or scatter, and --tasks is 1 or more\n";
  return 2;
}

int main(int argc, char** argv) { return farm::run(argc, argv, drive); }
