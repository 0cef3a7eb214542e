#include "farm_app/matmul/report.hpp"

#include <string>

#include "farm_app/matmul/product.hpp"
#include "farm_app/numbers/format.hpp"

namespace app::dense {

namespace {

constexpr std::size_t label_width = 26;
constexpr std::size_t number_width = 11;

std::string counted(int count, const std::string& thing) {
  return std::to_string(count) + " " + thing + (count == 1 ? "" : "s");
}

std::string sides(std::int64_t rows, std::int64_t columns) {
  return std::to_string(rows) + "x" + std::to_string(columns);
}

std::string percent(double share) { return format_number(100 * share) + " %"; }

std::string label_of(const VariantRun& run, int engines) {
  std::string label = "rows";
  if (run.variant == Variant::grid) label = "2d, grid " + sides(run.grid.rows, run.grid.columns);
  if (run.engines < engines) label += ", " + std::to_string(engines - run.engines) + " idle";
  return label;
}

void print_line(std::ostream& out, const std::string& label,
                std::initializer_list<std::string> words) {
  out << "  " << pad_right(label, label_width);
  for (const std::string& word : words) out << pad_left(word, number_width);
  out << '\n';
}

void print_times(std::ostream& out, const Facts& facts) {
  out << pad_right("seconds", label_width + 2);
  for (const char* column : {"distribute", "product", "collect", "total", "computing", "passing"}) {
    out << pad_left(column, number_width);
  }
  out << '\n';
  for (const VariantRun& run : facts.variants) {
    const Phases times = medians(run.runs);
    print_line(out, label_of(run, facts.engines),
               {format_seconds(times.distribution), format_seconds(times.product),
                format_seconds(times.collection), format_seconds(times.total()),
                format_seconds(times.engine.computing), format_seconds(times.engine.passing)});
  }
  out << "  computing and passing (of panels): inside the product, the engine that computed "
         "longest\n";
}

void print_rates(std::ostream& out, const Facts& facts) {
  const double operations = facts.settings.shape.operations();
  const double possible = facts.rate * facts.cores;
  out << pad_right("rate", label_width + 2);
  for (const char* column : {"product", "efficiency", "total", "efficiency"}) {
    out << pad_left(column, number_width);
  }
  out << "   (GFLOP/s)\n";
  for (const VariantRun& run : facts.variants) {
    const Phases times = medians(run.runs);
    const double product = operations / times.product;
    const double total = operations / times.total();
    print_line(out, label_of(run, facts.engines),
               {format_number(product / 1e9), percent(product / possible),
                format_number(total / 1e9), percent(total / possible)});
  }
  out << "  efficiency against " << counted(facts.cores, "core") << " at one engine's "
      << format_number(facts.rate / 1e9) << " GFLOP/s\n";
}

}  // namespace

void print_report(std::ostream& out, const Facts& facts) {
  const Shape& shape = facts.settings.shape;
  out << "matmul " << sides(shape.rows, shape.inner) << " times "
      << sides(shape.inner, shape.columns) << ", " << format_count(shape.operations()) << "FLOP; "
      << counted(facts.engines, "engine") << " on " << counted(facts.cores, "core")
      << "; medians of " << counted(facts.settings.repeat, "run") << '\n'
      << "local product: " << product_instructions() << ", " << format_number(facts.rate / 1e9)
      << " GFLOP/s on one engine alone\n\n";
  print_times(out, facts);
  out << '\n';
  print_rates(out, facts);
  if (facts.engines > facts.cores) {
    out << "  note: more engines than cores: they take turns\n";
  }
}

}  // namespace app::dense
