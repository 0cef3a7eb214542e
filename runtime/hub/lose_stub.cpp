#include "hub/hub.hpp"
namespace farm::hub {
void Hub::lose(EngineId, const std::string&) {}
}  // namespace farm::hub
