#pragma once

namespace farm::client {

/// Whether stderr is looked at by a person.
bool stderr_is_terminal();

}  // namespace farm::client
