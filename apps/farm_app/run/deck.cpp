#include "farm_app/run/deck.hpp"

#include <array>
#include <stdexcept>

#include "farm_app/run/deck_script.hpp"

namespace app {

namespace {

void append_number(std::string& message, std::size_t number) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    message += static_cast<char>((number >> shift) & 0xffU);
  }
}

std::uint32_t receive_number(const PythonChannel& python) {
  std::array<char, 4> bytes{};
  python.receive(bytes.data(), bytes.size());
  std::uint32_t number = 0;
  for (std::size_t i = 4; i-- > 0;) number = number << 8U | static_cast<unsigned char>(bytes[i]);
  return number;
}

}  // namespace

DeckRenderer::DeckRenderer(const std::vector<DeckTemplate>& templates,
                           const std::vector<std::string>& names)
    : python_(deck_script) {
  Texts files;
  for (const DeckTemplate& deck : templates) files.push_back(deck.file);
  ask({files, names});
}

std::vector<std::string> DeckRenderer::render(const std::vector<std::string>& values,
                                              std::uint64_t seq) {
  Texts request{std::to_string(seq)};
  request.insert(request.end(), values.begin(), values.end());
  return ask({request});
}

std::vector<std::string> DeckRenderer::ask(const std::vector<Texts>& lists) {
  std::string message;
  append_number(message, lists.size());
  for (const Texts& list : lists) {
    append_number(message, list.size());
    for (const std::string& text : list) {
      append_number(message, text.size());
      message += text;
    }
  }
  python_.send(message);
  const bool good = receive_number(python_) == 0;
  Texts answer(receive_number(python_));
  for (std::string& text : answer) {
    text.resize(receive_number(python_));
    python_.receive(text.data(), text.size());
  }
  if (!good) throw std::runtime_error(answer.front());
  return answer;
}

}  // namespace app
