#include "output.hpp"

#include <cstddef>
#include <cstdio>

#include "wire/frames.hpp"

namespace farm {

namespace {

// Parts of a log travel as they are.
static_assert(sizeof(process::OutputRecord) == sizeof(wire::OutputPart) &&
              offsetof(process::OutputRecord, size) == offsetof(wire::OutputPart, size) &&
              offsetof(process::OutputRecord, stream) == offsetof(wire::OutputPart, stream) &&
              process::no_task == wire::no_task);

// In one piece beside what the driver prints.
void print(std::uint32_t stream, std::string_view text) {
  std::FILE* file = stream == 1 ? stdout : stderr;
  std::fwrite(text.data(), 1, text.size(), file);
  std::fflush(file);
}

hub::OutputStyle style_of(Output output) {
  switch (output) {
    case Output::group:
      return hub::OutputStyle::group;
    case Output::headed:
      return hub::OutputStyle::headed;
    case Output::prefix:
      return hub::OutputStyle::prefix;
    case Output::through:
      break;
  }
  return hub::OutputStyle::kept;
}

}  // namespace

void PipeTap::take(Buffer& into, std::size_t most) {
  scratch_.clear();
  pipe_->take(scratch_, most);
  into.append(scratch_.data(), scratch_.size());
}

Capturing::Capturing(process::OutputPipe* pipe, Output output, bool own) {
  if (pipe == nullptr || output == Output::through) return;
  pipe_ = pipe;
  pipe_->watch();
  tap_.emplace(*pipe_, own);
  at_once_ = output == Output::prefix;
}

void Capturing::end(int engine) {
  if (pipe_ == nullptr) return;
  pipe_->shut();
  pipe_->print_rest(engine);
}

hub::OutputOptions output_options(const Settings& settings) {
  hub::OutputOptions options;
  options.style = style_of(settings.output);
  options.print = print;
  return options;
}

}  // namespace farm
