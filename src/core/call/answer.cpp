// core::answer: whatever fails in the cache costs the caller nothing.
#include <cxxabi.h>
#include <fmt/format.h>

#include <exception>
#include <memory>
#include <new>

#include "call/answering.hpp"

namespace cache_on_disk::core {
namespace {

/// Tells that the cache itself failed; when memory has run out, there may be none to tell it with.
void report_failure(const Binding& binding, const std::exception* error) noexcept try {
  const bool no_memory = dynamic_cast<const std::bad_alloc*>(error) != nullptr;
  system::report({binding.context().component(), "failure",
                  fmt::format("{} went without the cache, which failed: {}", binding.function_name(),
                              no_memory          ? "not enough memory"
                              : error != nullptr ? error->what()
                                                 : "a codec threw something that is not a std::exception")});
} catch (const std::exception&) {
}

/// nullptr if the call has nothing to do with the cache.
[[gnu::noinline]] std::unique_ptr<Answering> answering_under_tag(const Binding* binding, const std::string& arguments,
                                                                 Call& call) {
  const Options options = cache_on_disk::options();
  if (options.mode == Mode::off || !is_tagged(binding)) return nullptr;
  return std::make_unique<Answering>(*binding, arguments, call, options);
}

}  // namespace

Source answer(const std::shared_ptr<Binding>& binding, const std::string& arguments, Call& call) {
  Progress progress = Progress::before_function;
  try {
    if (const auto answering = answering_under_tag(binding.get(), arguments, call)) try {
        return answering->run();
      } catch (...) {
        progress = answering->progress();
        throw;
      }
  } catch (const abi::__forced_unwind&) {
    throw;  // the thread is being cancelled
  } catch (const UncachedError&) {
    throw;  // wanted: Options::strict
  } catch (const std::exception& error) {
    // The function's own exceptions pass; the cache's, and those of a codec, cost the caller nothing.
    if (progress == Progress::in_function) throw;
    report_failure(*binding, &error);
  } catch (...) {
    if (progress == Progress::in_function) throw;
    report_failure(*binding, nullptr);
  }
  if (progress == Progress::after_function) return Source::computed;
  call.compute();
  return Source::uncached;
}

}  // namespace cache_on_disk::core
