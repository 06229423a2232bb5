# Configures the project in SOURCE with SETTINGS, builds it in BINARY and runs its programs.
file(REMOVE_RECURSE "${BINARY}")
execute_process(
  COMMAND "${CMAKE_COMMAND}" -S "${SOURCE}" -B "${BINARY}" -G "${GENERATOR}"
          -DCMAKE_EXPORT_COMPILE_COMMANDS=ON ${SETTINGS}
  COMMAND_ERROR_IS_FATAL ANY)
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BINARY}" --parallel 2 COMMAND_ERROR_IS_FATAL ANY)

file(READ "${BINARY}/compile_commands.json" commands)
string(REGEX MATCH "-(I|isystem) *[^ ]*eigen[^ ]*" eigen "${commands}")
if(eigen)
  message(FATAL_ERROR "the consumer is compiled with ${eigen}")
endif()
foreach(program IN ITEMS consumer every_function)
  if(EXISTS "${BINARY}/${program}")
    execute_process(COMMAND "${BINARY}/${program}" COMMAND_ERROR_IS_FATAL ANY)
  endif()
endforeach()
