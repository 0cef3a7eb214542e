#include "farm_app/run/keeper_messages.hpp"

#include <cstring>

namespace app::keeper {

namespace {

void put(std::string& bytes, std::string_view text) {
  const std::uint64_t size = text.size();
  bytes.append(reinterpret_cast<const char*>(&size), sizeof size);
  bytes += text;
}

void put(std::string& bytes, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) put(bytes, text);
}

}  // namespace

std::string Body::packed() const {
  std::string bytes;
  put(bytes, directory);
  put(bytes, std::to_string(words.size()));
  put(bytes, words);
  put(bytes, variables);
  return bytes;
}

Body Body::unpacked(std::string_view bytes) {
  const auto next = [&bytes] {
    std::uint64_t size = 0;
    std::memcpy(&size, bytes.data(), sizeof size);
    std::string text(bytes.substr(sizeof size, size));
    bytes.remove_prefix(sizeof size + size);
    return text;
  };
  Body body;
  body.directory = next();
  body.words.resize(std::stoul(next()));
  for (std::string& word : body.words) word = next();
  while (!bytes.empty()) body.variables.push_back(next());
  return body;
}

}  // namespace app::keeper
