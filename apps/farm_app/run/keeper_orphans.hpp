#pragma once
// What is left of commands when their keeper has been killed.

#include <string>

namespace app::keeper {

/// The variable that commands have of their keeper: the number of the session in which they all
/// begin, a dot, and a number that tells it from earlier ones of this number.
inline constexpr const char* session_variable = "FARM_KEEPER";

/// Kills all processes of the session, and all with this value in their first environment, which is
/// how those are found that have begun sessions of their own; again until there are none.
void kill_orphans(const std::string& session);

}  // namespace app::keeper
