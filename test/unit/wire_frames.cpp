#include "wire/frames.hpp"

#include <bit>
#include <catch2/catch.hpp>
#include <limits>
#include <string>

#include "hex.hpp"

using farm::Buffer;
using farm::TaskId;
using unit::hex;
namespace wire = farm::wire;

namespace {

template <class Header>
Buffer frame_of(const Header& header, std::string_view body = {}) {
  Buffer frame;
  wire::encode(frame, header);
  frame.append(body.data(), body.size());
  return frame;
}

wire::Tasks some_tasks() {
  wire::Tasks tasks;
  tasks.defines_setup = true;
  tasks.attempt = 0x0203;
  tasks.ticket = 0x04050607;
  tasks.first = TaskId{0x08090a0b0c0d0e0f};
  tasks.count = 2;
  tasks.kernel = 0x11121314;
  tasks.common = 0x15161718;
  tasks.setup = 0x191a1b1c;
  tasks.item_size = 3;
  tasks.group = 0x1d1e1f20;
  tasks.condition = 0x21222324;
  tasks.depth = 0x25262728;
  tasks.limit = 0x3132333435363738;
  return tasks;
}

wire::Done some_done() {
  wire::Done done;
  done.attempt = 0x0203;
  done.ticket = 0x04050607;
  done.first = TaskId{0x08090a0b0c0d0e0f};
  done.started = 0x2122232425262728;
  done.run = 0x3132333435363738;
  done.count = 1;
  done.item_size = 4;
  return done;
}

}  // namespace

// The order of bytes is the machine's, and these are the bytes of a little-endian one.
TEST_CASE("frames have the bytes that the protocol says", "[unit][wire]") {
  if constexpr (std::endian::native != std::endian::little) return;
  CHECK(hex(frame_of(wire::Common{0x01020304}, "ab")) == "01000000 04030201 6162");
  CHECK(hex(frame_of(wire::Forget{7})) == "02000000 07000000");
  CHECK(hex(frame_of(some_tasks(), "abcdef")) ==
        "03010302 07060504 0f0e0d0c 0b0a0908 38373635 34333231 02000000 14131211 18171615 "
        "1c1b1a19 03000000 201f1e1d 24232221 28272625 61626364 6566");
  wire::Tasks listed = some_tasks();
  listed.listed = true;
  CHECK(hex(frame_of(listed, "abcdef12345678")).substr(0, 8) == "03030302");
  CHECK(hex(frame_of(wire::Probe{0x0102030405060708})) ==
        "04000000 00000000 08070605 04030201 00000000 00000000");
  CHECK(hex(frame_of(wire::Quit())) == "05000000 00000000");
  CHECK(hex(frame_of(some_done(), "wxyz")) ==
        "06000302 07060504 0f0e0d0c 0b0a0908 28272625 24232221 38373635 34333231 "
        "01000000 04000000 7778797a");
  CHECK(hex(frame_of(wire::Echo{1, -1})) ==
        "07000000 00000000 01000000 00000000 ffffffff ffffffff");
  CHECK(hex(frame_of(wire::Group{2}, "123456789012")) ==
        "08000000 02000000 31323334 35363738 39303132");
  CHECK(hex(frame_of(wire::Go{3})) == "09000000 03000000");
  CHECK(hex(frame_of(wire::Leave{4})) == "0a000000 04000000");
  CHECK(hex(frame_of(wire::Transfer{wire::Move::gather, 0x04050607, TaskId{0x0102}, 0x0304, 5, 6},
                     "n")) ==
        "0b030000 07060504 02010000 00000000 04030000 00000000 05000000 06000000 6e");
  CHECK(hex(frame_of(wire::Arrived{5})) == "0c000000 05000000");
  CHECK(hex(frame_of(wire::Native{6})) == "0d000000 06000000");
  CHECK(hex(frame_of(wire::Condition{1, 2, 3})) == "0e000000 01000000 02000000 03000000");
  CHECK(hex(frame_of(wire::Retract{7})) == "0f000000 07000000");
  CHECK(hex(frame_of(wire::Stop{0x01020304})) == "10000000 04030201");
  CHECK(hex(frame_of(wire::Returned{wire::Why::refused, 8})) == "11020000 08000000");
  CHECK(hex(frame_of(wire::Overdue{9, TaskId{0x0102}})) == "12000000 09000000 02010000 00000000");
  CHECK(hex(frame_of(wire::Waits{1, 2})) == "14000000 01000000 02000000");
  CHECK(hex(frame_of(wire::Cancel{true, 3})) == "15010000 03000000");
  CHECK(hex(frame_of(wire::Release{true, 3})) == "16010000 03000000");
  CHECK(hex(frame_of(wire::Accepted{3, TaskId{9}})) == "17000000 03000000 09000000 00000000");
  CHECK(hex(frame_of(wire::Cancelled{3, 9})) == "19000000 03000000 09000000 00000000");
  wire::Done said = some_done();
  said.said = true;
  CHECK(hex(frame_of(said, "wxyz")).substr(0, 8) == "06010302");
  CHECK(hex(frame_of(wire::Output{true, 1, 2, 3, 4}, "x")) ==
        "1a010100 02000000 03000000 00000000 04000000 00000000 78");
  CHECK(hex(frame_of(wire::Publish{true, 1, 2, TaskId{3}, 4, 5, 1, 0}, "x")) ==
        "1b010100 02000000 03000000 00000000 04000000 00000000 05000000 00000000 "
        "00000000 0000f03f 00000000 00000000 78");
  wire::Settled settled;
  settled.attempt = 1;
  settled.host_size = 2;
  settled.number = 3;
  settled.first = 4;
  settled.age = 5;
  settled.run = 6;
  settled.count = 1;
  settled.engine = 7;
  settled.item_size = 1;
  CHECK(hex(frame_of(settled, "hox")) ==
        "18000102 03000000 04000000 00000000 05000000 00000000 06000000 00000000 "
        "01000000 07000000 01000000 00000000 686f78");
  wire::Spawn spawn;
  spawn.number = 1;
  spawn.ticket = 2;
  spawn.depth = 3;
  spawn.kernel = 4;
  spawn.common = 5;
  spawn.item_size = 1;
  spawn.common_size = 2;
  spawn.count = 1;
  spawn.options = {6, 7, 0, -1, -1, 1, 8, 9, 1, 2};
  CHECK(hex(frame_of(spawn, "cmi")) ==
        "13010200 01000000 02000000 03000000 04000000 05000000 01000000 08000000 09000000 00000000 "
        "02000000 00000000 01000000 00000000 06000000 00000000 07000000 00000000 "
        "00000000 00000000 00000000 0000f0bf 00000000 0000f0bf 00000000 0000f03f 636d69");
}

