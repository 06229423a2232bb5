// What a front door hands to the core for one call of a cached method.
//
// The core decides where a value comes from and never holds or sees one. The front door owns the slot in which the value
// sits, and offers the few operations the core needs on it. Cached<T>, the Python module and the tests' byte strings are
// such front doors.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <typeinfo>
#include <vector>

#include "cache_on_disk/codec.hpp"
#include "cache_on_disk/detail/export.hpp"

namespace cache_on_disk::core {

/// Where the value of a call came from.
enum class Source {
  memory,      ///< the front door's own buffer
  disk,        ///< a stored entry
  shared,      ///< another caller in this process computed or read it meanwhile
  computed,    ///< the function ran, under the cache's eyes
  uncached,    ///< the function ran, and the cache had no part in it
  interrupted  ///< the caller gave up waiting (Call::interrupted); there is no value
};

/// A value on its way from one caller to others that wait for the same one in this process: opaque to the core.
struct SharedValue {
  std::shared_ptr<const void> value;
  const std::type_info* type = nullptr;  ///< of what `value` points at
};

/// One call of a cached method. Its member functions are called on the calling thread, never under a mutex.
class CACHE_ON_DISK_EXPORT Call {
 public:
  virtual ~Call() = default;

  /// Looks into the own buffer again: true if the value is there by now, and is this call's answer.
  virtual bool recall() = 0;
  /// Takes the value from a payload. The error says why it cannot be one of the wanted type; the entry is left alone
  /// then. `plain_data_only`: the file must not be believed like one's own; nothing in it may cause code to run.
  virtual Result<void> load(const Payload& payload, bool plain_data_only) = 0;
  /// Runs the function; what it throws passes through. At most once.
  virtual void compute() = 0;
  /// The computed value, ready to be written.
  virtual Result<Encoding> encode() = 0;
  /// Puts the value into the buffer, if the method is still under the tag this call began with.
  virtual void keep() = 0;

  /// The value for others that wait in this process; may be empty.
  virtual SharedValue share() { return {}; }
  /// Takes another caller's value; false if it is of another kind.
  virtual bool adopt(const SharedValue&) { return false; }

  /// The arguments of this call, as "(...)", where they are not part of the entry's name: they are noted in what is stored.
  /// Empty: nothing is known of them.
  virtual std::string noted_arguments() const { return {}; }
  /// Told before load(): the arguments that are noted in the entry.
  virtual void learn_arguments(std::string_view) {}

  /// True if the stored value is not wanted: it is computed again and replaced. The front door has emptied its buffer then:
  /// what recall() finds is new.
  virtual bool refresh() const { return false; }
  /// True if the value is given, as by put: it is stored whatever others have brought meanwhile, so neither recall() nor
  /// adopt() is asked. Such a call has refresh(), too.
  virtual bool is_given() const { return false; }
  /// Who calls: the thread, or a task that moves between threads. A call for an entry that its own caller is computing
  /// goes straight to the function.
  virtual std::uintptr_t caller() const;
  /// That caller first, as caller() gives it, and behind it those within whose computations it runs, nearest first: a call in a task of its own that a
  /// computation has started and awaits. It goes straight to the function where one of these computes the entry, and while
  /// it waits, they all do.
  virtual std::vector<std::uintptr_t> callers() const { return {caller()}; }
  /// Around every wait for somebody else; a Python module gives up the interpreter lock in between.
  virtual void before_wait() {}
  virtual void after_wait() {}
  /// Asked now and then during a wait, between after_wait and before_wait: true ends the wait without a value.
  virtual bool interrupted() { return false; }
};

}  // namespace cache_on_disk::core
