"""A small virtual machine with a kernel of its own, for file systems whose server or client is in the kernel (NFS, SMB).

Debian's packages are downloaded and unpacked below build/network/, without installing them here: the kernel, the servers, Python.
QEMU emulates the processor where the machine has no KVM: the guest is then some twenty times as slow, which no campaign judges.
"""

import contextlib
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
from report import Skipped

packages = [
    "linux-image-cloud-amd64",
    "busybox-static",
    "dash",
    "bash",
    "coreutils",
    "findutils",
    "grep",
    "sed",
    "hostname",
    "iproute2",
    "mount",
    "util-linux",
    "procps",
    "python3-numpy",
    "nfs-kernel-server",
    "samba",
    "strace",
]
# What the disks need; the rest is loaded by name once the root file system is there.
early_modules = ["virtio_ring", "virtio", "virtio_pci_modern_dev", "virtio_pci_legacy_dev", "virtio_pci", "virtio_blk"]

early_init = """#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t devtmpfs dev /dev
for module in {modules}; do /bin/busybox insmod /$module.ko; done
while ! [ -b /dev/vdb ]; do /bin/busybox sleep 0.1; done
/bin/busybox mount -t ext4 /dev/vda /new
/bin/busybox mount -t ext4 /dev/vdb /new/job
/bin/busybox mount --move /dev /new/dev
/bin/busybox mount -t sysfs sys /new/sys
/bin/busybox umount /proc
/bin/busybox mount -t proc proc /new/proc
exec /bin/busybox switch_root /new /bin/sh /job/start
"""

start = """export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LD_LIBRARY_PATH=/job/lib PYTHONDONTWRITEBYTECODE=1
for directory in /usr/lib/*/blas /usr/lib/*/lapack; do LD_LIBRARY_PATH=$LD_LIBRARY_PATH:$directory; done
mount -t tmpfs tmpfs /run; mount -t tmpfs tmpfs /tmp; mount -t tmpfs tmpfs /mnt
mount -t ext4 -o usrquota /dev/vdc /srv
for module in nfsd nfsv4 nfs veth cifs virtio_net quota_v2; do modprobe -q $module; done
ip link set lo up
hostname server
cd /tmp
{command}
echo "@ ended $?"
dmesg | grep -iE "oops|BUG:|rcu.*stall" | head -5
sync
echo o >/proc/sysrq-trigger
sleep 10
"""


def run(command, **more):
    return subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **more)


def download(directory):
    """Downloads the packages and all that they depend on, as for a machine that has none."""
    (directory / "partial").mkdir(parents=True)
    nothing = directory / "status"
    nothing.touch()
    run(
        [
            "apt-get",
            "-q",
            "-y",
            "-o",
            f"Dir::State::status={nothing}",
            "-o",
            f"Dir::Cache::archives={directory}/",
            "-o",
            "Debug::NoLocking=1",
            "-o",
            "APT::Sandbox::User=root",
            "--no-install-recommends",
            "--download-only",
            "install",
            *packages,
        ]
    )
    return sorted(directory.glob("*.deb"))


