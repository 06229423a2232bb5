# Compiles SNIPPET with COMPILER, the directories INCLUDES and the header PARSED, and compares the outcome with its "// expect:".
# Without a SNIPPET, precompiles PARSED.
list(TRANSFORM INCLUDES PREPEND "-I")
set(compile "${COMPILER}" -std=c++20 -Werror=unused-result -Werror=return-local-addr ${INCLUDES})
if(NOT SNIPPET)
  file(WRITE "${PARSED}" "#include <cache_on_disk/cache_on_disk.hpp>\n")
  execute_process(COMMAND ${compile} -x c++-header "${PARSED}" -o "${PARSED}.gch" COMMAND_ERROR_IS_FATAL ANY)
  return()
endif()

file(STRINGS "${SNIPPET}" expectation REGEX "^// expect: ")
string(REGEX REPLACE "^// expect: " "" expectation "${expectation}")
if(NOT expectation)
  message(FATAL_ERROR "${SNIPPET} has no line '// expect: ...'")
endif()

# One message a line, whatever the width, and the words of the C locale, plain quotes included.
set(ENV{LC_ALL} C)
execute_process(COMMAND ${compile} -include "${PARSED}" -fsyntax-only "${SNIPPET}"
                RESULT_VARIABLE failed ERROR_VARIABLE messages)

if(expectation STREQUAL "it compiles")
  if(failed)
    message(FATAL_ERROR "does not compile:\n${messages}")
  endif()
elseif(NOT failed)
  message(FATAL_ERROR "compiles, but should fail with: ${expectation}")
elseif(NOT messages MATCHES "${expectation}")
  message(FATAL_ERROR "fails, but not with: ${expectation}\n${messages}")
endif()
