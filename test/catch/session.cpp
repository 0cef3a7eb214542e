#define CATCH_CONFIG_RUNNER
#include "catch/session.hpp"

#include <catch2/catch.hpp>

namespace farm_test {

int run_session(int argc, const char* const* argv) { return Catch::Session().run(argc, argv); }

}  // namespace farm_test

// What an engine's death leaves to MPI is never freed, since MPI may still write there; see
// Server::~Server and Groups.
extern "C" const char* __lsan_default_suppressions();   // NOLINT(bugprone-reserved-identifier)
extern "C" const char* __lsan_default_suppressions() {  // NOLINT(bugprone-reserved-identifier)
  return "leak:farm::transport::LoopbackGroup::engine\n"
         "leak:farm::transport::Loopback::Endpoint::join\n"
         "leak:farm::engine::Groups::join\n"
         "leak:farm::engine::Server::take\n";
}
