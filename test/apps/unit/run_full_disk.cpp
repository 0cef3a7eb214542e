// Results that cannot be kept.

#include <sys/mount.h>

#include <cerrno>
#include <cstring>

#include "farm_app/run/halt.hpp"
#include "farm_app/run/joblog.hpp"
#include "run_bed.hpp"

using app::Cause;
using app::Ending;
using Catch::Matchers::Contains;
using run_test::Bed;
using run_test::Folder;

namespace {

Bed& with_results(Bed& bed, const std::filesystem::path& folder) {
  bed.terms.results = folder.string();
  bed.terms.one_file = true;
  return bed;
}

}  // namespace

TEST_CASE("a command whose output cannot be kept has failed, with its own exit status beside it") {
  const Folder folder;
  Bed bed;
  with_results(bed, folder.path);
  const std::filesystem::path index = folder.path / "engine.3.index";
  std::filesystem::create_symlink("/dev/full", index);
  const Ending lost = bed.run("echo lost");
  CHECK(lost.cause == Cause::unsaved);
  CHECK(lost.status == 0);
  CHECK_FALSE(lost.good());
  CHECK_THAT(lost.problem,
             Contains("output not saved: ") && Contains("engine.3.index: No space left"));
  CHECK(bed.out == "lost\n");
  CHECK_THAT(bed.err, Contains("farm_app run: output not saved: "));
  CHECK_THAT(app::joblog_line(lost), Contains("\t-1\t0\techo lost"));
  CHECK(app::shell_status(lost) == 255);
  const Ending failed = bed.run("echo lost, too; exit 3");
  CHECK(failed.cause == Cause::unsaved);
  CHECK(failed.status == 3);
  CHECK_THAT(app::joblog_line(failed), Contains("\t3\t0\techo lost"));
  CHECK(app::shell_status(failed) == 3);
  // Nothing of theirs is in the way of others.
  std::filesystem::remove(index);
  CHECK(bed.run("echo kept").good());
  CHECK(folder.text("engine.3.out") == "kept\n");
  CHECK_THAT(folder.text("engine.3.index"), Catch::Matchers::EndsWith("\n3\t1\t0\t5\t0\t0\n"));
}

TEST_CASE("files of results that are removed while commands run are made again") {
  const Folder folder;
  Bed bed;
  with_results(bed, folder.path / "results");
  CHECK(bed.run("echo one").good());
  std::filesystem::remove_all(folder.path / "results");
  CHECK(bed.run("echo two").good());
  CHECK(folder.text("results/engine.3.out") == "two\n");
  std::filesystem::remove(folder.path / "results/engine.3.index");
  CHECK(bed.run("echo three").good());
  CHECK(folder.text("results/engine.3.out") == "two\nthree\n");
  CHECK_THAT(folder.text("results/engine.3.index"),
             Catch::Matchers::EndsWith("\n3\t1\t4\t6\t0\t0\n"));
}

TEST_CASE("a disk of results that is full takes what still fits") {
  const Folder folder;
  if (mount("none", folder.path.c_str(), "tmpfs", 0, "size=64k") != 0) {
    WARN("skipped: no file system may be mounted here: " << std::strerror(errno));
    return;
  }
  Ending large;
  Ending small;
  std::string kept;
  {
    Bed bed;
    with_results(bed, folder.path);
    large = bed.run("head -c 1M /dev/zero");
    small = bed.run("echo fits");
    kept = folder.text("engine.3.out");
  }
  umount(folder.path.c_str());
  CHECK(large.cause == Cause::unsaved);
  CHECK_THAT(large.problem, Contains("engine.3.out: No space left on device"));
  CHECK(small.good());
  CHECK(kept == "fits\n");
}
