// Only here for CMake, which precompiles headers for a target, and a target needs a source.
