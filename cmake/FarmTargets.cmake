# What every target of this tree has in common: warnings and sanitizers. Neither is exported.

# -fno-sanitize-recover: a finding of the undefined-behaviour sanitizer must fail the test.
if(FARM_SANITIZE STREQUAL "address")
  set(farm_sanitizers -fsanitize=address,undefined -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
elseif(FARM_SANITIZE STREQUAL "thread")
  set(farm_sanitizers -fsanitize=thread -fno-omit-frame-pointer)
elseif(FARM_SANITIZE)
  message(FATAL_ERROR "FARM_SANITIZE is '${FARM_SANITIZE}'; it must be address, thread or empty")
endif()

# GCC 12 sees overlaps in the assignment of short texts that are none (GCC bug 105651).
set(farm_false_alarms)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  set(farm_false_alarms -Wno-restrict)
endif()

function(farm_own_target target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic ${farm_false_alarms}
    $<$<BOOL:${FARM_WERROR}>:-Werror> ${farm_sanitizers})
  target_link_options(${target} PRIVATE ${farm_sanitizers})
endfunction()
