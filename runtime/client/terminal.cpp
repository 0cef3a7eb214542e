#include "client/terminal.hpp"

#include <unistd.h>

namespace farm::client {

bool stderr_is_terminal() { return isatty(STDERR_FILENO) == 1; }

}  // namespace farm::client
