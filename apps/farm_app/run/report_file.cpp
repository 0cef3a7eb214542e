#include "farm_app/run/report_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "farm_app/numbers/format.hpp"
#include "farm_app/utf8.hpp"

namespace app {

namespace {

constexpr const char* json_end = "\n]\n";

// Digits that give the number back.
std::string decimal(double number, int places) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", places, number);
  return text.data();
}

struct Field {
  const char* name;
  std::string value;
  bool number;
};

std::vector<Field> fields(const Ending& e) {
  return {{"seq", std::to_string(e.seq), true},
          {"command", e.command, false},
          {"good", e.good() ? "true" : "false", true},
          {"status", std::to_string(e.status), true},
          {"signal", std::to_string(e.signal), true},
          {"cause", cause_name(e.cause), false},
          {"problem", e.problem, false},
          {"host", e.host, false},
          {"engine", std::to_string(e.engine), true},
          {"attempt", std::to_string(e.attempt), true},
          {"start", decimal(e.start, 6), true},
          {"seconds", decimal(e.seconds, 6), true},
          {"user", decimal(e.user, 6), true},
          {"system", decimal(e.system, 6), true},
          {"max_rss", std::to_string(e.max_rss), true},
          {"out_bytes", std::to_string(e.out_bytes), true},
          {"err_bytes", std::to_string(e.err_bytes), true}};
}

std::string csv_header() {
  std::string line;
  for (const Field& field : fields({})) line += (line.empty() ? "" : ",") + std::string(field.name);
  return line + '\n';
}

std::string csv_row(const Ending& ending) {
  std::string line;
  for (const Field& field : fields(ending)) {
    line += (line.empty() ? "" : ",") + (field.number ? field.value : csv_field(field.value));
  }
  return line + '\n';
}

std::string json_object(const Ending& ending) {
  std::string text;
  for (const Field& field : fields(ending)) {
    text += (text.empty() ? "{" : ", ") + json_string(field.name) + ": " +
            (field.number ? field.value : json_string(field.value));
  }
  return text + '}';
}

// U+0000 to U+001F, the quotation mark and the backslash.
std::string json_escape(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\r':
      return "\\r";
    default:
      break;
  }
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "\\u%04x", static_cast<unsigned>(c));
  return text.data();
}

}  // namespace

const char* cause_name(Cause cause) {
  switch (cause) {
    case Cause::ended:
      return "ended";
    case Cause::timed_out:
      return "timed out";
    case Cause::out_of_memory:
      return "out of memory";
    case Cause::stopped:
      return "stopped";
    case Cause::not_started:
      return "not started";
    case Cause::unsaved:
      return "output not saved";
  }
  return "unknown";
}

std::string json_string(const std::string& text) {
  std::string json = "\"";
  const char* const end = text.data() + text.size();
  for (const char* at = text.data(); at != end;) {
    const auto byte = static_cast<unsigned char>(*at);
    if (byte < 0x80) {
      const bool plain = byte >= 0x20 && *at != '"' && *at != '\\';
      json += plain ? std::string(1, *at) : json_escape(*at);
      ++at;
      continue;
    }
    const utf8::Character next = utf8::character(at, end);
    json += next.valid() ? std::string(at, next.length) : "\xEF\xBF\xBD";
    at += next.length;
  }
  return json + '"';
}

ReportFile::ReportFile(const std::string& path)
    : path_(path),
      json_(path.ends_with(".json")),
      file_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
  struct stat status {};
  if (!file_ || ::fstat(file_.get(), &status) != 0) fail();
  regular_ = S_ISREG(status.st_mode);
  append(json_ ? "[" : csv_header());
}

void ReportFile::add(const Ending& ending) {
  const char* const between = first_ ? "\n" : ",\n";
  append(json_ ? between + json_object(ending) : csv_row(ending));
  first_ = false;
}

void ReportFile::commit() {
  if (json_ && !regular_ && !write(json_end)) fail();
  // Where a full disk may first be heard of.
  if (::close(file_.release()) != 0) fail();
}

// The next row is written over the end of the array.
void ReportFile::append(const std::string& text) {
  const bool closed = json_ && regular_;
  if (!write(closed ? text + json_end : text)) {
    const int error = errno;
    const bool cut = regular_ && ::ftruncate(file_.get(), end_) == 0;
    if (cut && closed) write(json_end);
    errno = error;
    fail();
  }
  end_ += static_cast<std::int64_t>(text.size());
}

bool ReportFile::write(const std::string& text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const char* const from = text.data() + at;
    const std::size_t size = text.size() - at;
    const ssize_t n = regular_ ? ::pwrite(file_.get(), from, size, end_ + static_cast<off_t>(at))
                               : ::write(file_.get(), from, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    at += static_cast<std::size_t>(n);
  }
  return true;
}

void ReportFile::fail() const {
  throw std::runtime_error("cannot write '" + path_ + "': " + std::strerror(errno));
}

}  // namespace app
