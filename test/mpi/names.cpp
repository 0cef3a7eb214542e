#include <catch2/catch.hpp>
#include <stdexcept>

#include "mpi/farm_client.hpp"

using farm_test::client;

namespace name_kernels {

[[noreturn]] void fail() { throw std::runtime_error("on purpose"); }

int plain(int) { fail(); }
std::string text(const std::string&) { fail(); }
template <class T>
std::vector<T> of_type(std::vector<T>) {
  fail();
}
int no_exception(int x) noexcept { return x; }
struct Object {
  int operator()(int) const { fail(); }
};

namespace {
int hidden(int) { fail(); }
}  // namespace

template <class F, class... Args>
std::string name(const F& f, const Args&... args) {
  try {
    client().load_balanced().apply(f, args...).get();
  } catch (const farm::RemoteError& error) {
    return error.kernel();
  }
  return "no error";
}

std::string name_of_lambda() {
  return name([](int) { fail(); }, 1);
}

}  // namespace name_kernels

using namespace name_kernels;

TEST_CASE("An error names the kernel as in the source", "[errors][names]") {
  REQUIRE(name(farm::kernel<&plain>, 1) == "name_kernels::plain");
  REQUIRE(name(farm::kernel<&text>, "x") == "name_kernels::text");
  REQUIRE(name(farm::kernel<&of_type<int>>, std::vector{1}) == "name_kernels::of_type<int>");
  REQUIRE(name(farm::kernel<&hidden>, 1) == "name_kernels::(anonymous namespace)::hidden");
  REQUIRE(name(Object(), 1) == "name_kernels::Object");
  REQUIRE_THAT(name_of_lambda(),
               Catch::Contains("name_kernels::name_of_lambda") && Catch::Contains("lambda"));
  REQUIRE(client().load_balanced().apply(farm::kernel<&no_exception>, 4).get() == 4);
}
