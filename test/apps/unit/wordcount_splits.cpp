#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <map>

#include "farm_app/wordcount/count.hpp"
#include "farm_app/wordcount/read_split.hpp"

namespace fs = std::filesystem;
using app::TextSplit;
using Catch::Matchers::Contains;

namespace {

using Histogram = std::map<std::string, std::uint64_t>;

/// A folder for one test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "wordcount.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp");
    path_ = name;
  }
  ~Folder() { fs::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const fs::path& path() const { return path_; }
  std::string file(const std::string& name, const std::string& text) const {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << text;
    return (path_ / name).string();
  }

 private:
  fs::path path_;
};

Histogram counted(const std::vector<TextSplit>& splits, app::Separator separator) {
  app::WordTable table;
  for (const TextSplit& split : splits) app::count_split(split, {separator, false}, table);
  Histogram histogram;
  for (const auto& entry : table.entries()) {
    histogram[std::string(table.word(entry))] = entry.count;
  }
  return histogram;
}

Histogram expected(const std::string& text, app::Separator separator) {
  Histogram histogram;
  app::each_word(text, separator, [&](std::string_view word) { ++histogram[std::string(word)]; });
  return histogram;
}

}  // namespace

TEST_CASE("a document cut anywhere has the same words as in one piece") {
  const Folder folder;
  const std::string text =
      GENERATE("one", " one", "one ", "", " ", "\n\n", "a b", "  a  b  ",
               "the cat sat on the mat\nthe end\n", "Größe мир 東京 😀 naïve Größe, мир",
               "a-word-that-is-much-longer-than-the-others x y z", "x y averylongwordattheveryend",
               "\xFF\xFE broken \xC3 utf\xE2\x82 8", "don't stop, don't");
  const auto separator = GENERATE(app::Separator::text, app::Separator::whitespace);
  const std::string path = folder.file("document", text);
  const std::uint64_t size = text.size();
  for (std::uint64_t cut = 0; cut <= size; ++cut) {
    const std::vector<TextSplit> halves{{path, 0, cut, size}, {path, cut, size, size}};
    CHECK(counted(halves, separator) == expected(text, separator));
  }
  for (std::uint64_t bytes = 1; bytes <= size + 1; ++bytes) {
    const auto splits = app::split_documents({{path, size}}, bytes);
    CHECK(counted(splits, separator) == expected(text, separator));
  }
}

TEST_CASE("words longer than a block, a window and a split are counted once") {
  const Folder folder;
  const std::string giant(700'000, 'g');
  const std::string text = "first " + giant + " middle " + std::string(5000, 'w') + "\n" + giant;
  const std::string path = folder.file("document", text);
  for (const std::uint64_t bytes : {1'000ULL, 65'536ULL, 300'000ULL, 10'000'000ULL}) {
    const auto words =
        counted(app::split_documents({{path, text.size()}}, bytes), app::Separator::text);
    CHECK(words.size() == 4);
    CHECK(words.at(giant) == 2);
    CHECK(words.at("middle") == 1);
  }
}

TEST_CASE("blocks are of whole words") {
  const Folder folder;
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += "wört" + std::to_string(i) + (i % 9 == 0 ? "\n" : " ");
  const std::string path = folder.file("document", text);
  std::string joined;
  int blocks = 0;
  app::read_split({path, 0, text.size(), text.size()}, [&](const char* begin, const char* end) {
    CHECK((app::is_space(end[-1]) || joined.size() + (end - begin) == text.size()));
    joined.append(begin, end);
    ++blocks;
  });
  CHECK(joined == text);
  CHECK(blocks > 5);
}

TEST_CASE("pieces cover each document without gaps, the largest first") {
  const std::vector<app::Document> documents{{"a", 10}, {"empty", 0}, {"b", 25}, {"c", 3}};
  const auto splits = app::split_documents(documents, 10);
  std::map<std::string, std::uint64_t> covered;
  std::uint64_t last = 10;
  for (const TextSplit& split : splits) {
    CHECK(split.bytes() <= last);
    last = split.bytes();
    covered[split.path] += split.bytes();
  }
  CHECK(covered == std::map<std::string, std::uint64_t>{{"a", 10}, {"b", 25}, {"c", 3}});
  CHECK(splits.size() == 5);
  CHECK(app::split_documents({}, 10).empty());
  CHECK_THROWS_WITH(app::split_documents({{"large", 1ULL << 40U}}, 1), Contains("--split"));
}

TEST_CASE("pieces are small enough to go round and large enough to be worth it") {
  CHECK(app::split_size({}, 3) == 65536);
  CHECK(app::split_size({{"small", 1000}}, 1) == 65536);
  CHECK(app::split_size({{"a", 1U << 30U}, {"b", 1U << 30U}}, 63) == (2U << 20U) * 1024 / 1008);
  CHECK(app::split_size({{"huge", std::uint64_t{1} << 42U}}, 63) == 16U << 20U);
}

TEST_CASE("documents are the regular files at any depth, by path, without loops") {
  const Folder folder;
  folder.file("b.txt", "bb");
  folder.file("a/deep/er.txt", "123");
  folder.file("a/empty", "");
  fs::create_directory_symlink(folder.path(), folder.path() / "a" / "loop");
  fs::create_symlink(folder.path() / "nowhere", folder.path() / "broken");
  fs::create_symlink(folder.path() / "b.txt", folder.path() / "link");
  std::vector<std::string> found;
  for (const auto& document : app::find_documents(folder.path().string())) {
    found.push_back(fs::path(document.path).lexically_relative(folder.path()).string());
  }
  CHECK(found == std::vector<std::string>{"a/deep/er.txt", "a/empty", "b.txt", "link"});
  CHECK(app::total_size(app::find_documents(folder.path().string())) == 7);

  const auto alone = app::find_documents((folder.path() / "b.txt").string());
  REQUIRE(alone.size() == 1);
  CHECK(alone.front().size == 2);
  CHECK(app::find_documents((folder.path() / "a" / "empty").string()).front().size == 0);
}

TEST_CASE("what cannot be read is named") {
  const Folder folder;
  CHECK_THROWS_WITH(app::find_documents((folder.path() / "none").string()), Contains("/none'"));
  CHECK_THROWS_WITH(app::find_documents("/dev/null"), Contains("neither a folder nor"));
  const std::string path = folder.file("short", "abc");
  app::WordTable table;
  CHECK_THROWS_WITH(app::count_split({path, 0, 10, 10}, {}, table), Contains("shorter"));
  CHECK_THROWS_WITH(app::count_split({path + "er", 0, 10, 10}, {}, table),
                    Contains("cannot open") && Contains("shorter'"));
  CHECK_THROWS_WITH(app::count_split({folder.path().string(), 0, 1, 1}, {}, table),
                    Contains("cannot read"));
}
