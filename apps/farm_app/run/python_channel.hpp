#pragma once
// A Python process that answers on a socket.

#include <sys/types.h>

#include <cstddef>
#include <string_view>

namespace app {

class PythonChannel {
 public:
  /// Starts python3 with `script`, whose standard input and output are the other end. Throws
  /// std::runtime_error.
  explicit PythonChannel(const char* script);
  /// Closes this end and waits: a script ends when it reads the end of its input.
  ~PythonChannel();
  PythonChannel(const PythonChannel&) = delete;
  PythonChannel& operator=(const PythonChannel&) = delete;

  /// Both block until all bytes have gone through, and throw std::runtime_error if the process has
  /// ended.
  void send(std::string_view bytes) const;
  void receive(char* bytes, std::size_t count) const;

 private:
  int socket_ = -1;
  pid_t process_ = -1;
};

}  // namespace app
