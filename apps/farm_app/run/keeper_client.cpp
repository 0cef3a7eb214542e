#include "farm_app/run/keeper_client.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "farm_app/run/keeper.hpp"
#include "farm_app/run/keeper_orphans.hpp"
#include "farm_app/run/keeper_sockets.hpp"

namespace app {

namespace {

[[noreturn]] void gone() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes it after main() has begun.
  if (const char* session = std::getenv(keeper_session_variable)) keeper::kill_orphans(session);
  throw KeeperGone("the keeper of this engine's commands has ended, so that it can run none");
}

keeper::Body body_of(const KeptCommand& command) {
  keeper::Body body{command.directory, command.words, {}};
  if (command.script) body.words.emplace_back(keeper::script_path);
  for (const auto& [name, value] : command.variables) {
    body.variables.push_back(name);
    body.variables.push_back(value);
  }
  return body;
}

}  // namespace

KeeperClient KeeperClient::connect() {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes it after main() has begun.
  const char* number = std::getenv(keeper_variable);
  if (number == nullptr) throw KeeperGone("this process has no keeper of commands");
  KeeperClient client(std::atoi(number));
  keeper::Request hello;
  hello.value = getpid();
  client.send(hello, {}, {});
  return client;
}

void KeeperClient::send(const keeper::Request& request, const std::string& body,
                        const std::vector<int>& descriptors) {
  std::string bytes(reinterpret_cast<const char*>(&request), sizeof request);
  bytes += body;
  if (!keeper::send(socket_, bytes, descriptors)) gone();
}

void KeeperClient::start(const KeptCommand& command) {
  keeper::Request request;
  request.verb = keeper::Verb::start;
  request.value = command.nice;
  request.command = ++command_;
  request.tells = command.tells;
  request.streams = command.use;
  std::vector<int> descriptors;
  if (command.use != keeper::Streams::same) {
    descriptors.assign(command.streams.begin(), command.streams.end());
  }
  Descriptor script;
  if (command.script) {
    script = keeper::file_with(*command.script);
    descriptors.push_back(script.get());
    request.scripted = true;
  }
  std::string body = body_of(command).packed();
  Descriptor file;
  if (body.size() > keeper::most_bytes - sizeof request) {
    file = keeper::file_with(body);
    descriptors.push_back(file.get());
    request.filed = true;
    body.clear();
  }
  send(request, body, descriptors);
}

void KeeperClient::signal(int signal) {
  keeper::Request request;
  request.verb = keeper::Verb::signal;
  request.value = signal;
  request.command = command_;
  send(request, {}, {});
}

std::optional<keeper::Reply> KeeperClient::answer() {
  for (;;) {
    keeper::Reply reply;
    const ssize_t size = recv(socket_, &reply, sizeof reply, MSG_DONTWAIT);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return std::nullopt;
    if (size != sizeof reply) gone();
    // Of one before, which somebody has stopped waiting for.
    if (reply.command == command_) return reply;
  }
}

}  // namespace app
