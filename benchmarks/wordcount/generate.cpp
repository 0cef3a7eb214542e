// Makes a folder of text to count: words drawn by Zipf's law, the same for the same seed.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>

#include "options.hpp"

namespace {

struct Settings {
  std::string folder = "words";
  std::uint64_t mebibytes = 1024;
  int files = 7;
  std::uint64_t vocabulary = 200'000;
  std::uint64_t seed = 1;
};

// Only numbers that the standard fixes: its distributions differ between libraries.
class Stream {
 public:
  explicit Stream(std::uint64_t seed) : engine_(seed) {}
  double unit() { return static_cast<double>(engine_() >> 11U) * 0x1p-53; }
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(unit() * n); }

 private:
  std::mt19937_64 engine_;
};

// Frequent words are short, as in every language: 1 to 3 syllables for the first, more behind.
std::vector<std::string> vocabulary_of(const Settings& settings, Stream& random) {
  const std::vector<std::string> plain{"a",   "be",  "con", "de", "er", "fi", "go",  "hu", "in",
                                       "jo",  "ka",  "lo",  "mi", "no", "or", "per", "qu", "re",
                                       "st",  "ti",  "un",  "ve", "wa", "xe", "ya",  "zo", "th",
                                       "ing", "ous", "ent", "ly", "al", "ed", "es"};
  const std::vector<std::string> accented{"é", "ü", "ß", "ñ", "д", "на"};
  std::vector<std::string> words;
  for (std::uint64_t rank = 0; rank < settings.vocabulary; ++rank) {
    const int length = 1 + static_cast<int>(std::log10(1.0 + rank) * random.unit() * 1.6);
    std::string word;
    for (int i = 0; i < length; ++i) {
      const auto& syllables = random.below(25) == 0 ? accented : plain;
      word += syllables[random.below(syllables.size())];
    }
    words.push_back(word + (rank % 97 == 0 ? std::to_string(rank) : ""));
  }
  return words;
}

// Walker's alias method: a rank with probability ~ 1 / (rank + 1), in constant time.
class Zipf {
 public:
  explicit Zipf(std::size_t n) : share_(n), other_(n) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += 1.0 / static_cast<double>(i + 1);
    std::vector<std::size_t> poor;
    std::vector<std::size_t> rich;
    for (std::size_t i = 0; i < n; ++i) {
      share_[i] = static_cast<double>(n) / (static_cast<double>(i + 1) * sum);
      (share_[i] < 1 ? poor : rich).push_back(i);
    }
    while (!poor.empty() && !rich.empty()) {
      const std::size_t small = poor.back();
      const std::size_t large = rich.back();
      poor.pop_back();
      other_[small] = large;
      share_[large] -= 1 - share_[small];
      if (share_[large] >= 1) continue;
      rich.pop_back();
      poor.push_back(large);
    }
    for (const std::size_t i : poor) share_[i] = 1;
    for (const std::size_t i : rich) share_[i] = 1;
  }
  std::size_t draw(Stream& random) const {
    const double x = random.unit() * static_cast<double>(share_.size());
    const auto i = static_cast<std::size_t>(x);
    return x - static_cast<double>(i) < share_[i] ? i : other_[i];
  }

 private:
  std::vector<double> share_;
  std::vector<std::size_t> other_;
};

void write_document(const std::string& path, std::uint64_t bytes, const Zipf& zipf,
                    const std::vector<std::string>& words, Stream& random) {
  std::ofstream file(path, std::ios::binary);
  std::string block;
  for (std::uint64_t written = 0, line = 0; written < bytes; written += block.size()) {
    block.clear();
    while (block.size() < std::min<std::uint64_t>(1U << 20U, bytes - written)) {
      block += words[zipf.draw(random)];
      const bool sentence = random.below(12) == 0;
      if (sentence) block += '.';
      block += ++line % 12 == 0 ? '\n' : ' ';
    }
    file.write(block.data(), static_cast<std::streamsize>(block.size()));
  }
  file << '\n';
  if (!file.flush()) throw std::runtime_error("cannot write '" + path + "'");
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  bench::Options options("Makes a folder of text by Zipf's law, the same for the same seed.");
  options.add("folder", settings.folder, "where; made if it is missing")
      .add("mebibytes", settings.mebibytes, "of all files together")
      .add("files", settings.files, "their number; the first is as large as all others together")
      .add("vocabulary", settings.vocabulary, "the most different words there can be")
      .add("seed", settings.seed, "of the random numbers");
  if (const auto status = options.parse({argv, argv + argc})) return *status;
  try {
    Stream random(settings.seed);
    const auto words = vocabulary_of(settings, random);
    const Zipf zipf(words.size());
    std::filesystem::create_directories(settings.folder);
    const std::uint64_t bytes = settings.mebibytes << 20U;
    const std::uint64_t others = std::max(1, settings.files - 1);
    for (int i = 0; i < settings.files; ++i) {
      const std::uint64_t share = settings.files == 1 ? bytes
                                  : i == 0            ? bytes / 2
                                                      : bytes / 2 / others;
      write_document(settings.folder + "/" + std::to_string(i) + ".txt", share, zipf, words,
                     random);
    }
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
  }
}
