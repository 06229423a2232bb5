# cache_on_disk_set_warnings(<target>)
#   The warnings that our own targets compile without. They are private: nobody who links the library
#   inherits them.
function(cache_on_disk_set_warnings target)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow
    $<$<BOOL:${CACHE_ON_DISK_WARNINGS_AS_ERRORS}>:-Werror>)
  # Instrumented code confuses this analysis of GCC (its manual says so): it warns of std::variant.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
  endif()
endfunction()
