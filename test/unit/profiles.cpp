#include "profiles.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "settings.hpp"

using farm::read_settings;
using farm::Settings;
using farm::SettingsError;

namespace {

// A folder with a settings file and profiles, as long as this lives.
class Site {
 public:
  Site() : folder_(std::filesystem::temp_directory_path() / name()) {
    std::filesystem::create_directory(folder_);
    setenv("FARM_PROFILES", folder_.c_str(), 1);
    unsetenv("FARM_PROFILE");
    write("main.txt", "");
  }
  ~Site() {
    unsetenv("FARM_PROFILES");
    unsetenv("FARM_PROFILE");
    std::filesystem::remove_all(folder_);
  }
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  void write(const std::string& file, const std::string& text) const {
    std::ofstream(folder_ / file) << text;
  }
  std::string path(const std::string& file) const { return (folder_ / file).string(); }
  Settings read(std::vector<std::string> words) const {
    words.insert(words.begin(), {"program", "--farm-config", path("main.txt")});
    std::vector<const char*> line;
    for (const std::string& word : words) line.push_back(word.c_str());
    return read_settings(static_cast<int>(line.size()), line.data());
  }
  std::string error_of(const std::vector<std::string>& words) const {
    try {
      read(words);
    } catch (const SettingsError& error) {
      return error.what();
    }
    return "no error";
  }

 private:
  static std::string name() { return "farm_unit_" + std::to_string(std::random_device()()); }
  std::filesystem::path folder_;
};

constexpr const char* two = R"(
seed = 1
hwm = 2

[alces]
hwm = 8
label = infiniband,scratch=100G
time-margin = 2:00

[curta]
hwm = 9
chunk = guided
scheme = twobin
)";

}  // namespace

