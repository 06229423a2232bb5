// Reading a file of numbers without any library: the bare system calls, which nobody can beat, and what people write.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bench {

// In doubles: header and trailer of an entry.
inline constexpr std::size_t room_for_the_rest = 256;

/// A .npy file as np.save writes it, of any shape, without our trailer.
std::string npy_file(std::size_t size);

/// What a program cannot do without: open, ask for the size, read, close. Of the same file that we read, into a buffer that
/// holds it.
double bare_read(const std::string& path, std::vector<double>& buffer);

/// The same, mapped; `whole`: all is used, else one number.
double bare_map(const std::string& path, bool whole);

/// As people write it by hand, and as small libraries do: header, shape, one vector.
std::vector<double> load_by_hand(const std::string& path);

}  // namespace bench
