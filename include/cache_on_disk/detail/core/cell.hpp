// The part of a cached method's cell that does not depend on its type.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <source_location>
#include <string>
#include <string_view>
#include <typeinfo>

#include "cache_on_disk/detail/core/call.hpp"
#include "cache_on_disk/detail/export.hpp"
#include "cache_on_disk/detail/system/long_way.hpp"

namespace cache_on_disk {

// With _GLIBCXX_DEBUG the containers of the standard library are others, and so are structures that hold them. A program and a library
// that differ in it do not link, by the name of what is missing; else they would link, and crash.
#if defined(_GLIBCXX_DEBUG)
#define CACHE_ON_DISK_CONTAINERS_ compile_the_library_with_GLIBCXX_DEBUG_as_this_program
#else
#define CACHE_ON_DISK_CONTAINERS_ compile_this_program_without_GLIBCXX_DEBUG_or_the_library_with_it
#endif
CACHE_ON_DISK_EXPORT extern const char CACHE_ON_DISK_CONTAINERS_;
namespace detail {
[[gnu::used]] inline const char* const containers_of_the_library = &CACHE_ON_DISK_CONTAINERS_;
}

}  // namespace cache_on_disk

namespace cache_on_disk::core {

class Binding;    // tag, name and counters of a cell that a walk has found
class Context;    // the settings that one walk gives to the cells it meets
struct NameNode;  // a step of an instance name
struct Method;    // what is known of a method, whatever object it belongs to

/// What is the same for all cells of one type.
struct CellKind {
  const std::type_info& value_type;
  StoredType (*stored_type)();
  bool by_arguments;
  /// What arguments a by-arguments method takes, a letter each (argument_kind); unused by other languages than C++.
  const char* parameters = "";
};

/// What a class says of one of its cells.
struct CellOptions {
  std::uint32_t version = 0;  ///< raise it when the function gives other values: older ones are replaced
  bool inherited = false;     ///< subclasses give the same value: the defining class stands for the object's
};

/// Base of every cell. Concurrent calls are fine; set_tag and its like, clearing, assignment and destruction need
/// exclusive access, as non-const members of a standard container do.
class CACHE_ON_DISK_EXPORT Cell {
 public:
  virtual const CellKind& kind() const noexcept = 0;
  /// Drops the buffered values; the next call looks at the disk again.
  virtual void forget() const noexcept = 0;
  /// True if a value is buffered (by-arguments cells: for these arguments).
  virtual bool remembers(const std::string& arguments) const = 0;
  /// Lets the next call (by-arguments cells: the next for each arguments) compute again and replace what is stored.
  virtual void expect_refresh() const = 0;
  /// True if that stands still to be done (by-arguments cells: for these arguments).
  virtual bool wants_refresh(const std::string&) const { return false; }
  /// Stores a value, given as a pointer to a movable kind().value_type, as if the function had returned it.
  virtual void put(void* value, const std::string& arguments) const = 0;

  const CellOptions& options() const noexcept { return options_; }
  /// nullptr if no walk has found the cell.
  virtual const std::shared_ptr<Binding>& binding() const { return binding_; }
  /// The settings of the binding; nullptr if there is none.
  virtual const Context* context() const noexcept;
  /// Gives the cell its tag and name; buffered values belong to the old ones and are dropped.
  CACHE_ON_DISK_NO_EXPORT void bind(std::shared_ptr<Binding> binding) const noexcept;
  /// As bind(), by changing the binding it has, which nobody else may have.
  CACHE_ON_DISK_NO_EXPORT void rebind(std::shared_ptr<const Context> context, std::shared_ptr<const NameNode> instance,
                                      const Method& method) const noexcept;
  /// True if the cell has no tag although one was set: it is a copy of a cell that has one, or another was assigned to it.
  bool lost_tag() const noexcept { return lost_tag_; }

 protected:
  Cell() = default;
  explicit Cell(CellOptions options) noexcept : options_(options) {}
  Cell(const Cell& other) noexcept : options_(other.options_), lost_tag_(other.had_tag()) {}
  Cell(Cell&& other) noexcept
      : binding_(std::move(other.binding_)), options_(other.options_), lost_tag_(other.lost_tag_) {
    other.lost_tag_ = had_tag();
  }
  Cell& operator=(const Cell&) = delete;
  ~Cell() = default;

  /// What assigning a copy of `other` does: the object has the data of another now, whose values are not those that are
  /// stored under its name. It loses tag and name, and keeps the directory for the next set_tag.
  void lose_tag_to(const Cell& other) noexcept;
  /// What assigning `other` by move does: takes its tag and name, and gives true; or loses its own, if it has none.
  bool take_tag_of(Cell& other) noexcept;

  // Changed by walks and by set_tag only, which reach a cell through const objects too.
  mutable std::shared_ptr<Binding> binding_;

 private:
  bool had_tag() const noexcept;

  // The last members, with their padding left to those of derived cells: objects come by the hundred thousand.
  [[no_unique_address]] CellOptions options_;
  mutable bool lost_tag_ = false;
};

/// True if the cell has a tag.
CACHE_ON_DISK_EXPORT bool is_tagged(const Binding* binding) noexcept;

/// Gets the value for a call: from the buffer, the disk, another caller, or the function. `arguments` is empty or
/// "(...)" as in the entry's name. Throws only what the function throws (and bad_alloc if that is all that failed).
CACHE_ON_DISK_EXPORT Source answer(const std::shared_ptr<Binding>& binding, const std::string& arguments, Call& call);

/// Counts a call on a cell without a tag, while some root has one: perhaps a forgotten member. `file` lives as long as the process.
CACHE_ON_DISK_EXPORT void count_untagged_call(const char* file, std::uint_least32_t line) noexcept;
/// Tells of a call on a cell that lost its tag, once for each site. Throws UncachedError under Options::strict.
CACHE_ON_DISK_EXPORT void tell_lost_tag(const std::source_location& site);
/// Both, as far as they are due.
inline void count_untagged_call(const Cell& cell, const std::source_location& site) {
  count_untagged_call(site.file_name(), site.line());
  if (cell.lost_tag()) tell_lost_tag(site);
}

/// Tells of a call that goes without the cache, because its arguments cannot name a value. Throws UncachedError under
/// Options::strict.
CACHE_ON_DISK_EXPORT void tell_unnamed(const Binding& binding, std::string_view why);

/// Tells the log of a hit in memory, if it wants to hear of it, with the arguments as in the entry's name.
CACHE_ON_DISK_EXPORT void observe_hit(const Binding* binding, std::string_view arguments = {}) noexcept;

/// Whether a call may take what the cell has in memory: not under Mode::off, and not what is from before the mode was
/// switched to Mode::refresh, which the cell forgets here.
CACHE_ON_DISK_EXPORT bool mode_allows_memory(const Cell& cell) noexcept;
inline bool may_use_memory(const Cell& cell) noexcept {
  return (system::hits_take_the_long_way.load(std::memory_order_relaxed) & system::hits_depend_on_mode) == 0 ||
         mode_allows_memory(cell);
}
/// True under Mode::off.
bool is_mode_off() noexcept;

}  // namespace cache_on_disk::core
