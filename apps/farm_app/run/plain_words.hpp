#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace app {

/// The words of a command that means the same to every shell and needs none: a program and its
/// arguments, with simple quotes at most. None for all others: with variables, patterns,
/// redirections, several commands, or a first word that shells carry out themselves.
std::optional<std::vector<std::string>> plain_words(std::string_view command);

}  // namespace app
