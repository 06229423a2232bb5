#include "process/process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <set>
#include <thread>

#include "support/processes.hpp"

namespace cache_on_disk::system {
namespace {

ProcessIdentity identity_of(pid_t pid) {
  ProcessIdentity identity = this_process();
  identity.pid = pid;
  // Field 22 of proc(5); a forked test program has no ')' in its name.
  std::ifstream stat("/proc/" + std::to_string(pid) + "/stat");
  std::string field;
  for (int i = 0; i < 22; ++i) stat >> field;
  identity.start_time = std::stoull(field);
  return identity;
}

bool comes_to(const ProcessIdentity& process, ProcessState state) {
  for (int i = 0; i < 5000; ++i) {
    if (state_of(process) == state) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

TEST(Process, ThisOneRunsAndIsNamedInFull) {
  const ProcessIdentity self = this_process();
  EXPECT_EQ(self.pid, ::getpid());
  EXPECT_FALSE(self.host.empty());
  EXPECT_GT(self.start_time, 0u);
  EXPECT_EQ(self, identity_of(::getpid()));
  EXPECT_EQ(state_of(self), ProcessState::running);
}

TEST(Process, AForkedChildIsAnotherOne) {
  const ProcessIdentity parent = this_process();
  ChildProcess child([&] {
    const ProcessIdentity self = this_process();
    return self.pid == ::getpid() && self.pid != parent.pid && state_of(parent) == ProcessState::running ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
  EXPECT_EQ(this_process(), parent);
}

TEST(Process, StoppedRunningAndGoneAreTold) {
  ChildProcess child([] {
    while (true) ::pause();
    return 0;
  });
  const ProcessIdentity identity = identity_of(child.pid());
  EXPECT_TRUE(comes_to(identity, ProcessState::running));
  child.kill(SIGSTOP);
  EXPECT_TRUE(comes_to(identity, ProcessState::stopped));
  child.kill(SIGCONT);
  EXPECT_TRUE(comes_to(identity, ProcessState::running));
  child.kill(SIGKILL);
  child.wait();
  EXPECT_EQ(state_of(identity), ProcessState::gone);
}

TEST(Process, AReusedPidIsNotTheSameProcess) {
  ProcessIdentity other = this_process();
  ++other.start_time;
  EXPECT_EQ(state_of(other), ProcessState::gone);
}

TEST(Process, OfAnotherHostBootOrContainerNothingIsKnown) {
  const ProcessIdentity self = this_process();
  ProcessIdentity other = self;
  other.host += "x";
  EXPECT_EQ(state_of(other), ProcessState::unknown);
  other = self;
  other.boot += "x";
  EXPECT_EQ(state_of(other), ProcessState::unknown);
  other = self;
  ++other.pid_namespace;
  EXPECT_EQ(state_of(other), ProcessState::unknown);
}

TEST(Process, RandomBitsDiffer) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_bits());
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(Process, LivingThreadsHaveTheirOwnIds) {
  std::uintptr_t other = 0;
  std::thread([&] { other = this_thread_id(); }).join();
  EXPECT_NE(this_thread_id(), 0u);
  EXPECT_EQ(this_thread_id(), this_thread_id());
  EXPECT_NE(other, 0u);
}

TEST(Process, KnowsItsProgram) { EXPECT_FALSE(program_name().empty()); }

}  // namespace
}  // namespace cache_on_disk::system
