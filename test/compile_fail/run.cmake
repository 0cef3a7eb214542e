# Compiles SOURCE twice: as it is, which must fail with the one error of its first line, and as its
# own control.
file(STRINGS ${SOURCE} first LIMIT_COUNT 1)
if(NOT first MATCHES "^// expect: (.+)$")
  message(FATAL_ERROR "${SOURCE}: the first line must be '// expect: REGEX'")
endif()
set(expected "${CMAKE_MATCH_1}")
list(REMOVE_ITEM INCLUDES "")
list(TRANSFORM INCLUDES PREPEND "-I")

function(compile)
  execute_process(COMMAND ${CXX} -std=c++20 -fsyntax-only -fdiagnostics-color=never ${INCLUDES} ${ARGN} ${SOURCE}
    RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
  set(status "${status}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

compile(-DFARM_CONTROL)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "the control (-DFARM_CONTROL) does not compile:\n${output}")
endif()
compile()
if(status EQUAL 0)
  message(FATAL_ERROR "it compiles, and must not")
endif()
# One readable line, whatever notes follow it. A semicolon would end a list's element.
string(REPLACE ";" "," output "${output}")
string(REGEX MATCHALL "[^\n]*: error: [^\n]*" errors "${output}")
list(LENGTH errors count)
if(NOT count EQUAL 1 OR NOT errors MATCHES "${expected}")
  message(FATAL_ERROR "the compiler does not say '${expected}' in one error, it says:\n${output}")
endif()
