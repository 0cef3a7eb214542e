#pragma once

#include <string>

#include "farm_app/picture/picture.hpp"

namespace app {

/// Writes `picture` as an 8-bit RGB PNG file. The file is whole or, after a std::runtime_error that
/// names path and reason, not there (a file of that name from before stays as it was).
void write_png(const Picture& picture, const std::string& path);

}  // namespace app
