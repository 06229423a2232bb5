# Sets CACHE_ON_DISK_BUILDS_TOOL: whether this build makes the command-line tool.
#   CACHE_ON_DISK_TOOL=ON    yes; configuring fails where a library that it needs is missing
#   CACHE_ON_DISK_TOOL=AUTO  if those are installed; never within another project, which has not asked for a program
#   CACHE_ON_DISK_TOOL=OFF   no
set(CACHE_ON_DISK_TOOL AUTO CACHE STRING "Build the command-line tool cache-on-disk: AUTO, ON or OFF")
set_property(CACHE CACHE_ON_DISK_TOOL PROPERTY STRINGS AUTO ON OFF)

string(TOUPPER "${CACHE_ON_DISK_TOOL}" CACHE_ON_DISK_BUILDS_TOOL)
if(CACHE_ON_DISK_BUILDS_TOOL STREQUAL "AUTO")
  set(CACHE_ON_DISK_BUILDS_TOOL ${CACHE_ON_DISK_TOP_LEVEL})
  if(CACHE_ON_DISK_TOP_LEVEL)
    find_package(CLI11 QUIET)
    find_package(PNG QUIET)
    set(missing)
    if(NOT CLI11_FOUND)
      list(APPEND missing "CLI11 (Debian package libcli11-dev)")
    endif()
    if(NOT PNG_FOUND)
      list(APPEND missing "libpng (Debian package libpng-dev)")
    endif()
    if(missing)
      list(JOIN missing " and " missing)
      message(STATUS "The command-line tool cache-on-disk is not built, as this is missing: ${missing}. "
        "CACHE_ON_DISK_TOOL=OFF does without it, ON insists on it.")
      set(CACHE_ON_DISK_BUILDS_TOOL OFF)
    endif()
  endif()
endif()
