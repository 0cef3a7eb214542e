#pragma once

#include "farm/farm.hpp"

int one(farm::Client& client);
int two(farm::Client& client);
