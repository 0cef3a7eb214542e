#define CATCH_CONFIG_RUNNER
#include "catch/session.hpp"

#include <catch2/catch.hpp>

namespace farm_test {

int run_session(int argc, const char* const* argv) { return Catch::Session().run(argc, argv); }

}  // namespace farm_test