TEST_CASE("a profile is a section of the settings file", "[unit][settings]") {
  const Site site;
  site.write("main.txt", two);
  const Settings plain = site.read({});
  CHECK(plain.defaults.hwm == farm::CountOrAutomatic(2));
  CHECK(plain.labels.empty());
  CHECK(plain.profile.empty());
  const Settings alces = site.read({"--farm-profile", "alces"});
  CHECK(alces.profile == "alces");
  CHECK(alces.seed == 1);
  CHECK(alces.defaults.hwm == farm::CountOrAutomatic(8));
  CHECK(alces.time_margin_ns == 120'000'000'000);
  CHECK(alces.labels.size() == 2);
  const Settings curta = site.read({"--farm-profile=curta"});
  CHECK(curta.defaults.chunk.name() == "guided");
  CHECK(curta.defaults.scheme == farm::Scheme::twobin);
  CHECK(curta.labels.empty());
}

TEST_CASE("a profile counts before the plain lines and after all else", "[unit][settings]") {
  const Site site;
  site.write("main.txt", two);
  setenv("FARM_PROFILE", "alces", 1);
  CHECK(site.read({}).defaults.hwm == farm::CountOrAutomatic(8));
  CHECK(site.read({"--farm-profile=curta"}).defaults.hwm == farm::CountOrAutomatic(9));
  setenv("FARM_HWM", "5", 1);
  CHECK(site.read({}).defaults.hwm == farm::CountOrAutomatic(5));
  unsetenv("FARM_HWM");
  CHECK(site.read({"--farm-hwm=6"}).defaults.hwm == farm::CountOrAutomatic(6));
}

TEST_CASE("a file may name its usual profile", "[unit][settings]") {
  const Site site;
  site.write("main.txt", std::string("profile = alces\n") + two);
  CHECK(site.read({}).defaults.hwm == farm::CountOrAutomatic(8));
  CHECK(site.read({"--farm-profile=curta"}).defaults.hwm == farm::CountOrAutomatic(9));
}

TEST_CASE("a profile may be a file of its own", "[unit][settings]") {
  const Site site;
  site.write("main.txt", "hwm = 2\n");
  site.write("bwcluster.ini", "hwm = 3\n# a comment\nlabel = gpu\n");
  const Settings settings = site.read({"--farm-profile=bwcluster"});
  CHECK(settings.defaults.hwm == farm::CountOrAutomatic(3));
  CHECK(settings.labels.contains("gpu"));
}

TEST_CASE("the file of a profile may have a section of its name", "[unit][settings]") {
  const Site site;
  site.write("bw.ini", "hwm = 3\nseed = 4\n[bw]\nhwm = 5\n[other]\nhwm = 6\n");
  const Settings settings = site.read({"--farm-profile=bw"});
  CHECK(settings.defaults.hwm == farm::CountOrAutomatic(5));
  CHECK(settings.seed == 4);
  site.write("nw.ini", "[other]\nhwm = 6\n");
  CHECK(site.error_of({"--farm-profile=nw"}) ==
        site.path("nw.ini") +
            " has a section [other] and no section [nw]: the file of a profile needs none, or one "
            "of its own name");
}

TEST_CASE("a wrong profile is explained", "[unit][settings]") {
  const Site site;
  CHECK(site.error_of({"--farm-profile=x"}) ==
        "there is no profile 'x'; there are none in " + site.path("main.txt") + ", " +
            site.path("").substr(0, site.path("").size() - 1));
  site.write("main.txt", two);
  site.write("zeus.ini", "hwm = many\n");
  site.write("ares.ini", "hmw = 1\n");
  const std::string folder = site.path("zeus.ini").substr(0, site.path("zeus.ini").rfind('/'));
  CHECK(site.error_of({"--farm-profile=alce"}) ==
        "there is no profile 'alce'; known are: alces (" + site.path("main.txt") + "), curta (" +
            site.path("main.txt") + "), ares (" + folder + "), zeus (" + folder + ")");
  CHECK(site.error_of({"--farm-profile=../zeus"}).starts_with("there is no profile '../zeus'"));
  CHECK(site.error_of({"--farm-profile="}).starts_with("there is no profile ''"));
  CHECK(site.error_of({"--farm-profile=zeus"}) ==
        site.path("zeus.ini") + ": hwm is 'auto' or a whole number of at least 0, not 'many'");
  CHECK(site.error_of({"--farm-profile=ares"})
            .starts_with(site.path("ares.ini") + ": there is no setting 'hmw'"));
  site.write("main.txt", "[a]\nhmw = 1\n");
  CHECK(site.error_of({}) == "no error");
  CHECK(site.error_of({"--farm-profile=a"})
            .starts_with(site.path("main.txt") + " [a]: there is no setting 'hmw'"));
}

TEST_CASE("a profile says where files lie", "[unit][settings]") {
  const Site site;
  setenv("FARM_UNIT_SCRATCH", "/scratch/me", 1);
  unsetenv("FARM_UNIT_NONE");
  site.write("main.txt",
             "[a]\ndirectory = ${FARM_UNIT_SCRATCH}/runs\n[b]\njournal = $FARM_UNIT_NONE/x\n");
  CHECK(site.read({"--farm-profile=a"}).journal.empty());
  CHECK(site.read({"--farm-profile=a", "--farm-journal", "x.db"}).journal ==
        "/scratch/me/runs/x.db");
  CHECK(site.read({"--farm-profile=a", "--farm-journal", "/y/x.db"}).journal == "/y/x.db");
  CHECK(site.error_of({"--farm-profile=b"}) ==
        site.path("main.txt") + " [b]: journal: the variable FARM_UNIT_NONE is not set");
  unsetenv("FARM_UNIT_SCRATCH");
}

TEST_CASE("only what is a variable is replaced", "[unit][settings]") {
  setenv("FARM_UNIT_A", "1", 1);
  const char* home = std::getenv("HOME");
  const std::string before = home == nullptr ? "/" : home;
  setenv("HOME", "/home/me", 1);
  using farm::expanded;
  CHECK(expanded("", "x${FARM_UNIT_A}y$FARM_UNIT_A-") == "x1y1-");
  CHECK(expanded("", "~/a~") == "/home/me/a~");
  CHECK(expanded("", "~a/$") == "~a/$");
  CHECK(expanded("", "${FARM_UNIT_A") == "${FARM_UNIT_A");
  CHECK(expanded("", "$") == "$");
  CHECK(expanded("", "") == "");
  unsetenv("FARM_UNIT_A");
  setenv("HOME", before.c_str(), 1);
}
