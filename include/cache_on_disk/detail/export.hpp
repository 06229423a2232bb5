// CACHE_ON_DISK_EXPORT: on what a program calls in the shared library, by itself or through a template; all else is hidden
// there. src/exported_symbols.txt lists what comes of it, and a test compares the two.
//
// A class that bears it exports its member functions (those that only the library calls bear CACHE_ON_DISK_NO_EXPORT) and its
// type information, so that what one side throws is caught on the other. Inline functions need no mark; inline variables do,
// since they are one variable for both sides.
#pragma once

#define CACHE_ON_DISK_EXPORT __attribute__((visibility("default")))
#define CACHE_ON_DISK_NO_EXPORT __attribute__((visibility("hidden")))
