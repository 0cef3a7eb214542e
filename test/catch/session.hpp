#pragma once

namespace farm_test {

/// Runs the Catch2 tests of this program that the arguments select; the first argument is its name.
/// Returns an exit status.
int run_session(int argc, const char* const* argv);

}  // namespace farm_test
