# cache_on_disk_add_broken(<name> <source> <right> <wrong> <campaign=what it must find>...)
#   Makes the program campaign_<name>: the campaigns with a library in whose <source> (below src/) the text <right> is
#   replaced by <wrong>, and a test that each <campaign> fails there, and by what it must find. So a campaign that could not
#   fail would be noticed.
function(cache_on_disk_add_broken name source right wrong findings)
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

  # The linker takes the broken file's functions and then has no need of the library's own.
  add_executable(campaign_${name} "${broken}")
  target_link_libraries(campaign_${name} PRIVATE cache_on_disk_campaigns fmt::fmt spdlog::spdlog xxHash::headers)
  foreach(finding IN ITEMS ${findings} ${ARGN})
    string(REGEX MATCH "^([^=]+)=(.*)$" finding "${finding}")
    set(test campaign.${CMAKE_MATCH_1}_fails_with_${name})
    add_test(NAME ${test} COMMAND campaign_${name} ${CMAKE_MATCH_1} --seconds 5 --timed)
    set_tests_properties(${test} PROPERTIES
      PASS_REGULAR_EXPRESSION "FAILED:.*${CMAKE_MATCH_2}" TIMEOUT 300 SKIP_RETURN_CODE 77 LABELS campaign)
  endforeach()
endfunction()
