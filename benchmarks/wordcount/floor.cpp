// How fast does one process count the words of a folder? The farm's own reader and table, one core,
// no MPI: what the farm is to divide among the engines.
#include <cstdio>
#include <exception>
#include <stdexcept>

#include "clock.hpp"
#include "csv.hpp"
#include "farm_app/wordcount/report.hpp"
#include "options.hpp"

namespace {

struct Settings {
  std::string folder = "words";
  std::string separator = "whitespace";
  std::string output = "/dev/null";
};

app::WordcountRun count(const Settings& settings, app::Counts& counts) {
  const auto documents = app::find_documents(settings.folder);
  for (const app::Document& document : documents) {
    app::count_split({document.path, 0, document.size, document.size}, counts.rules, counts.table);
  }
  return {documents.size(), app::total_size(documents)};
}

void write(const std::string& path, const app::Totals& totals) {
  std::FILE* const file = std::fopen(path.c_str(), "w");
  if (file == nullptr) throw std::runtime_error("cannot write '" + path + "'");
  app::write_ranking(file, path, totals.ranking);
  std::fclose(file);
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  bench::Options options("Counts the words of a folder in one process.");
  options.add("folder", settings.folder, "of the documents")
      .add("separator", settings.separator, "text or whitespace, as farm_app wordcount has it")
      .add("output", settings.output, "the ranking as CSV");
  if (const auto status = options.parse({argv, argv + argc})) return *status;
  try {
    app::Counts counts;
    if (settings.separator == "whitespace") counts.rules.separator = app::Separator::whitespace;
    const bench::Stopwatch watch;
    const app::WordcountRun run = count(settings, counts);
    const app::Totals totals = app::totals_of(counts);
    write(settings.output, totals);
    const double seconds = watch.seconds();
    bench::Row("wordcount", "floor", 1)
        .add("bytes", run.bytes)
        .add("words", totals.words)
        .add("different", totals.different)
        .add("seconds", seconds)
        .add("rate", static_cast<double>(run.bytes) / 1e6 / seconds)
        .print();
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
  }
}
