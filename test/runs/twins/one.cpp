#include "twins.hpp"

namespace {

int work(int x) { return x + 1; }

}  // namespace

int one(farm::Client& client) { return client.load_balanced().apply(farm::kernel<&work>, 1).get(); }
