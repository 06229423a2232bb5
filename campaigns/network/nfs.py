"""NFS in the guest: the kernel's server, and two clients in network, mount and host-name spaces of their own."""

import ctypes
import os
import subprocess
import time

from setting import Client, Setting, shell

lease = 10  # seconds; the servers' usual 90 would only make the campaign wait


def write(path, text):
    with open(path, "w") as file:
        file.write(text)


class NamespacedClients(Setting):
    """Two clients in the guest, each joined to the server by a link of its own, which can be cut."""

    abilities = frozenset({"cut", "fill", "network"})
    kept_directory = "/srv/x"
    pace = 0.8
    slower_start_of_python = 6

    def __init__(self, *program, **package):
        super().__init__(*program, **package)
        self.holders = []

    def __enter__(self):
        os.makedirs(self.kept_directory, exist_ok=True)
        for number in 0, 1:
            self.clients.append(self.make_client(number))
        self.start_everything()
        for client in self.clients:
            self.prepare(client)
            said = self.mount(client)
            if said:
                print("   ", said, flush=True)
            if f" {client.directory} " not in client.shell("cat /proc/mounts"):
                raise RuntimeError(f"not mounted: {said}")
        return self

    def make_client(self, number):
        holder = subprocess.Popen(["unshare", "-m", "-n", "-u", "sleep", "100000"])
        self.holders.append(holder)
        while os.readlink(f"/proc/{holder.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
            time.sleep(0.02)
        client = Client(number, "/mnt/x", ["nsenter", "-t", str(holder.pid), "-m", "-n", "-u"])
        net = number + 1
        shell(
            f"ip link add v{number} type veth peer name p{number} netns {holder.pid}; "
            f"ip addr add 10.0.{net}.1/24 dev v{number}; ip link set v{number} up"
        )
        client.shell(
            f"hostname client{net}; ip link set lo up; ip addr add 10.0.{net}.2/24 dev p{number}; "
            f"ip link set p{number} up; mount -t tmpfs tmpfs /run; mkdir -p /run/rpcbind {client.directory}"
        )
        return client

    def __exit__(self, *error):
        for number, client in enumerate(self.clients):
            client.shell(f"timeout 10 umount -f -l {client.directory}", 20)
            shell(f"ip link del v{number}")
        for holder in self.holders:
            holder.kill()
            holder.wait()

    def start_everything(self):
        pass

    def prepare(self, client):
        pass

    def cut(self, number):
        shell(f"ip link set v{number} down")

    def heal(self, number):
        shell(f"ip link set v{number} up")

    def fill(self, left=8 << 20):
        """Leaves only so many bytes on the server's disk, of which no blocks are kept for root (guest.py)."""
        shell("sync")  # what was removed before is free from here on
        status = os.statvfs("/srv")
        with open("/srv/filler", "wb") as file:
            os.posix_fallocate(file.fileno(), 0, max(1, status.f_bavail * status.f_frsize - left))

    def room(self, number, at_most):
        """How many bytes a writer on a client can really have, tried with a file that is gone afterwards; counted in MiB."""
        probe = f"{self.clients[number].directory}/probe"
        said = self.clients[number].shell(
            f"dd if=/dev/zero of={probe} bs=1M count={at_most >> 20} conv=fsync >/dev/null 2>&1; "
            f"stat -c %b {probe}; rm {probe}",
            120,
        )
        shell("sync")
        return int(said.splitlines()[0]) * 512

    def empty(self):
        os.remove("/srv/filler")
        shell("sync")


class Nfs(NamespacedClients):
    """One version of the protocol, with mount options."""

    abilities = NamespacedClients.abilities | {"locks", "restart", "quota", "squash", "exports", "counters"}
    lease = lease

    def __init__(self, version, options, *program, **package):
        super().__init__(*program, **package)
        self.version, self.options = version, options
        self.name = f"nfs {version}" + (f" {options}" if options else "")
        self.frees_locks_of_the_vanished = version != "3"
        if "nolock" in options:
            self.abilities -= {"locks"}

    def start_everything(self):
        self.squash(False)
        if os.path.exists("/run/rpc.mountd.started"):
            return
        shell(
            "mount -t nfsd nfsd /proc/fs/nfsd; mount -t tmpfs tmpfs /var/lib/nfs; cd /var/lib/nfs; "
            "mkdir -p sm sm.bak v4recovery nfsdcld rpc_pipefs /run/rpcbind /run/sendsigs.omit.d; chown 100 sm sm.bak; "
            "touch etab rmtab state; mount -t rpc_pipefs pipes rpc_pipefs"
        )
        shell("rpcbind -w; rpc.statd; nfsdcld")
        self.squash(False)
        shell("rpc.mountd")
        self.start_server()
        write("/run/rpc.mountd.started", "")

    def prepare(self, client):
        if self.version == "3":
            client.shell("rpcbind -w; rpc.statd")

    def mount(self, client):
        options = f"vers={self.version}" + (f",{self.options}" if self.options else "")
        return client.shell(
            f"timeout 60 mount.nfs 10.0.{client.number + 1}.1:/srv/x {client.directory} -o {options}", 70
        )

    def __enter__(self):
        super().__enter__()
        self.mend()  # the first change waits for the end of the server's grace period
        return self

    def mend(self):
        """A client whose lease has ended meanwhile recovers at its next operation."""
        for client in self.clients:
            client.shell(f"touch {client.directory}/warm")

    def start_server(self):
        for path in "/proc/sys/fs/nfs/nlm_grace_period", "/proc/fs/nfsd/nfsv4leasetime", "/proc/fs/nfsd/nfsv4gracetime":
            try:
                write(path, str(lease))
            except OSError as error:
                print("   ", error, flush=True)
        shell("rpc.nfsd 4", 40)

    def stop_server(self):
        write("/proc/fs/nfsd/threads", "0")

    def exchange_export(self):
        """Puts an empty directory in the place of the exported one, as a server that was set up again from nothing would."""
        self.stop_server()
        old = f"/srv/x-before-{Setting.tags}"
        os.rename("/srv/x", old)
        os.makedirs("/srv/x")
        shell("exportfs -f")
        self.start_server()
        for client in self.clients:  # the old root's handle is stale: administrators mount again, processes live on
            client.shell(f"umount -l {client.directory}", 30)
            self.mount(client)

    def squash(self, on):
        shell(
            f"exportfs -o {'root_squash' if on else 'no_root_squash'},rw,sync,no_subtree_check,fsid=1 '*:/srv/x'; exportfs -f"
        )
        os.chmod("/srv/x", 0o1777 if on else 0o755)

    def limit(self, on):
        """A quota for the user id 1000 on the server; root's writes know none."""
        os.makedirs("/srv/x/user", exist_ok=True)
        os.chown("/srv/x/user", 1000, 1000)
        set_quota("/srv", 1000, 4000 if on else 0)

    def path_of_limited(self, client, tag):
        return f"{self.clients[client].directory}/user/cache{tag}"

    def do_as_limited(self, client, task, tag, **words):
        mount = self.clients[client]
        user = Client(
            client,
            f"{mount.directory}/user",
            [*mount.prefix, "setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups"],
        )
        return user.start(self.program, task, tag, **words).end()

    def operations(self, number):
        """How many operations of each kind a client has sent for the mount so far."""
        counts = {}
        mine = False
        for line in self.clients[number].shell("cat /proc/self/mountstats").splitlines():
            if line.startswith("device "):
                mine = f" on {self.clients[number].directory} " in line
            words = line.split()
            if mine and len(words) > 8 and words[0].endswith(":") and words[0][:-1].isupper() and words[1] != "0":
                counts[words[0][:-1]] = int(words[1])
        return counts


class NfsOfTwoKernels(Nfs):
    """The second client is another guest, whose clock is an hour ahead."""

    abilities = Nfs.abilities - {"cut", "exports", "squash", "quota", "fill", "restart"}

    def __init__(self, *arguments, **package):
        super().__init__(*arguments, **package)
        self.name += ", clocks an hour apart"

    def make_client(self, number):
        if number == 0:
            return super().make_client(number)
        shell("ip addr add 10.0.2.1/24 dev eth0; ip link set eth0 up")
        remote = os.path.join(os.path.dirname(os.path.abspath(__file__)), "remote.py")
        client = Client(1, "/mnt/x", ["python3", remote, "10.0.2.2"])
        for _ in range(60):
            if "ready" in client.shell("echo ready"):
                break
            time.sleep(1)
        client.shell(f"mkdir -p {client.directory} {self.scratch}")
        ahead = float(client.shell("date +%s")) - time.time()
        print(f"    the second client's clock is {ahead:.0f} s ahead", flush=True)
        if ahead < 3000:
            raise RuntimeError("its clock is not an hour ahead")
        return client

    def give(self, signal):
        super().give(signal)
        self.clients[1].shell(f"touch {signal}")


def set_quota(directory, user, kibibytes):
    """quotactl(Q_SETQUOTA): a hard limit of blocks; 0 takes it away."""

    class Limits(ctypes.Structure):
        _fields_ = [
            (name, ctypes.c_uint64)
            for name in ("hard", "soft", "space", "inode_hard", "inode_soft", "inodes", "block_time", "inode_time")
        ]
        _fields_.append(("valid", ctypes.c_uint32))

    device = next(line.split()[0] for line in open("/proc/mounts") if line.split()[1] == directory)
    limits = Limits(hard=kibibytes, soft=kibibytes, valid=1)
    command = 0x800008 << 8  # Q_SETQUOTA for users
    libc = ctypes.CDLL(None, use_errno=True)
    if (
        libc.quotactl(
            ctypes.c_int(command - (1 << 32) if command >= 1 << 31 else command),
            device.encode(),
            user,
            ctypes.byref(limits),
        )
        != 0
    ):
        raise OSError(ctypes.get_errno(), "quotactl")
