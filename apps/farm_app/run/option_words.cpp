#include "farm_app/run/option_words.hpp"

#include <array>
#include <utility>

namespace app {

namespace {

using Pair = std::pair<const char*, const char*>;

constexpr std::array<Pair, 9> spellings{
    Pair{"--lb", "--line-buffer"},       Pair{"--linebuffer", "--line-buffer"},
    Pair{"--workdir", "--wd"},           Pair{"--dryrun", "--dry-run"},
    Pair{"--keeporder", "--keep-order"}, Pair{"--res", "--results"},
    Pair{"--tag-string", "--tagstring"}, Pair{"--arg-files", "--arg-file"},
    Pair{"--job-log", "--joblog"}};

constexpr std::array<Pair, 14> absent{
    Pair{"-j", "one command runs on each engine: mpirun -np says how many there are"},
    Pair{"--jobs", "one command runs on each engine: mpirun -np says how many there are"},
    Pair{"-P", "one command runs on each engine: mpirun -np says how many there are"},
    Pair{"-S", "the hosts are those that mpirun gives the job"},
    Pair{"--sshlogin", "the hosts are those that mpirun gives the job"},
    Pair{"--link", "sources go in step with ':::+' and '::::+'"},
    Pair{"--xapply", "sources go in step with ':::+' and '::::+'"},
    Pair{"-n", "a command takes one row of values; cut rows with --colsep"},
    Pair{"-N", "a command takes one row of values; cut rows with --colsep"},
    Pair{"-X", "a command takes one row of values"},
    Pair{"-m", "a command takes one row of values"},
    Pair{"--pipe", "standard input of commands is rendered: --template FILE=-"},
    Pair{"-q", "quote what the shell is to take as it is twice, or use a script"},
    Pair{"--load", "engines run one command each; --memfree waits for memory"}};

}  // namespace

std::string option_spelling(const std::string& word) {
  const std::string name = word.substr(0, word.find('='));
  for (const auto& [option, advice] : absent) {
    const std::string known = option;
    // A number may follow at once: -j8.
    const bool numbered = known.size() == 2 && word.size() > 2 && word.compare(0, 2, known) == 0 &&
                          word.find_first_not_of("0123456789", 2) == std::string::npos;
    if (name != known && !numbered) continue;
    throw UsageError("GNU parallel's " + known + " is not here: " + advice);
  }
  for (const auto& [other, ours] : spellings) {
    if (name == other) return ours + word.substr(name.size());
  }
  return word;
}

}  // namespace app
