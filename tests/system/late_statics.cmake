# No state of the library is made at its first use: a fork by another thread right then would leave the child with a half-made one,
# and hang whoever uses it there. Such a static variable has a guard, which the symbols of the library show. Allowed are those of
# system::lasting(), and a few that are made while the program is loaded by a line below them.
execute_process(COMMAND "${NM}" -C -f sysv "${LIBRARY}" OUTPUT_VARIABLE symbols RESULT_VARIABLE result ERROR_QUIET)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "cannot list the symbols of ${LIBRARY}")
endif()
string(REGEX MATCHALL "guard variable for [^\n]*" guards "${symbols}")
list(FILTER guards INCLUDE REGEX "cache_on_disk::")
list(FILTER guards EXCLUDE REGEX "TLS")  # of variables that each thread has for itself
list(FILTER guards EXCLUDE REGEX
  "system::lasting<|MadeWhileLoading|registry\\(\\)|seed\\(\\)|unfilled_array\\(\\)|object_dtype\\(\\)|::usable")
if(guards)
  message(FATAL_ERROR "made at first use, not while the program is loaded (see system/process/fork.hpp): ${guards}")
endif()
