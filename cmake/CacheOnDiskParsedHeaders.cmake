# cache_on_disk_parse_headers_once(<target> [<header>...])
#   Precompiles what most of the target's sources include: parsing it takes longer than what is theirs. Only the
#   builds for the tests ask for it; the others show that each source includes what it uses (of those of .ci/run, the
#   library within another project: tests/consumer).
function(cache_on_disk_parse_headers_once target)
  if(CACHE_ON_DISK_PARSE_HEADERS_ONCE)
    target_precompile_headers(${target} PRIVATE ${ARGN}
      <fmt/format.h> <algorithm> <array> <functional> <map> <memory> <mutex> <optional> <span> <string> <string_view>
      <unordered_map> <variant> <vector>)
  endif()
endfunction()
