// What does not travel is known to the compiler.

#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <mutex>
#include <span>
#include <string_view>

#include "farm/payload.hpp"

namespace {

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
struct Open {
  std::string text;  // and no serialize
};

using farm::Payload;

static_assert(!Payload<int*> && !Payload<const char*> && !Payload<void*>);
static_assert(!Payload<int&> && !Payload<const int&> && !Payload<int&&>);
static_assert(!Payload<std::nullptr_t> && !Payload<int Open::*>);
static_assert(!Payload<int (*)(int)> && !Payload<void>);
static_assert(!Payload<std::reference_wrapper<int>>);
static_assert(!Payload<std::string_view> && !Payload<std::span<int>> &&
              !Payload<std::span<int, 3>>);
static_assert(!Payload<Open> && !Payload<Shape> && !Payload<std::mutex>);
static_assert(!Payload<std::function<int()>> && !Payload<std::exception_ptr>);

// Nor does what holds it.
static_assert(!Payload<std::vector<int*>> && !Payload<std::vector<std::string_view>>);
static_assert(!Payload<std::map<int, const char*>> && !Payload<std::map<std::string_view, int>>);
static_assert(!Payload<std::tuple<int, int*>> && !Payload<std::pair<std::string_view, int>>);
static_assert(!Payload<std::optional<int*>> && !Payload<std::variant<int, int*>>);
static_assert(!Payload<std::array<int*, 2>> && !Payload<std::array<Open, 2>>);
static_assert(!Payload<std::unique_ptr<int*>> && !Payload<std::shared_ptr<Open>>);
static_assert(!Payload<std::unique_ptr<Shape>> && !Payload<std::shared_ptr<Shape>>);
static_assert(!Payload<std::vector<std::vector<std::span<int>>>>);

// A pointer to several objects does not know how many, and a weak one may have none.
static_assert(!Payload<std::unique_ptr<int[]>> && !Payload<std::shared_ptr<int[]>>);
static_assert(!Payload<std::weak_ptr<int>>);
static_assert(!Payload<int[3]>);

}  // namespace

TEST_CASE("pointers, references and views are no payload", "[unit][payload]") {
  SUCCEED("the assertions above were compiled");
}
