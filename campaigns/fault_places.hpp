// Places that cannot take a value, or are no longer what they were: each tried in a process of its own.
#pragma once

#include <cstdint>
#include <functional>

namespace campaign {

class Places {
 public:
  void try_all();

  std::uint64_t tried() const { return tried_; }
  std::uint64_t left_out() const { return left_out_; }
  std::uint64_t wrong() const { return wrong_; }
  std::uint64_t failed() const { return failed_; }
  std::uint64_t partial() const { return partial_; }
  std::uint64_t temporary() const { return temporary_; }
  std::uint64_t otherwise() const { return otherwise_; }  ///< not stored, or not warned, as is due there

 private:
  void try_one(const char* name, const std::function<int()>& body);

  std::uint64_t tried_ = 0, left_out_ = 0, wrong_ = 0, failed_ = 0, partial_ = 0, temporary_ = 0, otherwise_ = 0;
};

}  // namespace campaign
