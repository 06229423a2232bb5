// A file system in a file, mounted for this process alone, whose power can be cut. Needs root, loop devices and mkfs.
#pragma once

#include <string>

namespace campaign {

/// Why none can be had here; empty if one can.
std::string loop_file_systems_lack();

/// One that is mounted while the object lives. Throws std::runtime_error where a step fails.
class LoopFileSystem {
 public:
  /// `kind`: "ext4" or "xfs"; the image is made in `directory`, with `options` of mount.
  LoopFileSystem(std::string kind, std::string directory, std::string options);
  ~LoopFileSystem();
  LoopFileSystem(const LoopFileSystem&) = delete;
  LoopFileSystem& operator=(const LoopFileSystem&) = delete;

  /// Where it is mounted.
  const std::string& path() const { return mounted_at_; }

  /// What the file system is told to do with its journal as the power goes.
  enum class Journal { flushed, lost };
  /// Nothing that is only in memory gets to the disk any more, but for the journal.
  void cut_power(Journal journal);
  /// Mounts it again, which recovers it.
  void recover();

 private:
  void mount();
  void unmount();

  std::string kind_, image_, mounted_at_, options_;
  bool mounted_ = false;
};

/// Gives this process mounts of its own, which end with it.
void make_mounts_private();

}  // namespace campaign