TEST_CASE("frames come back as they were written", "[unit][wire]") {
  const Buffer tasks = frame_of(some_tasks(), "abcdef");
  const auto read = wire::decode<wire::Tasks>(tasks.span());
  CHECK(wire::kind_of(tasks.span()) == wire::Kind::tasks);
  CHECK(read.header.defines_setup);
  CHECK_FALSE(read.header.listed);
  CHECK(read.header.condition == 0x21222324);
  CHECK(read.header.limit == 0x3132333435363738);
  CHECK(read.header.attempt == 0x0203);
  CHECK(read.header.ticket == 0x04050607);
  CHECK(read.header.first == TaskId{0x08090a0b0c0d0e0f});
  CHECK(read.header.count == 2);
  CHECK(read.header.kernel == 0x11121314);
  CHECK(read.header.common == 0x15161718);
  CHECK(read.header.setup == 0x191a1b1c);
  CHECK(read.header.item_size == 3);
  CHECK(unit::text(read.body) == "abcdef");

  const Buffer done = frame_of(some_done(), "wxyz");
  const auto back = wire::decode<wire::Done>(done.span());
  CHECK(back.header.attempt == 0x0203);
  CHECK(back.header.started == 0x2122232425262728);
  CHECK(back.header.run == 0x3132333435363738);
  CHECK(unit::text(back.body) == "wxyz");

  const Buffer probe = frame_of(wire::Probe{-5});
  CHECK(wire::decode<wire::Probe>(probe.span()).header.hub_time == -5);
  const Buffer echo = frame_of(wire::Echo{-5, 9});
  CHECK(wire::decode<wire::Echo>(echo.span()).header.engine_time == 9);
  const Buffer condition = frame_of(wire::Condition{1, 2, 3});
  CHECK(wire::decode<wire::Condition>(condition.span()).header.common == 3);
  const Buffer returned = frame_of(wire::Returned{wire::Why::refused, 8});
  CHECK(wire::decode<wire::Returned>(returned.span()).header.why == wire::Why::refused);
  const Buffer overdue = frame_of(wire::Overdue{9, TaskId{77}});
  CHECK(wire::decode<wire::Overdue>(overdue.span()).header.first == TaskId{77});
  const Buffer empty = frame_of(wire::Common{3});
  CHECK(wire::decode<wire::Common>(empty.span()).body.empty());
}

TEST_CASE("a header that is written afterwards stands where it was left room", "[unit][wire]") {
  Buffer frame;
  frame.extend(wire::header_size<wire::Done>());
  frame.append("wxyz", 4);
  wire::encode_at(frame.data(), some_done());
  CHECK(hex(frame) == hex(frame_of(some_done(), "wxyz")));
}

