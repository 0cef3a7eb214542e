#include "hub/published.hpp"

#include <catch2/catch.hpp>
#include <cstring>
#include <string>

#include "hub/words.hpp"

using farm::TaskId;
using farm::hub::Published;
using farm::hub::Words;

namespace {

void publish(Published& published, std::uint64_t task, const std::string& name,
             const std::string& value, std::uint64_t version, std::uint16_t attempt = 1) {
  farm::wire::Publish header;
  header.task = TaskId{task};
  header.attempt = attempt;
  header.version = version;
  header.type = 1;
  header.name_size = static_cast<std::uint32_t>(name.size());
  const std::string body = name + value;
  published.add(header, std::as_bytes(std::span(body)));
}
void progress(Published& published, std::uint64_t task, double fraction, const std::string& text) {
  farm::wire::Publish header;
  header.progress = true;
  header.task = TaskId{task};
  header.version = 1;
  header.fraction = fraction;
  published.add(header, std::as_bytes(std::span(text)));
}
std::string text(const Published& published, std::uint64_t task, const std::string& name = "") {
  const farm::detail::PublishedValue value = published.value(TaskId{task}, name);
  if (!value.there) return "none";
  return {reinterpret_cast<const char*>(value.value.data()), value.value.size()};
}
farm::Bytes frame(int number) { return farm::Bytes(std::as_bytes(std::span(&number, 1))); }
int number_of(const farm::Bytes& bytes) {
  int number = 0;
  std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

}  // namespace

TEST_CASE("the last value of a name stays until the next attempt publishes", "[unit][hub][b143]") {
  Published published;
  CHECK(text(published, 1) == "none");
  publish(published, 1, "", "a", 1);
  publish(published, 1, "", "b", 4);
  publish(published, 1, "named", "c", 5);
  CHECK(text(published, 1) == "b");
  CHECK(text(published, 1, "named") == "c");
  CHECK(published.version(TaskId{1}) == 5);
  publish(published, 1, "", "again", 1, 2);
  publish(published, 1, "", "late", 6, 1);
  CHECK(text(published, 1) == "again");
  CHECK(text(published, 1, "named") == "none");
  CHECK(published.version(TaskId{1}) == 6);
  published.forget(TaskId{0}, 2);
  CHECK_FALSE(published.any());
}

TEST_CASE("progress is known for each task that says it", "[unit][hub]") {
  Published published;
  publish(published, 3, "", "value", 1);
  progress(published, 4, 0.25, "a quarter");
  progress(published, 5, 0.5, "");
  CHECK(published.progress(TaskId{3}) == nullptr);
  CHECK(published.progress(TaskId{4})->text == "a quarter");
  double sum = 0;
  published.each_fraction(TaskId{3}, 2, [&](TaskId, double fraction) { sum += fraction; });
  CHECK(sum == 0.25);
}

TEST_CASE("published values beyond the limit go, those of the oldest tasks first", "[unit][hub]") {
  Published published(1000);
  for (std::uint64_t task = 0; task < 20; ++task) {
    publish(published, task, "", std::string(100, 'x'), 1);
  }
  CHECK(text(published, 9) == "none");
  CHECK(text(published, 10).size() == 100);
  publish(published, 0, "", std::string(5000, 'y'), 1);
  CHECK(text(published, 0).size() == 5000);
  CHECK(text(published, 19) == "none");
}

TEST_CASE("words that overtake each other are heard in their order", "[unit][hub]") {
  Words words;
  CHECK_FALSE(words.comes_next(1, 3, frame(3).span()));
  CHECK_FALSE(words.comes_next(1, 2, frame(2).span()));
  CHECK_FALSE(words.next(1));
  CHECK(words.comes_next(2, 1, frame(1).span()));
  CHECK(words.comes_next(1, 1, frame(1).span()));
  CHECK(number_of(*words.next(1)) == 2);
  CHECK(number_of(*words.next(1)) == 3);
  CHECK_FALSE(words.next(1));
  CHECK_FALSE(words.comes_next(1, 2, frame(2).span()));
}

TEST_CASE("an answer that comes before the last word waits for it", "[unit][hub]") {
  Words words;
  CHECK_FALSE(words.counts(1, 7, frame(70).span()));
  const auto held = words.end(1, 7);
  REQUIRE(held);
  CHECK(number_of(*held) == 70);
  CHECK(words.counts(1, 7, held->span()));
  CHECK_FALSE(words.end(1, 8));
  CHECK(words.counts(1, 8, frame(80).span()));
  CHECK_FALSE(words.counts(1, 8, frame(81).span()));
  words.lose(1);
  CHECK_FALSE(words.end(1, 8));
}
