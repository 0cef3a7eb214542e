// farm_app wordcount: find the documents, cut them, count on the engines, write the ranking.
#include <chrono>
#include <iostream>

#include "farm_app/picture/output_file.hpp"
#include "farm_app/subcommands.hpp"
#include "farm_app/wordcount/documents.hpp"
#include "farm_app/wordcount/farmed.hpp"
#include "farm_app/wordcount/report.hpp"
#include "farm_app/wordcount/settings.hpp"

namespace app {

namespace {

void write_output(const std::string& path, const std::vector<RankedWord>& ranking) {
  if (path.empty()) {
    write_ranking(stdout, "the standard output", ranking);
    return;
  }
  OutputFile file(path);
  write_ranking(file.stream(), path, ranking);
  file.commit();
}

}  // namespace

int wordcount(farm::Client& client, const Arguments& arguments) {
  const auto settings = read_wordcount_settings(arguments);
  if (!settings) return 0;
  if (!settings->output.empty()) check_writable(settings->output);
  const std::size_t engines = client.size();
  const auto start = std::chrono::steady_clock::now();
  const std::vector<Document> documents = find_documents(settings->folder);
  const std::vector<TextSplit> splits =
      split_documents(documents, settings->split.value_or(split_size(documents, engines)));
  const Totals totals = count_farmed(client, splits, settings->rules, settings->top);
  write_output(settings->output, totals.ranking);

  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
  print_totals(std::cerr, {documents.size(), total_size(documents), engines, passed.count()},
               totals);
  return 0;
}

}  // namespace app
