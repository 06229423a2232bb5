# Installs the build tree TREE into a fresh directory PREFIX, and moves it: an installed tree knows no place.
file(REMOVE_RECURSE "${PREFIX}" "${PREFIX}_before")
set(config)
if(CONFIG)
  set(config --config ${CONFIG})
endif()
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${TREE}" --prefix "${PREFIX}_before" ${config}
                COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${PREFIX}_before" "${PREFIX}")
