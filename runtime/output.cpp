#include "output.hpp"

#include <cstddef>
#include <cstdio>
#include <cstring>

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
      return hub::OutputStyle::through;
  }
  return hub::OutputStyle::kept;
}

}  // namespace

void PipeTap::take(Buffer& into, std::size_t most) {
  scratch_.clear();
  pipe_->take(scratch_, most);
  into.append(scratch_.data(), scratch_.size());
}

void LogNotes::add(std::span<const std::byte> frame) {
  const process::OutputLog::Lock lock(*log_);
  log_->append(1, frame);
}

std::vector<std::vector<std::byte>> LogNotes::take() {
  std::vector<std::vector<std::byte>> frames;
  std::vector<std::byte> records;
  log_->take(records, ~std::size_t{0});
  for (std::size_t at = 0; at < records.size();) {
    process::OutputRecord record;
    std::memcpy(&record, records.data() + at, sizeof record);
    at += sizeof record;
    const auto begin = records.begin() + static_cast<std::ptrdiff_t>(at);
    frames.emplace_back(begin, begin + static_cast<std::ptrdiff_t>(record.size));
    at += record.size;
  }
  return frames;
}

Capturing::Capturing(Channels& channels, Output output, bool own) : notes_(channels.published) {
  if (channels.pipe == nullptr || output == Output::through) return;
  pipe_ = channels.pipe.get();
  pipe_->watch();
  tap_.emplace(*pipe_, own);
  at_once_ = output == Output::prefix;
}

void Capturing::end(int engine) {
  if (pipe_ == nullptr) return;
  pipe_->shut();
  pipe_->print_rest(engine);
}

SandboxCapturing::SandboxCapturing(Channels& channels) : notes_(channels.published) {
  if (channels.pipe != nullptr && channels.pipe->adopt()) tap_.emplace(*channels.pipe, false);
}

hub::OutputOptions output_options(const Settings& settings) {
  hub::OutputOptions options;
  options.style = style_of(settings.output);
  options.print = print;
  return options;
}

}  // namespace farm
