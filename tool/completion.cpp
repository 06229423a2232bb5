// Completions for shells. All of them ask the tool what may stand at the cursor (candidates.hpp), and know no option themselves.
#include "generate.hpp"

namespace cache_on_disk::tool {

// All that bash is asked to know is what it will replace: the rest is the tool's, quotes included.
std::string_view bash_completion() {
  return R"(# Completion of cache-on-disk for bash.
_cache_on_disk() {
  local kind= candidate
  COMPREPLY=()
  while IFS= read -r candidate; do
    if [[ -z $kind ]]; then kind=$candidate; else COMPREPLY+=("$candidate"); fi
  done < <("${1/#\~\//$HOME/}" --generate=candidates "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  if [[ $kind != words && ${#COMPREPLY[@]} == 0 ]]; then compopt -o default; fi
}
complete -F _cache_on_disk cache-on-disk
)";
}

// A candidate and its description have a colon between them there, and a backslash before each of their own.
std::string_view zsh_completion() {
  return R"(#compdef cache-on-disk
# Completion of cache-on-disk for zsh.
_cache_on_disk() {
  local typed="${(j: :)words[1,CURRENT-1]} $QIPREFIX$PREFIX" kind
  local -i none=1
  local -a candidates
  compset -P 1 '--*='
  candidates=("${(@f)$(_call_program candidates $service --generate=candidates ${(q)typed} 2>/dev/null)}")
  kind=$candidates[1]
  shift candidates
  candidates=("${(@)candidates//\\/\\\\}")
  candidates=("${(@)candidates//:/\\:}")
  candidates=("${(@)candidates/$'\t'/:}")
  (( $#candidates )) && _describe candidate candidates && none=0
  [[ $kind == files ]] && _files && none=0
  [[ $kind == directories ]] && _files -/ && none=0
  return none
}
_cache_on_disk "$@"
)";
}

std::string_view fish_completion() {
  return R"(# Completion of cache-on-disk for fish.
function __cache_on_disk_candidates
    # The words without quotes; variables are put in by fish 4 only.
    set -l words (commandline -xpc 2>/dev/null; or commandline -opc)
    set words (string replace -r -- '^~(?=/|$)' $HOME $words)
    set -l typed (commandline -ct)
    set -l current (string unescape -- $typed; or string trim -l -c "'\"" -- $typed)
    cache-on-disk --generate=candidates-of-words $words "$current" 2>/dev/null
end
complete -c cache-on-disk -f -a '(__cache_on_disk_candidates | tail -n +2)'
complete -c cache-on-disk -n 'test (__cache_on_disk_candidates)[1] != words' -F
)";
}

}  // namespace cache_on_disk::tool
