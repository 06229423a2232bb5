# Compiles SNIPPET with COMPILER and the directories INCLUDES, and compares the outcome with its "// expect:".
file(STRINGS "${SNIPPET}" expectation REGEX "^// expect: ")
string(REGEX REPLACE "^// expect: " "" expectation "${expectation}")
if(NOT expectation)
  message(FATAL_ERROR "${SNIPPET} has no line '// expect: ...'")
endif()
list(TRANSFORM INCLUDES PREPEND "-I")

# One message a line, whatever the width, and the words of the C locale, plain quotes included.
set(ENV{LC_ALL} C)
execute_process(COMMAND "${COMPILER}" -std=c++20 -fsyntax-only -Werror=unused-result -Werror=return-local-addr ${INCLUDES} "${SNIPPET}"
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
