#include "files/file_system.hpp"

#include <gtest/gtest.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <semaphore>
#include <string>
#include <vector>

#include "files/directory.hpp"
#include "support/failing_calls.hpp"
#include "support/temporary_directory.hpp"

namespace cache_on_disk::system {
namespace {

constexpr std::uint32_t nfs = 0x6969, fuse = 0x65735546, ext4 = 0xEF53;

TEST(FileSystem, OfATemporaryDirectoryIsLocalUnlessItCannotBeAsked) {
  const TemporaryDirectory folder;
  const auto directory = open_directory(AT_FDCWD, folder.path(), true);
  const FileSystem kind = file_system_of(directory->number());
  EXPECT_EQ(kind.name, "local");
  EXPECT_TRUE(kind.maps && kind.marks && !kind.is_shared());
  EXPECT_EQ(kind.tries, 1);
  const FileSystem unknown = file_system_of(-1);
  EXPECT_TRUE(unknown.is_shared() && !unknown.maps && !unknown.marks) << "what cannot be asked is treated with care";
}

TEST(FileSystem, IsToldByItsNumberAndWhereThatIsNotEnoughByItsType) {
  EXPECT_EQ(file_system_of(ext4, "ext4", "rw").name, "local");
  EXPECT_EQ(file_system_of(nfs, "nfs4", "rw,vers=4.2").name, "NFS 4");
  EXPECT_EQ(file_system_of(nfs, "nfs", "rw,vers=3").name, "NFS 3");
  EXPECT_EQ(file_system_of(nfs, "", "").name, "NFS");
  EXPECT_EQ(file_system_of(fuse, "fuse.ceph-fuse", "").name, "ceph-fuse");
  EXPECT_EQ(file_system_of(fuse, "fuse.glusterfs", "").name, "GlusterFS");
  EXPECT_EQ(file_system_of(fuse, "virtiofs", "").name, "virtiofs");
  EXPECT_EQ(file_system_of(fuse, "fuse.whatever", "").name, "FUSE");
  EXPECT_EQ(file_system_of(0x01021997, "9p", "").name, "9p");
}

TEST(FileSystem, OfABlockDeviceUnderFuseIsLocal) {
  const FileSystem kind = file_system_of(fuse, "fuseblk", "");
  EXPECT_TRUE(kind.maps && kind.marks && !kind.is_shared());
}

TEST(FileSystem, ThatIsSharedIsNeitherMappedNorMarked) {
  for (const std::uint32_t magic :
       {nfs, fuse, 0xFE534D42u, 0xFF534D42u, 0x00C36400u, 0x0BD00BD0u, 0x47504653u, 0x19830326u, 0x01161970u,
        0x7461636Fu, 0x20030528u, 0x5346414Fu, 0x01021997u, 0x786F4256u}) {
    const FileSystem kind = file_system_of(magic, "", "");
    EXPECT_TRUE(kind.is_shared() && !kind.maps && !kind.marks && kind.tries > 1) << kind.name;
  }
}

TEST(FileSystem, FollowsTheOptionsOfItsMount) {
  EXPECT_EQ(file_system_of(nfs, "nfs4", "rw,lookupcache=pos").missing, Revalidation::none);
  EXPECT_EQ(file_system_of(nfs, "nfs4", "rw,hard").missing, Revalidation::ask_server);
  EXPECT_EQ(file_system_of(nfs, "nfs", "rw,nolock").locks, Locks::one_client);
  EXPECT_EQ(file_system_of(nfs, "nfs", "rw,local_lock=none").locks, Locks::everywhere);
  EXPECT_EQ(file_system_of(nfs, "nfs", "rw,local_lock=posix").locks, Locks::one_client);
  EXPECT_EQ(file_system_of(nfs, "nfs", "vers=3").dead, LocksOfTheDead::kept);
  EXPECT_EQ(file_system_of(nfs, "nfs", "nolock,vers=3").dead, LocksOfTheDead::freed) << "this kernel's own";
  EXPECT_EQ(file_system_of(nfs, "nfs4", "").dead, LocksOfTheDead::freed);
  EXPECT_EQ(file_system_of(0xFE534D42, "cifs", "rw,nobrl").locks, Locks::one_client);
  EXPECT_EQ(file_system_of(0x0BD00BD0, "lustre", "rw,noflock").locks, Locks::none);
  EXPECT_EQ(file_system_of(0x0BD00BD0, "lustre", "rw,flock").locks, Locks::everywhere);
}

TEST(FileSystem, OfAnOverlayIsThatOfItsLayers) {
  EXPECT_EQ(file_system_of(0x794C7630, "overlay", "rw,lowerdir=/usr,upperdir=/tmp").name, "local");
  EXPECT_TRUE(file_system_of(0x794C7630, "over a network", "").is_shared());
}

TEST(FileSystem, OfAnOverlayIsSharedIfOneOfItsLayersIs) {
  class Playing : public FailingCalls {
   public:
    int before_on(Call call, const char* name) override { return name == wanted ? (++asked, ENOENT) : before(call); }
    std::string_view wanted = "/b";
    int asked = 0;
  } playing;
  EXPECT_FALSE(has_shared_layer("rw,lowerdir=/usr:/b:/tmp,upperdir=/"));
  EXPECT_EQ(playing.asked, 1);
  EXPECT_FALSE(has_shared_layer("rw,relatime,workdir=/b"));
  EXPECT_FALSE(has_shared_layer(""));
  EXPECT_EQ(playing.asked, 1) << "no layer";
}

TEST(FileSystem, OfAnOverlayWhoseLayerDoesNotAnswerIsShared) {
  class Hanging : public FailingCalls {
   public:
    int before_on(Call call, const char* name) override {
      if (call != Call::space) return FailingCalls::before_on(call, name);
      may_go_on.acquire();
      const int error = FailingCalls::before_on(call, name);
      gone_on.release();  // the last thing that is done with this object, which may be gone now
      return error;
    }
    std::binary_semaphore may_go_on{0}, gone_on{0};
  } hanging;
  EXPECT_TRUE(has_shared_layer("rw,lowerdir=/usr"));
  hanging.may_go_on.release();
  hanging.gone_on.acquire();
}

class Asking : public ::testing::Test {
 protected:
  TemporaryDirectory folder;
  Descriptor directory = *open_directory(AT_FDCWD, folder.path(), true);
  FailingCalls calls;

