// The same commands as GNU parallel makes, where it is installed.
#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>

#include "farm_app/command_line.hpp"
#include "farm_app/run/dry_run.hpp"
#include "farm_app/run/quoting.hpp"
#include "run_cases.hpp"

using run_cases::Folder;
using run_cases::Words;

namespace {

/// Standard output of `command`; nothing where it fails.
std::string output_of(const std::string& command) {
  FILE* pipe = ::popen((command + " 2>/dev/null </dev/null").c_str(), "r");
  if (pipe == nullptr) return "";
  std::string output;
  std::array<char, 4096> block{};
  for (std::size_t n = 0; (n = std::fread(block.data(), 1, block.size(), pipe)) > 0;) {
    output.append(block.data(), n);
  }
  return ::pclose(pipe) == 0 ? output : "";
}

/// What `parallel --dry-run -k WORD...` prints; its files are in `home`.
std::string parallel(const Folder& home, const Words& words) {
  std::string command = "PARALLEL_HOME=" + home.path("") + " parallel --will-cite --dry-run -k";
  for (const std::string& word : words) command += " " + app::shell_quoted(word);
  return output_of(command);
}

std::string ours(const Words& words) {
  std::string text;
  for (const auto& next : run_cases::steps_of(words)) text += app::dry_run_text(next.job);
  return text;
}

}  // namespace

TEST_CASE("run: the commands are those of GNU parallel") {
  const Folder folder;
  const std::string paths = folder.file(
      "paths", "a.b/c\na/b.c\n/x\n.bashrc\na.\na/.x\n/\nsub dir/f g.tar.gz\n\na/b/\n//x\na//b\n");
  const std::string few = folder.file("few", "x y\nz\n");
  const std::string table = folder.file("table", "n\tfile\n1\ta b.c\n2\td/e.f\n");
  if (output_of("parallel --version").empty()) {
    WARN("GNU parallel is not installed");
    return;
  }
  const Words cases[] = {
      {"echo", ":::", "a b", "it's", "x$y", "", "~", "*", "é", "a\tb", "''", "'a'b", "#", "-"},
      {"echo", ":::", "!\"%&()", ",:;<=>", "?@[\\]^", "`{|}", "A-Z+_./09"},
      {"echo", "{.}", "{/}", "{//}", "{/.}", "{#}", "::::", paths},
      {"echo", "{}{}", "a{#}b", "{%}", "{..}", "{x}", ":::", "a"},
      {"echo", "{1}", "{ 1}", "{-1}", "{-2}", "{0}", "{+1}", "{01}", "{3}", ":::", "a", ":::", "b"},
      {"echo", "{1.}", "{2/}", "{-1//}", "{}", ":::", "a.x", ":::", "p/q"},
      {"echo", ":::", "a", "b", ":::", "1", "2", ":::", "x y"},
      {"echo", ":::", "a", "b", "c", ":::+", "1", "2", ":::", "X", "Y", ":::+", "11", "22"},
      {"echo", ":::", ":::", "a"},
      {"echo", ":::", "a", ":::"},
      {"echo", ":::", "a", ":::+"},
      {"echo", "::::", few, "::::", paths},
      {"echo", "::::", few, "::::+", paths, ":::", "z"},
      {"-a", few, "echo", ":::", "x"},
      {"-a", few, "-a", paths, "echo", "{2}", "{1}"},
      {"echo", "::::", few, paths},
      {":::", "echo a", "echo \"b c\""},
      {":::", "echo a", ":::", "b", "c"},
      {"{}", "x", ":::", "echo a b"},
      {"{1}", "{2}", ":::", "a b", ":::", "c d"},
      {"{#}", "{}", ":::", "a b"},
      {" {}", ":::", "a b"},
      {"echo {}; echo {}", ":::", "a b"},
      {"echo", "a  b", "\"c\"", "{}", ":::", "1"},
      {"--header", ":", "echo", "{f1}", "{f2.}", "{f3}", ":::", "f1", "A", "B", ":::", "f2", "x.y"},
      {"--header", ":", "echo", ":::", "f", "a b", ":::", "g", "c"},
      {"--header", ":", "--colsep", "\\t", "echo", "{file.}", "{n}", "{file//}", "::::", table},
      {"--header", ":", "echo", "{file/}", "::::", table},
      {"--colsep", ",", "echo", "{2}", "{1}", ":::", "a,b", "c,d"},
      {"--colsep", ",", "echo", ":::", "a,b", "c d,e", "f"},
      {"--colsep", ",", "echo", "{1}{2}{3}", ":::", "a,b", "e,f", ":::", "c", "d"},
      {"--colsep", "[ ,]+", "echo", "{4}", "{3}", "{2}", "{1}", ":::", "a, b", "c, d",
       ":::", "e f"},
      {"-C", " ", "echo", "{2}", "::::", few},
      {"-r", "echo", "{#}", ":::", "", " ", "a", "", "b"},
      {"--tag", "echo", ":::", "a b", "c", ":::", "d"},
      {"--tagstring", "{2}-{#}", "echo", ":::", "a b", ":::", "d"},
      {"--dry-run", "-k", "--lb", "echo", "-k", "--bar", ":::", "a"},
      {"echo", "{}", ":::", "{#}", "{}", "{1}"},
  };
  for (const Words& words : cases) {
    INFO(app::join(words, " "));
    CHECK(ours(words) == parallel(folder, words));
  }
}