def unpack(archives, root):
    root.mkdir()
    for name in "bin", "lib", "lib64", "sbin":
        (root / "usr" / name).mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(f"usr/{name}")
    for archive in archives:
        with subprocess.Popen(["dpkg-deb", "--fsys-tarfile", archive], stdout=subprocess.PIPE) as package:
            run(
                [
                    "tar",
                    "-x",
                    "--keep-directory-symlink",
                    "-C",
                    root,
                    "--exclude=./usr/share/doc",
                    "--exclude=./usr/share/man",
                    "--exclude=./usr/share/locale",
                    "--exclude=./usr/share/info",
                ],
                stdin=package.stdout,
            )
    for name in "dev", "proc", "sys", "run", "tmp", "mnt", "srv", "job", "root":
        (root / name).mkdir(exist_ok=True)
    if not (root / "bin/sh").exists():
        (root / "bin/sh").symlink_to("dash")
    etc = root / "etc"
    shutil.copy("/etc/services", etc) if os.path.exists("/etc/services") else None
    (etc / "passwd").write_text(
        "root:x:0:0:root:/root:/bin/sh\nstatd:x:100:65534::/:/bin/sh\n_rpc:x:101:65534::/:/bin/sh\n"
        "user:x:1000:1000::/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n"
    )
    (etc / "group").write_text("root:x:0:\nuser:x:1000:\nnogroup:x:65534:\n")
    (etc / "nsswitch.conf").write_text("passwd: files\ngroup: files\nhosts: files\nservices: files\nrpc: files\n")
    (etc / "hosts").write_text("127.0.0.1 localhost\n10.0.1.1 server\n10.0.1.2 client1\n10.0.2.2 client2\n")
    (etc / "fstab").touch()


def pack_early(root, kernel_modules, target):
    """The file system in memory that the kernel starts from."""
    with tempfile.TemporaryDirectory() as directory:
        early = pathlib.Path(directory)
        for name in "bin", "dev", "proc", "sys", "new":
            (early / name).mkdir()
        shutil.copy(root / "bin/busybox", early / "bin")
        for name in early_modules:
            for file in kernel_modules.rglob(f"{name}.ko"):
                shutil.copy(file, early)
        (early / "init").write_text(early_init.format(modules=" ".join(early_modules)))
        (early / "init").chmod(0o755)
        names = "\n".join(str(path.relative_to(early)) for path in sorted(early.rglob("*")))
        with open(target, "wb") as file:
            subprocess.run(
                ["cpio", "--quiet", "-o", "-H", "newc"], input=names.encode(), cwd=early, stdout=file, check=True
            )


def make_disk(target, size_mib, content=None, quota=False):
    with open(target, "wb") as file:
        file.truncate(size_mib << 20)
    run(
        [
            "/sbin/mkfs.ext4",
            "-q",
            "-F",
            "-m",
            "0",
            *(["-O", "quota"] if quota else ["-O", "^has_journal"]),
            *(["-d", content] if content else []),
            target,
        ]
    )


def size_of(directory):
    return sum(path.lstat().st_size for path in directory.rglob("*")) >> 20