TEST_CASE("a frame is refused where another kind is expected", "[unit][wire]") {
  const Buffer quit = frame_of(wire::Quit());
  CHECK_THROWS_AS(wire::decode<wire::Tasks>(quit.span()), wire::FrameError);
  CHECK_THROWS_AS(wire::decode<wire::Done>(frame_of(some_tasks(), "abcdef").span()),
                  wire::FrameError);
}

TEST_CASE("a byte that is no kind is refused", "[unit][wire]") {
  for (int first = 0; first < 256; ++first) {
    Buffer frame = frame_of(wire::Quit());
    frame.data()[0] = static_cast<std::byte>(first);
    if (first >= 1 && first <= static_cast<int>(wire::Kind::last_kind)) {
      CHECK(wire::kind_of(frame.span()) == static_cast<wire::Kind>(first));
    } else {
      CHECK_THROWS_WITH(wire::kind_of(frame.span()),
                        "a frame is of unknown kind " + std::to_string(first));
    }
  }
  CHECK_THROWS_AS(wire::kind_of({}), wire::FrameError);
}

TEST_CASE("frames whose numbers contradict their size are refused", "[unit][wire]") {
  const auto refused = [](auto header, std::string_view body) {
    using Header = decltype(header);
    CHECK_THROWS_AS(wire::decode<Header>(frame_of(header, body).span()), wire::FrameError);
  };
  wire::Tasks tasks = some_tasks();
  refused(tasks, "abcde");
  refused(tasks, "abcdefg");
  refused(tasks, "");
  tasks.count = 0;
  refused(tasks, "");
  tasks.count = 0xffffffff;
  tasks.item_size = 0xfffffffe;
  refused(tasks, "abcdef");
  tasks.item_size = wire::variable_item;
  refused(tasks, "abcdef");
  tasks.count = 1;
  refused(tasks, "abcdefg");
  tasks = some_tasks();
  tasks.limit = -1;
  refused(tasks, "abcdef");
  tasks = some_tasks();
  tasks.listed = true;
  refused(tasks, "abcdef");
  refused(tasks, "abcdef1234567");
  tasks.count = 0x40000000;
  refused(tasks, "abcdef12345678");
  refused(wire::Condition{0, 1, 0}, "");
  refused(wire::Condition{1, 1, 0}, "x");
  refused(wire::Returned{static_cast<wire::Why>(0), 1}, "");
  refused(wire::Returned{static_cast<wire::Why>(3), 1}, "");
  refused(wire::Returned{wire::Why::retracted, 1}, "x");
  refused(wire::Retract{1}, "x");
  refused(wire::Stop{1}, "x");
  refused(wire::Overdue{1, {}}, "x");
  wire::Done done = some_done();
  done.run = -1;
  refused(done, "wxyz");
  done.run = std::numeric_limits<std::int64_t>::max();
  refused(done, "wxyz");
  done = some_done();
  done.started = std::numeric_limits<std::int64_t>::min();
  refused(done, "wxyz");
  refused(wire::Echo{1, std::numeric_limits<std::int64_t>::min()}, "");
  refused(wire::Echo{std::numeric_limits<std::int64_t>::max(), 1}, "");
  refused(wire::Common{0}, "common");
  refused(wire::Forget{1}, "x");
  refused(wire::Quit(), "x");
  refused(wire::Probe{1}, "x");
  refused(wire::Echo{1, 2}, "x");
}

TEST_CASE("the ranks of a group come back in their order", "[unit][wire]") {
  std::vector<int> all;
  for (int rank = 1; rank <= 10'000; ++rank) all.push_back(rank);
  const std::vector<std::vector<int>> lists{
      {1}, {1, 2, 3}, {3, 2, 1}, {1, 3, 5, 7}, {5, 1, 9}, {1, 2, 4, 5, 7}, {2, 10'000, 1}, all};
  for (const std::vector<int>& list : lists) {
    Buffer frame;
    wire::encode_ranks(frame, list);
    CHECK(wire::decode_ranks(frame.span(), 10'000) == list);
  }
  Buffer one_run;
  wire::encode_ranks(one_run, all);
  CHECK(one_run.size() == 12);
}

TEST_CASE("ranks that cannot be are refused", "[unit][wire]") {
  const auto refused = [](std::vector<std::int32_t> run, std::size_t most) {
    CHECK_THROWS_AS(wire::decode_ranks(std::as_bytes(std::span(run)), most), wire::FrameError);
  };
  refused({1, 1}, 3);
  refused({1, 1, 0}, 3);
  refused({1, 1, -1}, 3);
  refused({1, 1, 4}, 3);
  refused({4, 1, 1}, 3);
  refused({-1, 1, 2}, 3);
  refused({1, 0x7fffffff, 0x7fffffff}, 3);
  refused({1, 0, 4}, 3);
  refused({}, 3);
}
