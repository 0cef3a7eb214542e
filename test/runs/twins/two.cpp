#include "twins.hpp"

namespace {

int work(int x) { return x + 2; }

}  // namespace

int two(farm::Client& client) { return client.load_balanced().apply(farm::kernel<&work>, 1).get(); }
