// Where a stored value comes from: which function of which class computed it, and as what type it is stored.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cache_on_disk/codec.hpp"

namespace cache_on_disk::entry {

/// Two programs may use one name for different things; the origin, kept in each entry, tells them apart.
struct Origin {
  std::string language;      ///< "c++" or "python"; only origins of one language are compared
  std::string module;        ///< Python: the function's module; C++: empty
  std::string object_class;  ///< class of the object; C++: its typeid name
  std::string function;      ///< "Class.method", as in the entry's name
  StoredType type;           ///< what the cell stores, or (in an entry) what is stored
  std::uint32_t version = 0;
  /// Python: which program the module is, where its name does not tell, as of scripts: "<hash of its text> <path>", either
  /// of which may be "-". Empty: unknown, or of no importance.
  std::string program{};

  /// True if the functions are the same as far as can be told: types and versions are judged apart.
  bool same_function(const Origin& other) const {
    return language != other.language || (module == other.module && object_class == other.object_class &&
                                          function == other.function && same_program(program, other.program));
  }

  /// True if two programs of one name may be the same: the path or the text is, or nothing is known of one of them. So a
  /// script may be edited, and it may be copied or moved.
  static bool same_program(std::string_view one, std::string_view other);
};

/// The 32 bits in the name of an entry that lies beside another one's: of all but the version.
std::uint32_t hash_of(const Origin& origin);

/// The first difference that keeps `ours` from using what `theirs` stored, for a message; empty if there is none.
std::string difference(const Origin& theirs, const Origin& ours);

/// "npy <f8 2" back into a StoredType; an unknown text gives a type that nothing converts to.
StoredType parse_stored_type(std::string_view text);

/// True if a value stored as `stored` can become one of type `wanted`, as far as the types tell.
bool converts(const StoredType& stored, const StoredType& wanted);

/// A C++ type name as a person writes it, or the name itself.
std::string readable_class(const std::string& typeid_name);

}  // namespace cache_on_disk::entry
