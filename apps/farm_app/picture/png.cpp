#include "farm_app/picture/png.hpp"

#include <png.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "farm_app/picture/output_file.hpp"

namespace app {

namespace {

// libpng's simplified interface: it answers with a message where the full one would longjmp over
// the destructors of this program.
struct Encoder {
  Encoder(const Picture& picture) {
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(picture.width());
    image.height = static_cast<png_uint_32>(picture.height());
    image.format = PNG_FORMAT_RGB;
  }
  ~Encoder() { png_image_free(&image); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  png_image image{};
};

}  // namespace

void write_png(const Picture& picture, const std::string& path) {
  OutputFile file(path);
  Encoder encoder(picture);
  errno = 0;
  const int whole = png_image_write_to_stdio(&encoder.image, file.stream(), 0,
                                             picture.pixels().data(), 0, nullptr);
  if (whole == 0) {
    const std::string reason = errno != 0 ? std::strerror(errno) : encoder.image.message;
    throw std::runtime_error("cannot write '" + path + "': " + reason);
  }
  file.commit();
}

}  // namespace app
