# Configures SOURCE with SETTINGS in BINARY, as if none of HIDDEN (names of packages) were installed.
#   TARGETS: the targets that it must have, besides those of the layers (one for each folder of src), and no other of ours;
#            empty: configuring must fail
#   TOLD:    a regular expression for what is printed meanwhile
file(REMOVE_RECURSE "${BINARY}")
list(TRANSFORM HIDDEN REPLACE "^(.+)$" "-DCMAKE_DISABLE_FIND_PACKAGE_\\1=ON")
execute_process(COMMAND "${CMAKE_COMMAND}" -S "${SOURCE}" -B "${BINARY}" -G "${GENERATOR}" ${HIDDEN} ${SETTINGS}
  OUTPUT_VARIABLE told ERROR_VARIABLE told RESULT_VARIABLE failed)
if(failed AND TARGETS)
  message(FATAL_ERROR "cannot be configured:\n${told}")
elseif(NOT failed AND NOT TARGETS)
  message(FATAL_ERROR "can be configured, but should not:\n${told}")
endif()
if(NOT told MATCHES "${TOLD}")
  message(FATAL_ERROR "does not tell ${TOLD}:\n${told}")
endif()
if(failed)
  return()
endif()

# "name: phony" by Ninja, "... name" by make.
execute_process(COMMAND "${CMAKE_COMMAND}" --build "${BINARY}" --target help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[^\n]+" lines "${help}")
set(found)
foreach(line IN LISTS lines)
  if(line MATCHES "^(\\.\\.\\. )?([A-Za-z_0-9-]+)(: phony)?$")
    list(APPEND found ${CMAKE_MATCH_2})
  endif()
endforeach()
list(REMOVE_DUPLICATES found)
list(FILTER found EXCLUDE REGEX
  "^(cmake_object_order_depends_target_.*|all|clean|depend|edit_cache|rebuild_cache|list_install_components|install)$")
file(GLOB layers RELATIVE "${LIBRARY_SOURCE}/src" "${LIBRARY_SOURCE}/src/*/CMakeLists.txt")
list(TRANSFORM layers REPLACE "/CMakeLists.txt" "")
list(TRANSFORM layers PREPEND "cache_on_disk_")
list(REMOVE_ITEM found ${layers} cache-on-disk consumer)  # the tool's file, and the project around the library
list(SORT found)
list(SORT TARGETS)
if(NOT found STREQUAL TARGETS)
  message(FATAL_ERROR "the targets are ${found}, but should be ${TARGETS}\n${help}")
endif()
