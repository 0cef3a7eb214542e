// Damaged frames: cut off at every length, longer than they say, every byte changed. They are
// refused with an error or read as another frame that fits its size. Nothing outside of them is
// read, which the address sanitizer watches: every damaged frame lies in a block of its own.

#include <catch2/catch.hpp>
#include <vector>

#include "farm/detail/items.hpp"
#include "hex.hpp"
#include "wire/frames.hpp"

using farm::Buffer;
using farm::Bytes;
namespace wire = farm::wire;

namespace {

enum class Verdict { refused, read };

template <class Header>
void look_at_items(const Header& header, std::span<const std::byte> body) {
  const farm::detail::ItemsView items(
      header.count,
      header.item_size == wire::variable_item ? farm::variable_size : header.item_size, body);
  std::size_t sum = 0;
  // Items of no bytes may be as many as the header says.
  const std::uint64_t looked_at = std::min<std::uint64_t>(items.count(), 1000);
  for (std::uint64_t i = 0; i < looked_at; ++i) {
    for (const std::byte byte : items[i]) sum += std::to_integer<std::size_t>(byte);
  }
  volatile std::size_t used = sum;
  static_cast<void>(used);
}

template <class Header>
void read_header(std::span<const std::byte> frame) {
  const auto decoded = wire::decode<Header>(frame);
  if (wire::header_size<Header>() + decoded.body.size() != frame.size()) {
    FAIL("a frame was read that is not as long as it is");
  }
  if constexpr (requires { decoded.header.item_size; }) {
    std::size_t list = 0;
    if constexpr (requires { decoded.header.listed; }) {
      list = decoded.header.listed ? std::size_t{decoded.header.count} * 4 : 0;
    }
    look_at_items(decoded.header, decoded.body.first(decoded.body.size() - list));
  }
}

// Of frames whose items stand behind something else.
template <class Header, class Size>
void read_items(const wire::Frame<Header>& frame, Size Header::*before) {
  const std::size_t skipped = frame.header.*before;
  if (skipped < frame.body.size()) look_at_items(frame.header, frame.body.subspan(skipped));
}

Verdict read(const std::vector<std::byte>& bytes) {
  const Bytes own{std::span<const std::byte>(bytes)};
  const std::span<const std::byte> frame = own.span();
  try {
    switch (wire::kind_of(frame)) {
      case wire::Kind::common:
        read_header<wire::Common>(frame);
        break;
      case wire::Kind::forget:
        read_header<wire::Forget>(frame);
        break;
      case wire::Kind::tasks:
        read_header<wire::Tasks>(frame);
        break;
      case wire::Kind::probe:
        read_header<wire::Probe>(frame);
        break;
      case wire::Kind::quit:
        read_header<wire::Quit>(frame);
        break;
      case wire::Kind::done:
        read_header<wire::Done>(frame);
        break;
      case wire::Kind::group:
        read_header<wire::Group>(frame);
        break;
      case wire::Kind::go:
        read_header<wire::Go>(frame);
        break;
      case wire::Kind::leave:
        read_header<wire::Leave>(frame);
        break;
      case wire::Kind::native:
        read_header<wire::Native>(frame);
        break;
      case wire::Kind::arrived:
        read_header<wire::Arrived>(frame);
        break;
      case wire::Kind::transfer:
        read_header<wire::Transfer>(frame);
        break;
      case wire::Kind::echo:
        read_header<wire::Echo>(frame);
        break;
      case wire::Kind::condition:
        read_header<wire::Condition>(frame);
        break;
      case wire::Kind::retract:
        read_header<wire::Retract>(frame);
        break;
      case wire::Kind::stop:
        read_header<wire::Stop>(frame);
        break;
      case wire::Kind::returned:
        read_header<wire::Returned>(frame);
        break;
      case wire::Kind::overdue:
        read_header<wire::Overdue>(frame);
        break;
      case wire::Kind::waits:
        read_header<wire::Waits>(frame);
        break;
      case wire::Kind::cancel:
        read_header<wire::Cancel>(frame);
        break;
      case wire::Kind::release:
        read_header<wire::Release>(frame);
        break;
      case wire::Kind::accepted:
        read_header<wire::Accepted>(frame);
        break;
      case wire::Kind::cancelled:
        read_header<wire::Cancelled>(frame);
        break;
      case wire::Kind::output:
        wire::each_output(wire::decode<wire::Output>(frame).body,
                          [](const wire::OutputPart&, std::span<const std::byte> bytes) {
                            farm::Bytes copy(bytes);
                          });
        break;
      case wire::Kind::publish: {
        const auto publish = wire::decode<wire::Publish>(frame);
        farm::Bytes name(publish.body.first(publish.header.name_size));
        break;
      }
      case wire::Kind::spawn:
        read_items(wire::decode<wire::Spawn>(frame), &wire::Spawn::common_size);
        break;
      case wire::Kind::settled: {
        const auto settled = wire::decode<wire::Settled>(frame);
        if (settled.header.ended != wire::Ended::with_results) break;
        read_items(settled, &wire::Settled::host_size);
        break;
      }
    }
    return Verdict::read;
  } catch (const wire::FrameError&) {
    return Verdict::refused;
  } catch (const farm::PayloadError&) {
    return Verdict::refused;
  }
}

template <class Header>
std::vector<std::byte> frame_of(Header header, const Buffer& body) {
  Buffer frame;
  wire::encode(frame, header);
  frame.append(body.data(), body.size());
  return {frame.span().begin(), frame.span().end()};
}

template <class Header>
std::vector<std::byte> chunk_of(bool variable, bool listed = false) {
  Buffer body;
  farm::detail::ItemsBuilder items(body, variable ? farm::variable_size : 4);
  for (const char* item : {"abcd", "efgh", "ijkl"}) {
    body.append(item, 4);
    items.end();
  }
  items.finish();
  Header header;
  header.count = 3;
  header.item_size = variable ? wire::variable_item : 4;
  if constexpr (requires { header.listed; }) header.listed = listed;
  if (listed) body.append("\0\0\0\0\5\0\0\0\7\0\0\0", 12);
  return frame_of(header, body);
}

std::vector<std::byte> spawn() {
  Buffer body;
  body.append("commonabcdefgh", 14);
  wire::Spawn header;
  header.number = header.depth = header.common = 1;
  header.common_size = 6;
  header.count = 2;
  header.item_size = 4;
  return frame_of(header, body);
}

std::vector<std::byte> settled(wire::Ended ended) {
  Buffer body;
  body.append("hostabcd", ended == wire::Ended::cancelled ? 4 : 8);
  wire::Settled header;
  header.ended = ended;
  header.host_size = 4;
  header.number = 1;
  header.count = 1;
  header.item_size = 4;
  return frame_of(header, body);
}

std::vector<std::byte> output() {
  Buffer body;
  for (const std::uint32_t stream : {1U, 2U, 1U}) {
    const wire::OutputPart part{7, 5, stream};
    body.append(&part, sizeof part);
    body.append("bytes", 5);
  }
  return frame_of(wire::Output{true, 1, 2, 3, 4}, body);
}

std::vector<std::byte> publish() {
  Buffer body;
  body.append("namevalue", 9);
  return frame_of(wire::Publish{false, 1, 2, farm::TaskId{3}, 4, 5, 0.5, 4}, body);
}

struct Sample {
  std::vector<std::byte> frame;
  bool any_length;  // whether a shorter or longer one can be right: a table moves with the end
};

std::vector<Sample> samples() {
  Buffer common;
  common.append("some common bytes", 17);
  Buffer ranks;
  wire::encode_ranks(ranks, std::vector<int>{1, 2, 3, 7});
  return {{frame_of(wire::Common{1}, common), true},
          {frame_of(wire::Forget{1}, Buffer()), false},
          {frame_of(wire::Probe{7}, Buffer()), false},
          {frame_of(wire::Quit(), Buffer()), false},
          {frame_of(wire::Waits{1, 2}, Buffer()), false},
          {frame_of(wire::Cancel{true, 3}, Buffer()), false},
          {frame_of(wire::Release{true, 3}, Buffer()), false},
          {frame_of(wire::Accepted{3, farm::TaskId{9}}, Buffer()), false},
          {frame_of(wire::Cancelled{3, 9}, Buffer()), false},
          {spawn(), false},
          {output(), true},
          {publish(), true},
          {settled(wire::Ended::with_results), false},
          {settled(wire::Ended::cancelled), false},
          {settled(wire::Ended::with_one_error), true},
          {frame_of(wire::Echo{7, 8}, Buffer()), false},
          {frame_of(wire::Group{1}, ranks), true},
          {frame_of(wire::Go{1}, Buffer()), false},
          {frame_of(wire::Leave{1}, Buffer()), false},
          {frame_of(wire::Arrived{1}, Buffer()), false},
          {frame_of(wire::Native{1}, Buffer()), false},
          {frame_of(wire::Condition{1, 2, 3}, Buffer()), false},
          {frame_of(wire::Retract{1}, Buffer()), false},
          {frame_of(wire::Stop{1}, Buffer()), false},
          {frame_of(wire::Returned{wire::Why::refused, 1}, Buffer()), false},
          {frame_of(wire::Overdue{1, {}}, Buffer()), false},
          {frame_of(wire::Transfer{wire::Move::push, 1, {}, 8, 2, 3}, common), true},
          {chunk_of<wire::Tasks>(false), false},
          {chunk_of<wire::Tasks>(true), true},
          {chunk_of<wire::Tasks>(false, true), false},
          {chunk_of<wire::Tasks>(true, true), true},
          {chunk_of<wire::Done>(false), false},
          {chunk_of<wire::Done>(true), true}};
}

}  // namespace

