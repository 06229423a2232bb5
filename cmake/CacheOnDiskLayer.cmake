# cache_on_disk_add_layer(<layer> <what it links>...)
#   Makes the library cache_on_disk_<layer> of the sources in the folders below this one, which the list `sources` names. Its
#   sources and those of the layers above include its headers as "room/name.hpp"; those of the layers below cannot: their
#   include paths have only what they link. The library that is installed has all layers in it.
function(cache_on_disk_add_layer layer)
  set(name cache_on_disk_${layer})
  add_library(${name} STATIC ${sources})
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_include_directories(${name} PUBLIC "${CMAKE_CURRENT_SOURCE_DIR}")
  target_link_libraries(${name} PUBLIC ${ARGN})
  # What programs may call bears CACHE_ON_DISK_EXPORT (include/cache_on_disk/detail/export.hpp).
  set_target_properties(${name} PROPERTIES
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  cache_on_disk_set_warnings(${name})
  cache_on_disk_parse_headers_once(${name})
  target_sources(cache_on_disk PRIVATE $<TARGET_OBJECTS:${name}>)
endfunction()
