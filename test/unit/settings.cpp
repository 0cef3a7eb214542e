#include "settings.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

using farm::read_settings;
using farm::Settings;
using farm::SettingsError;

namespace {

// A variable that is set as long as this lives.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    setenv(name, value.c_str(), 1);
  }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
};

class File {
 public:
  explicit File(const std::string& text)
      : path_((std::filesystem::temp_directory_path() /
               ("farm_unit_" + std::to_string(std::random_device()()) + ".ini"))
                  .string()) {
    std::ofstream(path_) << text;
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Settings read(std::vector<const char*> words) {
  words.insert(words.begin(), "program");
  return read_settings(static_cast<int>(words.size()), words.data());
}

std::string error_of(const std::vector<const char*>& words) {
  try {
    read(words);
  } catch (const SettingsError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("without settings everything is automatic", "[unit][settings]") {
  const Settings settings = read({});
  CHECK(settings.defaults == farm::TaskOptions());
  CHECK(settings.progress_thread);
  CHECK(settings.listener_thread);
  CHECK(settings.log == farm::LogLevel::warning);
  CHECK(settings.seed == 0);
  CHECK_FALSE(settings.max_workers);
  CHECK_FALSE(settings.help);
  CHECK(settings.arguments == std::vector<std::string>{"program"});
}

TEST_CASE("the command line sets everything and keeps the program's words", "[unit][settings]") {
  const Settings settings =
      read({"first", "--farm-chunk=10", "--size", "3", "--farm-hwm", "0", "--farm-progress=caller",
            "--farm-seed", "42", "--farm-log-level=debug", "--farm-max-workers=5", "--farmer",
            "--farm-grace=7", "--farm-listener=none", "--farm-version", "--", "--farm-chunk=99"});
  CHECK(settings.defaults.chunk == farm::CountOrAutomatic(10));
  CHECK(settings.defaults.hwm == farm::CountOrAutomatic(0));
  CHECK_FALSE(settings.progress_thread);
  CHECK(settings.seed == 42);
  CHECK(settings.log == farm::LogLevel::debug);
  CHECK(settings.max_workers == 5);
  CHECK(settings.grace_ns == 7'000'000'000);
  CHECK_FALSE(settings.listener_thread);
  CHECK(settings.version);
  CHECK(settings.arguments == std::vector<std::string>{"program", "first", "--size", "3",
                                                       "--farmer", "--", "--farm-chunk=99"});
}

TEST_CASE("the command line counts before variables and those before the file",
          "[unit][settings]") {
  const File file("chunk = 1\nhwm = 1\nseed = 1\n# a comment\n\nmax-workers = 7\n");
  const Variable config("FARM_CONFIG", file.path());
  CHECK(read({}).seed == 1);
  const Variable seed("FARM_SEED", "2");
  const Variable hwm("FARM_HWM", "auto");
  const Variable chunk("FARM_CHUNK", "2");
  const Settings settings = read({"--farm-seed=3", "--farm-chunk=auto"});
  CHECK(settings.seed == 3);
  CHECK(settings.defaults.chunk.is_automatic());
  CHECK(settings.defaults.hwm.is_automatic());
  CHECK(settings.max_workers == 7);
}

TEST_CASE("the file of the command line replaces that of the variable", "[unit][settings]") {
  const File named("seed = 5\n");
  const Variable config("FARM_CONFIG", "no/such/file");
  CHECK(read({"--farm-config", named.path().c_str()}).seed == 5);
  CHECK(error_of({}) == "the settings file no/such/file cannot be read");
}

TEST_CASE("wrong words on the command line are explained", "[unit][settings]") {
  CHECK(error_of({"--farm-chnk=1"}) ==
        "there is no option --farm-chnk; --farm-help lists those there are");
  CHECK(error_of({"--farm-chunk"}) == "--farm-chunk needs a value");
  CHECK(error_of({"--farm-chunk=0"}) ==
        "--farm-chunk is one of auto, static, self, fsc, guided, trapezoid, factoring, weighted, "
        "adaptive or a whole number of at least 1, not '0'");
  CHECK(error_of({"--farm-hwm", "-1"}) ==
        "--farm-hwm is 'auto' or a whole number of at least 0, not '-1'");
  CHECK(error_of({"--farm-seed=1.5"}) == "--farm-seed is a whole number of at least 0, not '1.5'");
  CHECK(error_of({"--farm-seed="}) == "--farm-seed is a whole number of at least 0, not ''");
  CHECK(error_of({"--farm-grace=0"}) == "--farm-grace is a whole number of at least 1, not '0'");
  CHECK(error_of({"--farm-max-workers=none"}) ==
        "--farm-max-workers is a whole number of at least 1, not 'none'");
  CHECK(
      error_of({"--farm-chunk=99999999999999999999"}).starts_with("--farm-chunk is one of auto,"));
  CHECK(error_of({"--farm-progress=on"}) == "--farm-progress is one of thread, caller, not 'on'");
  CHECK(error_of({"--farm-log-level=loud"}) ==
        "--farm-log-level is one of error, warning, info, debug, not 'loud'");
}

TEST_CASE("wrong variables and lines say where they stand", "[unit][settings]") {
  {
    const Variable hwm("FARM_HWM", "many");
    CHECK(error_of({}) == "FARM_HWM is 'auto' or a whole number of at least 0, not 'many'");
  }
  const File wrong("chunk = x\n");
  CHECK(error_of({"--farm-config", wrong.path().c_str()}) ==
        wrong.path() + ": chunk is one of " + farm::chunk_names() +
            " or a whole number of at least 1, not 'x'");
  const File unknown("chunks = 1\n");
  CHECK(error_of({"--farm-config", unknown.path().c_str()}) ==
        unknown.path() +
            ": there is no setting 'chunks'; --farm-help lists those there are, without the "
            "--farm-");
  for (const char* name : {"help", "version", "config"}) {
    const File file(std::string(name) + " = 1\n");
    CHECK_THAT(error_of({"--farm-config", file.path().c_str()}),
               Catch::Contains("there is no setting '" + std::string(name) + "'"));
  }
  const File broken("no equals sign\n");
  CHECK(error_of({"--farm-config", broken.path().c_str()}).starts_with(broken.path() + ": "));
}

TEST_CASE("a chunk may be given by the name of a scheme", "[unit][settings]") {
  using farm::Chunking;
  const auto chunk = [](const std::string& name) {
    return read({("--farm-chunk=" + name).c_str()}).defaults.chunk;
  };
  CHECK(chunk("static").is(Chunking::static_blocks));
  CHECK(chunk("self").is(Chunking::self));
  CHECK(chunk("fsc").is(Chunking::fixed_size));
  CHECK(chunk("guided").is(Chunking::guided));
  CHECK(chunk("trapezoid").is(Chunking::trapezoid));
  CHECK(chunk("factoring").is(Chunking::factoring));
  CHECK(chunk("weighted").is(Chunking::weighted_factoring));
  CHECK(chunk("adaptive").is(Chunking::adaptive_factoring));
  CHECK(chunk("auto").is_automatic());
  for (const auto& [acronym, name] : {std::pair("ss", "self"),
                                      {"gss", "guided"},
                                      {"tss", "trapezoid"},
                                      {"fac2", "factoring"},
                                      {"wf", "weighted"},
                                      {"awf", "adaptive"},
                                      {"17", "17"}}) {
    CHECK(chunk(acronym).name() == name);
  }
  CHECK_FALSE(farm::chunk_named("Guided"));
  CHECK_FALSE(farm::chunk_named(""));
  CHECK_FALSE(farm::chunk_named("3 "));
  CHECK_FALSE(farm::chunk_named("-3"));
}

TEST_CASE("counts beyond every machine do not wrap around", "[unit][settings]") {
  CHECK(read({"--farm-max-workers=4294967296"}).max_workers > 1'000'000);
  CHECK(read({"--farm-chunk=1099511627776"}).defaults.chunk.count() == std::int64_t{1} << 31);
}

TEST_CASE("the help names every option", "[unit][settings]") {
  for (const char* name : {"chunk", "hwm", "max-workers", "progress", "seed", "log-level", "config",
                           "help", "version"}) {
    CHECK_THAT(farm::settings_help(), Catch::Contains("--farm-" + std::string(name)));
  }
  CHECK(read({"--farm-help"}).help);
}

TEST_CASE("labels come from everywhere and add up", "[unit][settings]") {
  const File file("label = slow,memory=1G\nlabel = disk=3\n");
  const Variable variable("FARM_LABEL", "memory=2G,gpu");
  const Settings settings = read(
      {"--farm-config", file.path().c_str(), "--farm-label", "gpu=2", "--farm-label=fast,a.b:c"});
  const double giga = 1 << 30;
  CHECK(settings.labels ==
        farm::Labels{
            {"slow", 1}, {"memory", 2 * giga}, {"disk", 3}, {"gpu", 2}, {"fast", 1}, {"a.b:c", 1}});
  CHECK(error_of({"--farm-label", "gpu=many"}) ==
        "--farm-label: the number of a label is 0 or more, with or without K, M, G or T: "
        "'gpu=many' has none");
}

TEST_CASE("the time limit is a time, none, or the scheduler's", "[unit][settings]") {
  CHECK_FALSE(read({}).time_limit_ns);
  CHECK_FALSE(read({}).time_margin_ns);
  const Variable limit("FARM_TIME_LIMIT", "1:00:00");
  CHECK(read({}).time_limit_ns == 3'600'000'000'000);
  CHECK(read({"--farm-time-limit=none"}).time_limit_ns == 0);
  CHECK_FALSE(read({"--farm-time-limit=auto"}).time_limit_ns);
  CHECK(read({"--farm-time-margin=2.5"}).time_margin_ns == 2'500'000'000);
  CHECK(error_of({"--farm-time-limit=soon"}) ==
        "--farm-time-limit is a time such as 90 (seconds), 30:00 or 12:00:00, not 'soon'");
  CHECK(error_of({"--farm-time-margin=0"}).starts_with("--farm-time-margin is a time"));
}