TEST_CASE("a frame that is cut off is refused", "[unit][wire]") {
  for (const auto& [frame, any_length] : samples()) {
    CAPTURE(unit::hex(frame));
    REQUIRE(read(frame) == Verdict::read);
    for (std::size_t size = 0; size < frame.size(); ++size) {
      const auto end = frame.begin() + static_cast<std::ptrdiff_t>(size);
      const Verdict verdict = read({frame.begin(), end});
      CAPTURE(size);
      CHECK((verdict == Verdict::refused || any_length));
      if (size < 8) CHECK(verdict == Verdict::refused);
    }
  }
}

TEST_CASE("a frame that is longer than it says is refused", "[unit][wire]") {
  for (const auto& [frame, any_length] : samples()) {
    CAPTURE(unit::hex(frame));
    std::vector<std::byte> longer = frame;
    for (int extra = 1; extra < 40; ++extra) {
      longer.push_back(std::byte{0});
      const Verdict verdict = read(longer);
      CHECK((verdict == Verdict::refused || any_length));
    }
  }
}

TEST_CASE("a frame of which any byte is changed is refused or fits its size", "[unit][wire]") {
  for (const auto& [frame, any_length] : samples()) {
    for (std::size_t at = 0; at < frame.size(); ++at) {
      for (const int flip : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xff}) {
        std::vector<std::byte> damaged = frame;
        damaged[at] ^= static_cast<std::byte>(flip);
        read(damaged);
      }
    }
  }
  SUCCEED("nothing crashed");
}
