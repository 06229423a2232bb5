# cache_on_disk_export_only(<target> <version script>)
#   Lets a shared library or module export what the script names. The compiler hides our own functions; those that it makes
#   from templates of the standard library and of fmt are visible all the same, and only the linker can hide them.
include(CheckLinkerFlag)
check_linker_flag(CXX "LINKER:--version-script=${PROJECT_SOURCE_DIR}/src/exported_symbols.map"
  CACHE_ON_DISK_CAN_USE_VERSION_SCRIPTS)

function(cache_on_disk_export_only target script)
  get_target_property(type ${target} TYPE)
  if(CACHE_ON_DISK_CAN_USE_VERSION_SCRIPTS AND NOT type STREQUAL "STATIC_LIBRARY")
    target_link_options(${target} PRIVATE "LINKER:--version-script=${CMAKE_CURRENT_SOURCE_DIR}/${script}")
    set_property(TARGET ${target} APPEND PROPERTY LINK_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/${script}")
  endif()
endfunction()
