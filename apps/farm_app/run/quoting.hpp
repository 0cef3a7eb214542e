#pragma once
// Words that a shell is to take as they are.

#include <string>
#include <string_view>

namespace app {

/// `text` so that a Bourne shell reads it as one word: unchanged if it holds only letters, digits
/// and + - . / _, else in single quotes. The same text that GNU parallel makes of it.
std::string shell_quoted(std::string_view text);

}  // namespace app