def accelerator():
    """KVM where it works: some machines have its device and no processor for it."""
    virtual = re.search(r"^flags\b.*\b(vmx|svm)\b", pathlib.Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return "kvm" if virtual and os.access("/dev/kvm", os.R_OK | os.W_OK) else "tcg,thread=multi"


class Guest:
    """The machine's disks, made once; `run` boots a fresh one."""

    def __init__(self, build):
        for program in "qemu-system-x86_64", "apt-get", "dpkg-deb", "cpio":
            if not shutil.which(program):
                raise Skipped(f"{program} is not installed (scripts/setup --for campaign)")
        if os.getuid() != 0:
            raise Skipped("only root unpacks the guest's packages and may not be asked for a password here")
        self.directory = pathlib.Path(build).resolve() / "network"
        self.directory.mkdir(parents=True, exist_ok=True)
        recipe = hashlib.sha256(repr((packages, early_modules, early_init)).encode()).hexdigest()
        with open(self.directory / "guest.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            made = self.directory / "guest.made"
            if not made.exists() or made.read_text() != recipe:
                self.make()
                made.write_text(recipe)

    def make(self):
        print("network: downloading and unpacking the guest's packages (once)", flush=True)
        with tempfile.TemporaryDirectory(dir=self.directory) as directory:
            root = pathlib.Path(directory) / "root"
            try:
                unpack(download(pathlib.Path(directory) / "archives"), root)
            except subprocess.CalledProcessError as error:
                raise Skipped(f"the guest's packages cannot be had: {error.stderr.strip()[-300:]}") from error
            (version,) = (path.name for path in (root / "usr/lib/modules").iterdir())
            run(["chroot", root, "depmod", version])
            shutil.move(root / f"boot/vmlinuz-{version}", self.directory / "kernel")
            pack_early(root, root / "usr/lib/modules" / version, self.directory / "early")
            make_disk(self.directory / "root.disk", size_of(root) * 5 // 4 + 60, root)

    def run_two(self, job, command, other_command, seconds, on_line):
        """As run(), beside a second guest, on the same network, whose clock is an hour ahead; it ends with the first."""
        ends = socket.socketpair()
        hour = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 3600))
        card = ["-device", "virtio-net-pci,netdev=link,mac=52:54:00:00:00:0{}"]

        def link(number):
            end = ends[number - 1]
            os.set_inheritable(end.fileno(), True)
            return ["-netdev", f"socket,id=link,fd={end.fileno()}", *(word.format(number) for word in card)]

        with tempfile.TemporaryDirectory() as directory:
            other = pathlib.Path(directory) / "job"
            shutil.copytree(job, other)
            ended = threading.Event()
            second = threading.Thread(
                target=self.run,
                args=(other, other_command, seconds, lambda line: None),
                kwargs={"network": link(2), "clock": hour, "until": ended},
            )
            second.start()
            try:
                return self.run(job, command, seconds, on_line, link(1))
            finally:
                ended.set()
                second.join()
                for end in ends:
                    end.close()

    def run(self, job, command, seconds, on_line, network=("-net", "none"), clock="utc", until=None):
        """Boots, runs a command with the directory `job` as /job, and hands on each line that it says; returns its exit code, or
        None if the guest ended without one. `network` and `clock` (what -rtc takes for base) are words for QEMU; once
        `until` is set, the guest is ended."""
        (job / "start").write_text(start.format(command=command))
        with contextlib.ExitStack() as stack:
            scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(dir=self.directory)))
            make_disk(scratch / "job.disk", size_of(job) + 24, job)
            make_disk(scratch / "srv.disk", 400, quota=True)
            disks = [self.directory / "root.disk", scratch / "job.disk", scratch / "srv.disk"]
            machine = stack.enter_context(
                subprocess.Popen(
                    [
                        "setpriv",
                        "--pdeathsig",
                        "KILL",
                        "qemu-system-x86_64",
                        "-accel",
                        accelerator(),
                        "-cpu",
                        "max",
                        "-m",
                        "1280",
                        "-smp",
                        "2",
                        "-nographic",
                        "-no-reboot",
                        *network,
                        "-rtc",
                        f"base={clock}",
                        "-kernel",
                        self.directory / "kernel",
                        "-initrd",
                        self.directory / "early",
                        "-append",
                        "console=ttyS0 panic=-1 quiet mitigations=off tsc=reliable no_timer_check",
                        *(
                            word
                            for disk in disks
                            for word in ("-drive", f"file={disk},if=virtio,format=raw,cache=unsafe,snapshot=on")
                        ),
                    ],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    errors="replace",
                    close_fds=False,
                )
            )  # the ends of a link between two guests are inherited
            stack.callback(machine.kill)
            limit = threading.Timer(seconds, machine.kill)
            stack.callback(limit.cancel)
            limit.start()
            if until:
                threading.Thread(target=lambda: (until.wait(), machine.kill()), daemon=True).start()
            for line in machine.stdout:
                line = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1bc", "", line).rstrip()
                if ended := re.match(r"@ ended (\d+)", line):
                    code = int(ended[1])
                    machine.kill()  # nothing of its disks is kept
                    return code
                on_line(line)
        return None


def libraries_of(program):
    """The shared libraries that a program needs, except for those of the C library, which the guest has."""
    for path in re.findall(
        r"=> (/\S+)", subprocess.run(["ldd", program], capture_output=True, text=True, check=True).stdout
    ):
        if not re.match(r"(libc|libm|ld-linux.*)\.so", os.path.basename(path)):
            yield path
