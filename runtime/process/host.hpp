#pragma once

#include <string>
#include <vector>

namespace farm::process {

/// The name of this host.
std::string host_name();
/// Differs between hosts, and between boots of one: processes with equal values share a clock.
std::string boot_identity();
/// Differs between hosts, and between containers with interfaces of their own: processes with equal
/// values reach each other by the loopback interface.
std::string network_identity();
/// Cores that this process may run on.
int cores_allowed();
/// Cores that the processes of this job may run on together, on this host: more than cores_allowed
/// where the launcher has bound each process to cores of its own.
int cores_of_host();
int process_id();
/// This process's program, as a path, and its arguments as they were at its start.
std::vector<std::string> command();
/// Whether stderr is looked at by a person.
bool stderr_is_terminal();

}  // namespace farm::process
