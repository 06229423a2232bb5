# Finds the headers of xxHash as the target xxHash::headers. The library compiles the hash in (XXH_INLINE_ALL)
# and is not linked with libxxhash, so only building it needs this file.
find_path(XXHASH_INCLUDE_DIR xxhash.h)
mark_as_advanced(XXHASH_INCLUDE_DIR)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(xxHash REQUIRED_VARS XXHASH_INCLUDE_DIR)

if(xxHash_FOUND AND NOT TARGET xxHash::headers)
  add_library(xxHash::headers INTERFACE IMPORTED)
  target_include_directories(xxHash::headers INTERFACE "${XXHASH_INCLUDE_DIR}")
endif()
