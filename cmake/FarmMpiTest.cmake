# farm_add_mpi_test(NAME NP [TIMEOUT SECONDS] [LABELS LABEL...] COMMAND TARGET [ARGUMENT...])
#
# One ctest of a program on NP ranks. NP 1 runs the program itself, as a user without mpirun would.
set(farm_mpi_environment OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1)

execute_process(COMMAND ${MPIEXEC_EXECUTABLE} --version OUTPUT_VARIABLE farm_mpiexec_version ERROR_QUIET)
if(farm_mpiexec_version MATCHES "Open ?(MPI|RTE)")
  set(farm_mpiexec_is_open_mpi TRUE)
endif()

function(farm_add_mpi_test name np)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "TIMEOUT" "LABELS;COMMAND")
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 180)
  endif()
  if(NOT arg_LABELS)
    set(arg_LABELS mpi)
  endif()
  list(POP_FRONT arg_COMMAND program)
  if(TARGET ${program})
    set(program $<TARGET_FILE:${program}>)
  endif()

  set(launcher)
  set(processors 1)
  if(np GREATER 1)
    set(processors 2)
    set(launcher ${MPIEXEC_EXECUTABLE} ${MPIEXEC_NUMPROC_FLAG} ${np})
    if(farm_mpiexec_is_open_mpi)
      # mpirun's own limit comes first: it ends its ranks, ctest would only kill mpirun.
      math(EXPR limit "${arg_TIMEOUT} - 5")
      list(APPEND launcher --oversubscribe --timeout ${limit})
    endif()
  endif()
  add_test(NAME ${name} COMMAND ${launcher} ${program} ${arg_COMMAND})
  set_tests_properties(${name} PROPERTIES ENVIRONMENT "${farm_mpi_environment}"
    PROCESSORS ${processors} TIMEOUT ${arg_TIMEOUT} LABELS "${arg_LABELS}")
endfunction()
