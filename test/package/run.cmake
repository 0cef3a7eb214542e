# Installs BUILD under WORK, then configures, builds and runs the project in SOURCE against it.
function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
run(${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR} -D CMAKE_BUILD_TYPE=Release
  -D CMAKE_CXX_COMPILER=${CXX} -D CMAKE_PREFIX_PATH=${WORK}/prefix)
run(${CMAKE_COMMAND} --build ${WORK}/build)
run(${WORK}/build/squares)
run(${MPIEXEC} -n 3 --oversubscribe ${WORK}/build/squares)

# An installed job script finds what is installed with it, from any folder.
file(WRITE ${WORK}/hosts "localhost slots=3\n")
set(scripts ${WORK}/prefix/share/farm/jobscripts)
run(${CMAKE_COMMAND} -E env FARM_PROGRAM=${WORK}/build/squares ${CMAKE_COMMAND} -E chdir ${WORK} ${scripts}/ssh-hosts.sh)
file(READ ${scripts}/sge.sh script)
if(NOT EXISTS ${scripts}/common.sh OR NOT script MATCHES "FARM_PROGRAM:-${WORK}/prefix/bin/farm_app}")
  message(FATAL_ERROR "The installed job scripts do not know where they are")
endif()
