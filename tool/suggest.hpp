// The known word that somebody who wrote another may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace cache_on_disk::tool {

/// "; did you mean 'verify'?" for a word that differs in a few letters from one of the known ones, or begins it; else nothing.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace cache_on_disk::tool
