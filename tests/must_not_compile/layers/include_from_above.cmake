# Compiles SOURCE, copied to COPY, with the include paths INCLUDES of its layer: with a header of each folder BELOW (of ROOT),
# which must work, and with one of a folder ABOVE, for each of these, where the compiler must not find that header.
set(ENV{LC_ALL} C)
list(TRANSFORM INCLUDES PREPEND "-I")
list(TRANSFORM DEFINITIONS PREPEND "-D")
file(READ "${SOURCE}" source)

# As a source of a layer above the folder includes it; into the variable `result`.
function(a_header_of folder result)
  file(GLOB_RECURSE headers RELATIVE "${ROOT}/${folder}" "${ROOT}/${folder}/*.hpp")
  if(NOT headers)
    message(FATAL_ERROR "there are no headers in ${folder}")
  endif()
  list(GET headers 0 header)
  set(${result} "${header}" PARENT_SCOPE)
endfunction()

# compile(<header>...): leaves `failed` and `messages`.
macro(compile)
  set(lines)
  foreach(header ${ARGN})
    string(APPEND lines "#include \"${header}\"\n")
  endforeach()
  file(WRITE "${COPY}" "${lines}${source}")
  execute_process(COMMAND "${COMPILER}" -std=c++20 -fsyntax-only ${INCLUDES} ${DEFINITIONS} "${COPY}"
    RESULT_VARIABLE failed ERROR_VARIABLE messages)
endmacro()

set(below)
foreach(folder IN LISTS BELOW)
  a_header_of("${folder}" header)
  list(APPEND below "${header}")
endforeach()
compile(${below})
if(failed)
  message(FATAL_ERROR "${SOURCE} with what lies below its layer (${below}) does not compile:\n${messages}")
endif()

foreach(folder IN LISTS ABOVE)
  a_header_of("${folder}" header)
  compile("${header}")
  if(NOT failed)
    message(FATAL_ERROR "${SOURCE} compiles with ${header} of ${folder}, which lies above its layer")
  elseif(NOT messages MATCHES "${header}: No such file|'${header}' file not found")
    message(FATAL_ERROR "${SOURCE} with ${header} of ${folder} fails for another reason:\n${messages}")
  endif()
endforeach()
