#pragma once

namespace app {

/// The name of the variable by which a process finds its keeper.
inline constexpr const char* keeper_variable = "FARM_RUN_KEEPER";
/// The name of the variable by which it knows the session of that keeper: see kill_orphans().
inline constexpr const char* keeper_session_variable = "FARM_RUN_KEEPER_SESSION";

/// Forks the keeper of this process: a small process that starts commands for it, since a process
/// that MPI lives in must not fork. Call it in main() before farm::run, in a process of one thread.
/// The variable `keeper_variable` then holds the descriptor to speak to it; see KeeperClient.
///
/// The keeper is in a session of its own and is nobody's child. It ends when the process that has
/// started it ends, or the one that speaks to it, or when nobody holds the descriptor any more; and
/// kills all that it has started before it goes, with all that that has started, detached or not.
/// If it is killed itself, the processes that it has started go with it, and KeeperClient kills the
/// others. Its name is farm-keeper.
///
/// Throws std::system_error.
void start_keeper();

}  // namespace app
