# cache_on_disk_add_broken(<name> <source> <right> <wrong> <campaign=what it must find>...)
#   Makes the program campaign_<name>: the campaigns with a library in whose <source> (below src/) the text <right> is
#   replaced by <wrong>, and a test that each <campaign> fails there, and by what it must find. So a campaign that could not
#   fail would be noticed.
function(cache_on_disk_add_broken name source right wrong findings)
  cache_on_disk_break(${name} "${source}" "${right}" "${wrong}" broken)

  # The linker takes the broken file's functions and then has no need of the library's own.
  add_executable(campaign_${name} "${broken}")
  target_link_libraries(campaign_${name} PRIVATE cache_on_disk_campaigns xxHash::headers)
  foreach(finding IN ITEMS ${findings} ${ARGN})
    string(REGEX MATCH "^([^=]+)=(.*)$" finding "${finding}")
    set(test campaign.${CMAKE_MATCH_1}_fails_with_${name})
    add_test(NAME ${test} COMMAND campaign_${name} ${CMAKE_MATCH_1} --seconds 5 --timed --until-failed 10)
    set_tests_properties(${test} PROPERTIES
      PASS_REGULAR_EXPRESSION "FAILED:.*${CMAKE_MATCH_2}" TIMEOUT 300 SKIP_RETURN_CODE 77 LABELS campaign)
  endforeach()
endfunction()

# Writes the broken source, whose path is put into the variable `result`.
function(cache_on_disk_break name source right wrong result)
  set(original "${PROJECT_SOURCE_DIR}/src/${source}")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${original}")
  file(READ "${original}" text)
  string(FIND "${text}" "${right}" place)
  if(place LESS 0)
    message(FATAL_ERROR "${source} no longer contains what ${name} is to break: ${right}")
  endif()
  string(REPLACE "${right}" "${wrong}" text "${text}")
  set(broken "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  file(CONFIGURE OUTPUT "${broken}" CONTENT "${text}" @ONLY)
  set(${result} "${broken}" PARENT_SCOPE)
endfunction()

# cache_on_disk_add_broken_client(<name> <source> <right> <wrong> <campaign>:<mount>:<row>=<what it must find>...)
#   Makes the program network_client_<name>, with a library broken in the same way, and a line for each finding in the file
#   broken.txt, by which `campaigns/network NAME --broken` runs it. Not among what is built by default.
function(cache_on_disk_add_broken_client name source right wrong)
  cache_on_disk_break(${name} "${source}" "${right}" "${wrong}" broken)
  add_executable(network_client_${name} EXCLUDE_FROM_ALL client.cpp "${broken}")
  target_link_libraries(network_client_${name} PRIVATE cache_on_disk_core xxHash::headers)
  add_dependencies(network_clients_broken network_client_${name})
  foreach(finding IN LISTS ARGN)
    file(APPEND "${CMAKE_CURRENT_BINARY_DIR}/broken.txt" "${name}:${finding}\n")
  endforeach()
endfunction()
