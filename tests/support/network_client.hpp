// A client of a network file system, played on a local disk: what it remembers, and what its server answers late.
#pragma once

#include <cerrno>
#include <deque>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "files/file_system.hpp"
#include "support/failing_calls.hpp"

/// In force while it lives. In a forked child it is a client of its own, which remembers what its parent did.
class NetworkClient : public FailingCalls {
 public:
  using FileSystem = cache_on_disk::system::FileSystem;
  using Revalidation = cache_on_disk::system::Revalidation;

  explicit NetworkClient(const FileSystem& kind) : kind_(kind) {}
  /// The kind as mounted: ("nfs4", 0x6969), say.
  NetworkClient(const char* type, std::uint32_t magic)
      : NetworkClient(cache_on_disk::system::file_system_of(magic, type, "")) {}

  const FileSystem* file_system() override { return &kind_; }

  /// Names that the client believes missing, whatever has been made meanwhile, until it asks.
  void believe_missing(const std::string& name) {
    const std::lock_guard lock(mine_);
    missing_.insert(name);
  }
  /// Whenever this call is made, the client learns that the name is missing, and somebody makes it at once.
  void believe_missing_at(Call call, const std::string& name) {
    const std::lock_guard lock(mine_);
    at_ = call;
    missing_at_ = name;
  }
  /// All that names a file in it, and each question about the directory, answers ESTALE until the directory `name` is opened again.
  void lose_directory(const std::string& name) {
    const std::lock_guard lock(mine_);
    lost_ = name;
  }
  /// The next `times` calls of this kind answer with an error: those on a name with this part, or all for "".
  void fail_times(Call call, const std::string& part, int code, int times) {
    const std::lock_guard lock(mine_);
    late_.push_back({call, part, code, times});
  }

  int before(Call call) override {
    {
      const std::lock_guard lock(mine_);
      if (call == Call::ask_server) {
        if (!lost_.empty()) return ESTALE;
        missing_.clear();
      }
      if (call == at_ && !missing_at_.empty()) missing_.insert(missing_at_);
      if (const int code = late(call, "")) return code;
    }
    return FailingCalls::before(call);
  }
  int before_on(Call call, const char* name) override {
    {
      const std::lock_guard lock(mine_);
      const std::string_view text = name;
      if (call == Call::open && text == lost_) lost_.clear();
      if (call == Call::link && kind_.missing == Revalidation::ask_for_name) missing_.erase(std::string(text));
      if (!lost_.empty() && (text.ends_with(".npy") || text == ".lock" || text.starts_with(".tmp-"))) return ESTALE;
      if (call == Call::rename) missing_.erase(std::string(text));
      if ((call == Call::open || call == Call::stat) && missing_.contains(std::string(text))) return ENOENT;
      if (const int code = late(call, text)) return code;
    }
    return FailingCalls::before(call);
  }

 private:
  struct Late {
    Call call;
    std::string part;
    int code;
    int times;
  };
  int late(Call call, std::string_view name) {
    for (Late& each : late_)
      if (each.call == call && each.times > 0 && name.find(each.part) != std::string_view::npos) {
        --each.times;
        return each.code;
      }
    return 0;
  }

  const FileSystem kind_;
  std::mutex mine_;
  std::set<std::string> missing_;
  Call at_{};
  std::string missing_at_;
  std::string lost_;
  std::deque<Late> late_;
};
