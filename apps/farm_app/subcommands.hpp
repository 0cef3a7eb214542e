#pragma once
// Every subcommand of farm_app. A new one is a declaration here, a line in the table of main.cpp
// and a source of its own.

#include <farm/farm.hpp>
#include <string>
#include <vector>

namespace app {

/// What follows the name of a subcommand on the command line.
using Arguments = std::vector<std::string>;

/// A subcommand runs on rank 0 and returns the exit status of the job. It throws UsageError for a
/// wrong command line (status 2) and any other std::exception for a failure (status 1).
int hello(farm::Client& client, const Arguments& arguments);
int mandelbrot(farm::Client& client, const Arguments& arguments);
int matmul(farm::Client& client, const Arguments& arguments);
int records(farm::Client& client, const Arguments& arguments);
int run(farm::Client& client, const Arguments& arguments);
int tenacity(farm::Client& client, const Arguments& arguments);
int wordcount(farm::Client& client, const Arguments& arguments);

}  // namespace app
