// farm_app: a farm in one binary. The subcommands are in the table below.
#include <fcntl.h>

#include <array>
#include <exception>
#include <farm/farm.hpp>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include "farm_app/command_line.hpp"
#include "farm_app/run/keeper.hpp"
#include "farm_app/subcommands.hpp"

namespace {

struct Subcommand {
  const char* name;
  const char* help;
  int (*run)(farm::Client& client, const app::Arguments& arguments);
};

constexpr std::array subcommands{
    Subcommand{"hello", "the ranks of this job, and a short self-check of the farm", &app::hello},
    Subcommand{"mandelbrot", "a picture, and a report on its load balance", &app::mandelbrot},
    Subcommand{"matmul", "a dense matrix product, in rows and in blocks on a grid", &app::matmul},
    Subcommand{"records", "the tasks in a journal (--farm-journal)", &app::records},
    Subcommand{"run", "commands that are not ours: a file of them, or a template and its values",
               &app::run},
    Subcommand{"tenacity", "against tasks that crash and engines that die", &app::tenacity},
    Subcommand{"wordcount", "how often each word occurs in a folder of documents", &app::wordcount},
};

void print_help() {
  std::cout << "farm_app: high-throughput computing inside one MPI job\n\n"
               "usage: mpirun -np N farm_app [SUBCOMMAND] [OPTIONS]\n\nsubcommands:\n";
  for (const Subcommand& subcommand : subcommands) {
    std::cout << "  " << std::left << std::setw(14) << subcommand.name << subcommand.help << '\n';
  }
  std::cout << "\nWithout a subcommand: hello.\n"
               "farm_app SUBCOMMAND --help   the options of a subcommand\n"
               "farm_app --farm-help         the options that every farm program takes\n";
}

const Subcommand& find_subcommand(const std::string& name) {
  std::vector<std::string> known;
  for (const Subcommand& subcommand : subcommands) {
    if (name == subcommand.name) return subcommand;
    known.emplace_back(subcommand.name);
  }
  throw app::UsageError("there is no subcommand '" + name + "'" + app::suggestion(name, known) +
                        "; known are: " + app::join(known, ", "));
}

int refuse(const std::string& speaker, const std::exception& error, int status) {
  std::cerr << speaker << ": " << error.what();
  if (status == 2) std::cerr << " (" << speaker << " --help)";
  std::cerr << '\n';
  return status;
}

int drive(farm::Client& client) {
  const std::vector<std::string> words = client.arguments();
  std::string speaker = "farm_app";
  try {
    // An option in the first place belongs to the subcommand that is not written: hello.
    const bool named = words.size() > 1 && words[1].rfind('-', 0) != 0;
    if (words.size() > 1 && (words[1] == "--help" || words[1] == "-h")) {
      print_help();
      return 0;
    }
    const Subcommand& subcommand = find_subcommand(named ? words[1] : "hello");
    if (named) speaker += std::string(" ") + subcommand.name;
    const std::size_t taken = words.empty() ? 0 : (named ? 2 : 1);
    return subcommand.run(client, app::Arguments(words.begin() + taken, words.end()));
  } catch (const app::UsageError& error) {
    return refuse(speaker, error, 2);
  } catch (const std::exception& error) {
    return refuse(speaker, error, 1);
  }
}

}  // namespace

// A closed descriptor would be that of the next file or socket, and what is printed goes there.
static void fill_standard_streams() {
  for (int stream = 0; stream < 3; ++stream) {
    if (fcntl(stream, F_GETFD) < 0) static_cast<void>(open("/dev/null", O_RDONLY));
  }
}

int main(int argc, char** argv) {
  fill_standard_streams();
  try {
    // Before MPI, and so before the runtime has taken its options out.
    if (app::first_argument({argv, argv + argc}) == "run") app::start_keeper();
  } catch (const std::exception& error) {
    return refuse("farm_app run", error, 255);
  }
  return farm::run(argc, argv, drive);
}
