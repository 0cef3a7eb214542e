#include "farm/detail/items.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "farm/detail/failure.hpp"
#include "hex.hpp"

using farm::Buffer;
using farm::variable_size;
using farm::detail::ItemsBuilder;
using farm::detail::ItemsView;
using unit::text;

namespace {

void add(ItemsBuilder& items, std::string_view text) {
  items.buffer().append(text.data(), text.size());
  items.end();
}

void add_failure(ItemsBuilder& items, std::string_view half_written, std::string_view error) {
  items.buffer().append(half_written.data(), half_written.size());
  items.begin_failed();
  items.buffer().append(error.data(), error.size());
  items.end_failed();
}

ItemsView view(const ItemsBuilder& items, const Buffer& buffer, std::size_t base = 0) {
  return {items.count(), items.item_size(), buffer.span().subspan(base)};
}

}  // namespace

TEST_CASE("items of one size stand side by side", "[unit][wire]") {
  Buffer buffer;
  ItemsBuilder items(buffer, 3);
  add(items, "abc");
  add(items, "def");
  items.finish();
  CHECK(text(buffer.span()) == "abcdef");
  const ItemsView read = view(items, buffer);
  CHECK(read.fixed());
  CHECK(text(read[0]) == "abc");
  CHECK(text(read[1]) == "def");
  CHECK_FALSE(read.failed(1));
  CHECK(read.begin_of(2) == 6);
}

TEST_CASE("items of any size are followed by their ends", "[unit][wire]") {
  Buffer buffer;
  buffer.append("header", 6);
  ItemsBuilder items(buffer, variable_size);
  add(items, "abc");
  add(items, "");
  add(items, "defgh");
  items.finish();
  const ItemsView read = view(items, buffer, 6);
  CHECK(items.count() == 3);
  CHECK(text(read[0]) == "abc");
  CHECK(read[1].empty());
  CHECK(text(read[2]) == "defgh");
  CHECK_FALSE(items.any_failed());
}

TEST_CASE("a failure among items of one size gives them a table", "[unit][wire]") {
  for (int failing = 0; failing < 4; ++failing) {
    CAPTURE(failing);
    Buffer buffer;
    buffer.append("head", 4);
    ItemsBuilder items(buffer, 2);
    for (int i = 0; i < 4; ++i) {
      i == failing ? add_failure(items, "x", "an error") : add(items, "ok");
    }
    items.finish();
    CHECK(items.any_failed());
    CHECK(items.item_size() == variable_size);
    const ItemsView read = view(items, buffer, 4);
    for (int i = 0; i < 4; ++i) {
      CHECK(read.failed(static_cast<std::uint64_t>(i)) == (i == failing));
      CHECK(text(read[static_cast<std::uint64_t>(i)]) == (i == failing ? "an error" : "ok"));
    }
  }
}

TEST_CASE("failures that follow each other keep their own bytes", "[unit][wire]") {
  Buffer buffer;
  ItemsBuilder items(buffer, variable_size);
  add_failure(items, "half a result", "first");
  add_failure(items, "", "");
  add(items, "good");
  add_failure(items, "again half", "last");
  items.finish();
  const ItemsView read = view(items, buffer);
  CHECK(text(read[0]) == "first");
  CHECK(read[1].empty());
  CHECK(read.failed(1));
  CHECK(text(read[2]) == "good");
  CHECK(text(read[3]) == "last");
}

TEST_CASE("a view of more items than its bytes hold is refused", "[unit][wire]") {
  const Buffer empty;
  std::byte few[16] = {};
  CHECK_THROWS_AS(ItemsView(5, 4, few), farm::PayloadError);
  CHECK_THROWS_AS(ItemsView(3, variable_size, few), farm::PayloadError);
  constexpr std::uint64_t huge = std::numeric_limits<std::uint64_t>::max();
  CHECK_THROWS_AS(ItemsView(huge, variable_size, few), farm::PayloadError);
  CHECK_THROWS_AS(ItemsView(huge, 4, few), farm::PayloadError);
  CHECK_THROWS_AS(ItemsView(huge / 4 + 2, 4, few), farm::PayloadError);
  CHECK_NOTHROW(ItemsView(0, variable_size, empty.span()));
  CHECK_NOTHROW(ItemsView(4, 4, few));
}

TEST_CASE("a table that points outside is refused", "[unit][wire]") {
  std::uint64_t words[3] = {0, 8, 0};
  const auto bytes = std::as_bytes(std::span(words));
  CHECK(ItemsView(2, variable_size, bytes)[0].size() == 8);
  CHECK_THROWS_AS(ItemsView(2, variable_size, bytes)[1], farm::PayloadError);
  words[1] = 9;
  CHECK_THROWS_AS(ItemsView(2, variable_size, bytes)[0], farm::PayloadError);
  words[1] = ~std::uint64_t{0};
  CHECK_THROWS_AS(ItemsView(2, variable_size, bytes)[0], farm::PayloadError);
}

TEST_CASE("a failure record comes back as it was written", "[unit][wire]") {
  using farm::detail::Fault;
  for (const Fault fault : {Fault::exception, Fault::argument, Fault::result, Fault::broken}) {
    const farm::Bytes bytes =
        farm::detail::encode_failure({fault, "std::range_error", "too \0 far"});
    const auto record = farm::detail::decode_failure(bytes.span());
    CHECK(record.fault == fault);
    CHECK(record.type == "std::range_error");
    CHECK(record.message == "too ");
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      CHECK_THROWS_AS(farm::detail::decode_failure(bytes.span().first(size)), farm::PayloadError);
    }
  }
}

TEST_CASE("anything that is thrown has a type and a message", "[unit][wire]") {
  const auto recorded = [](auto thrown) {
    return farm::detail::record_of(std::make_exception_ptr(thrown), farm::detail::Fault::exception);
  };
  CHECK(recorded(std::out_of_range("far")).type == "std::out_of_range");
  CHECK(recorded(std::out_of_range("far")).message == "far");
  CHECK(recorded(std::string("a string")).message == "a string");
  CHECK(recorded(static_cast<const char*>("chars")).message == "chars");
  CHECK(recorded(42).type == "unknown");
  CHECK_FALSE(recorded(42).message.empty());
}
