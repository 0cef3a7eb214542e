#include "boot.hpp"

#include "farm/payload.hpp"

namespace farm {

std::string encode(const Boot& boot) {
  Buffer buffer;
  Writer writer(buffer);
  pack(writer, boot.info.id);
  pack(writer, boot.info.host);
  pack(writer, boot.info.cores);
  pack(writer, boot.info.pid);
  pack(writer, boot.info.labels);
  pack(writer, boot.clock);
  pack(writer, boot.network);
  pack(writer, boot.fingerprint);
  pack(writer, boot.kernels);
  pack(writer, boot.error);
  return {reinterpret_cast<const char*>(buffer.data()), buffer.size()};
}

Boot decode_boot(const std::string& text) {
  Reader reader(std::as_bytes(std::span(text)));
  Boot boot;
  boot.info.id = unpack<EngineId>(reader);
  boot.info.host = unpack<std::string>(reader);
  boot.info.cores = unpack<int>(reader);
  boot.info.pid = unpack<int>(reader);
  boot.info.labels = unpack<Labels>(reader);
  boot.clock = unpack<std::string>(reader);
  boot.network = unpack<std::string>(reader);
  boot.fingerprint = unpack<std::uint64_t>(reader);
  boot.kernels = unpack<std::size_t>(reader);
  boot.error = unpack<std::string>(reader);
  return boot;
}

std::string check(const std::vector<Boot>& boots) {
  for (const Boot& boot : boots) {
    const std::string who = "rank " + std::to_string(boot.info.id.rank()) + " on " + boot.info.host;
    if (!boot.error.empty()) return boot.error + " (" + who + ")";
    if (boot.fingerprint != boots.front().fingerprint) {
      return who + " runs another program than rank 0, or another build of it: its kernels (" +
             std::to_string(boot.kernels) + ") are not those of rank 0 (" +
             std::to_string(boots.front().kernels) + "). Start all ranks from the same executable";
    }
  }
  return {};
}

}  // namespace farm
