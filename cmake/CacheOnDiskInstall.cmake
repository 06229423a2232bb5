# What `cmake --install` puts in place: headers, library, the CMake package and the pkg-config file.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/cache_on_disk")
get_target_property(library_type cache_on_disk TYPE)

install(TARGETS cache_on_disk EXPORT cache_on_disk-targets)
install(EXPORT cache_on_disk-targets NAMESPACE cache_on_disk:: DESTINATION "${package_dir}")
install(DIRECTORY include/cache_on_disk DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.hpp")
install(FILES "${PROJECT_BINARY_DIR}/include/cache_on_disk/version.hpp"
        DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}/cache_on_disk")

# A static library brings what it is linked with along, a shared one has it inside.
if(library_type STREQUAL "STATIC_LIBRARY")
  set(CACHE_ON_DISK_IS_STATIC ON)
  set(pkg_config_requires "fmt")
else()
  set(CACHE_ON_DISK_IS_STATIC OFF)
  set(pkg_config_requires "")
endif()

configure_package_config_file(cmake/cache_on_disk-config.cmake.in cache_on_disk-config.cmake
  INSTALL_DESTINATION "${package_dir}" NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(cache_on_disk-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/cache_on_disk-config.cmake"
              "${CMAKE_CURRENT_BINARY_DIR}/cache_on_disk-config-version.cmake"
        DESTINATION "${package_dir}")

# The directories are told relative to the .pc file, so that an installed tree can be moved.
set(pkg_config_dir "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
file(RELATIVE_PATH pkg_config_prefix
  "${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig" "${CMAKE_INSTALL_PREFIX}")
string(REGEX REPLACE "/$" "" pkg_config_prefix "${pkg_config_prefix}")
foreach(kind IN ITEMS INCLUDEDIR LIBDIR)
  if(IS_ABSOLUTE "${CMAKE_INSTALL_${kind}}")
    set(pkg_config_${kind} "${CMAKE_INSTALL_${kind}}")
  else()
    set(pkg_config_${kind} "\${prefix}/${CMAKE_INSTALL_${kind}}")
  endif()
endforeach()
configure_file(cmake/cache_on_disk.pc.in cache_on_disk.pc @ONLY)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/cache_on_disk.pc" DESTINATION "${pkg_config_dir}")