  int ask_again_on(const FileSystem& kind) {
    const std::string names[] = {"there", "missing"};
    return ask_again(directory.number(), kind, names);
  }
};

TEST_F(Asking, CostsNothingWhereNoClientRemembers) {
  EXPECT_EQ(ask_again_on(file_system_of(ext4, "ext4", "")), 0);
  EXPECT_EQ(ask_again_on(file_system_of(fuse, "fuse.ceph-fuse", "")), 0);
  EXPECT_TRUE(calls.calls().empty());
}

TEST_F(Asking, OnNfsIsOneQuestionToTheServer) {
  EXPECT_EQ(ask_again_on(file_system_of(nfs, "nfs4", "")), 0);
  EXPECT_EQ(calls.calls(), std::vector<Call>{Call::ask_server});
}

TEST_F(Asking, OnSmbIsOneQuestionForEachNameAndMakesNothing) {
  std::ofstream(folder.path() + "/there") << "its content";
  EXPECT_EQ(ask_again_on(file_system_of(0xFE534D42, "smb3", "")), 0);
  EXPECT_EQ(calls.calls(), (std::vector<Call>{Call::link, Call::link}));
  EXPECT_EQ(list_directory(directory.number()).value(), std::vector<std::string>{"there"});
  EXPECT_EQ(std::filesystem::file_size(folder.path() + "/there"), 11u);
}

TEST_F(Asking, OnSmbTellsWhatTheServerSays) {
  calls.fail(Call::link, EIO);
  EXPECT_EQ(ask_again_on(file_system_of(0xFE534D42, "smb3", "")), -1);
  EXPECT_EQ(errno, EIO);
}

TEST_F(Asking, TellsThatTheDirectoryIsGone) {
  calls.fail(Call::ask_server, ESTALE);
  errno = 0;
  EXPECT_EQ(ask_again_on(file_system_of(nfs, "nfs", "")), -1);
  EXPECT_EQ(errno, ESTALE);
  calls.fail(Call::ask_server, 0);
  std::filesystem::remove(folder.path());
  EXPECT_EQ(ask_again_on(file_system_of(nfs, "nfs", "")), -1) << "no name leads to it";
  EXPECT_EQ(errno, ESTALE);
}

TEST_F(Asking, GivesWhatAStatGives) {
  FileStatus asked, known;
  ASSERT_EQ(ask_server(directory.number(), asked), 0);
  ASSERT_EQ(status_of(directory.number(), known), 0);
  EXPECT_TRUE(asked.same_file(known));
  EXPECT_EQ(asked.mode, known.mode);
  EXPECT_EQ(asked.uid, known.uid);
  EXPECT_EQ(asked.links, known.links);
  EXPECT_EQ(asked.modified_seconds, known.modified_seconds);
}

TEST_F(Asking, AShownKindReplacesTheTrueOne) {
  class Playing : public FailingCalls {
   public:
    const FileSystem* file_system() override { return &kind; }
    FileSystem kind = file_system_of(nfs, "nfs4", "");
  } playing;
  EXPECT_EQ(file_system_of(directory.number()).name, "NFS 4");
}

}  // namespace
}  // namespace cache_on_disk::system
