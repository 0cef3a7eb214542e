#include "farm_app/run/plain_words.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace app {

namespace {

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// Means itself outside of quotes. Bytes of other alphabets do.
bool is_plain(char c) {
  constexpr std::string_view others = "_@%+=:,./-";
  return is_letter_or_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
         others.find(c) != std::string_view::npos;
}

// Takes a command apart, as long as it is simple.
class Splitter {
 public:
  explicit Splitter(std::string_view rest) : rest_(rest) {}

  bool split() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == ' ' || c == '\t') {
        end_word();
      } else if (!take(c)) {
        return false;
      }
    }
    end_word();
    return true;
  }
  std::vector<std::string> words() && { return std::move(words_); }

 private:
  bool take(char c) {
    if (!word_open_) word_.clear();
    word_open_ = true;
    if (c == '\'') return take_quoted();
    if (c == '"') return take_double_quoted();
    if (c == '\\') return take_escaped();
    word_ += c;
    return is_plain(c);
  }
  // What a quoted newline or ! means depends on the shell.
  static bool is_odd(char c) { return c == '\n' || c == '!' || c == '\0'; }

  bool take_quoted() {
    const std::size_t end = rest_.find('\'');
    if (end == std::string_view::npos) return false;
    const std::string_view text = rest_.substr(0, end);
    // A backslash there is one to all but fish.
    if (std::ranges::any_of(text, [](char c) { return is_odd(c) && c != '\n'; })) return false;
    word_ += text;
    rest_.remove_prefix(end + 1);
    return true;
  }
  bool take_double_quoted() {
    while (!rest_.empty()) {
      char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"') return true;
      if (c == '$' || c == '`' || is_odd(c)) return false;
      if (c == '\\') {
        if (rest_.empty()) return false;
        constexpr std::string_view escapable = "$`\"\\";
        if (is_odd(rest_.front())) return false;
        if (escapable.find(rest_.front()) != std::string_view::npos) {
          c = rest_.front();
          rest_.remove_prefix(1);
        }
      }
      word_ += c;
    }
    return false;
  }
  bool take_escaped() {
    if (rest_.empty() || is_odd(rest_.front())) return false;
    word_ += rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  void end_word() {
    if (std::exchange(word_open_, false)) words_.push_back(std::move(word_));
    word_.clear();
  }

  std::string_view rest_;
  std::string word_;
  bool word_open_ = false;
  std::vector<std::string> words_;
};

// Keywords of shells, and what some of them do by themselves; but not `true` and `false`, which are
// the same as programs.
constexpr auto of_shells = std::to_array<std::string_view>(
    {".",        ":",       "[",        "alias",   "autoload", "begin",  "bg",      "bind",
     "break",    "builtin", "caller",   "case",    "cd",       "chdir",  "command", "compgen",
     "complete", "compopt", "continue", "coproc",  "declare",  "dirs",   "disown",  "do",
     "done",     "echo",    "elif",     "else",    "enable",   "end",    "esac",    "eval",
     "exec",     "exit",    "export",   "fc",      "fg",       "fi",     "for",     "foreach",
     "function", "getopts", "hash",     "help",    "history",  "if",     "in",      "integer",
     "jobs",     "kill",    "let",      "limit",   "local",    "logout", "mapfile", "noglob",
     "onintr",   "popd",    "print",    "printf",  "pushd",    "pwd",    "read",    "readarray",
     "readonly", "rehash",  "repeat",   "return",  "select",   "set",    "setenv",  "setopt",
     "shift",    "shopt",   "source",   "suspend", "switch",   "test",   "then",    "time",
     "times",    "trap",    "type",     "typeset", "ulimit",   "umask",  "unalias", "unset",
     "unsetenv", "until",   "wait",     "while",   "whence",   "where",  "which"});

// A first word that is a program's name or path. With = it is an assignment, with % a job.
bool names_program(const std::string& word) {
  if (word.empty() || word.find('=') != std::string::npos) return false;
  return word.front() != '%' && word.front() != '-' &&
         std::ranges::find(of_shells, word) == of_shells.end();
}

// What shells and the program of this name print differs only for these.
bool is_simple_echo(const std::vector<std::string>& words) {
  return words.front() == "echo" && std::none_of(words.begin() + 1, words.end(), [](const auto& w) {
           return w.starts_with('-') || w.find('\\') != std::string::npos;
         });
}

}  // namespace

std::optional<std::vector<std::string>> plain_words(std::string_view command) {
  Splitter splitter(command);
  if (!splitter.split()) return std::nullopt;
  std::vector<std::string> words = std::move(splitter).words();
  if (words.empty() || (!names_program(words.front()) && !is_simple_echo(words))) {
    return std::nullopt;
  }
  // zsh has its own meaning for these.
  if (std::ranges::any_of(words, [](const auto& word) { return word.starts_with('='); })) {
    return std::nullopt;
  }
  return words;
}

}  // namespace app
