"""CephFS: a monitor, an object store and a metadata server on loopback, and two ceph-fuse mounts."""

import contextlib
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import time

from setting import FuseMounts, Skipped, enter_own_network, shell

programs = ["ceph", "ceph-mon", "ceph-osd", "ceph-mds", "ceph-fuse", "monmaptool"]

configuration = """[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:3300/0]
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
run dir = {base}/run
log file = {base}/log/$name.log
admin socket = {base}/run/$name.$pid.asok
pid file = {base}/run/$name.pid
crash dir = {base}/crash
heartbeat file =
mon allow pool size one = true
mon warn on pool no redundancy = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon max pg per osd = 500
mon osd down out interval = 0
[mon]
mon data = {base}/mon
mon data avail warn = 1
mon data avail crit = 1
auth allow insecure global id reclaim = false
[osd]
osd data = {base}/osd$id
osd objectstore = bluestore
bluestore block size = 2147483648
bluestore cache size = 67108864
bluestore cache autotune = false
osd class load list = *
[mds]
mds data = {base}/mds
mds cache memory limit = 134217728
keyring = {base}/mds/keyring
[client]
pid file =
client mount timeout = 30
"""


class CephFs(FuseMounts):
    name = "cephfs"
    not_mounted = Skipped
    abilities = frozenset({"locks", "cut", "network", "restart", "quota", "store"})
    pace = 0.3
    lease = 30
    frees_locks_of_the_vanished = True

    def __enter__(self):
        for program in programs:
            if not shutil.which(program):
                raise Skipped(f"{program} is not installed (scripts/setup --for campaign)")
        if not os.access("/dev/fuse", os.R_OK | os.W_OK):
            raise Skipped("there is no /dev/fuse to mount by")
        self.base = pathlib.Path(self.scratch) / "ceph"
        for name in "mon", "osd0", "mds", "run", "log", "crash":
            (self.base / name).mkdir(parents=True)
        os.chmod(self.scratch, 0o755)
        self.config = self.base / "ceph.conf"
        fsid = pathlib.Path("/proc/sys/kernel/random/uuid").read_text().strip()
        enter_own_network()
        self.config.write_text(configuration.format(fsid=fsid, base=self.base))
        self.servers = {}
        owner = pwd.getpwnam("ceph")
        for path in (self.base, *self.base.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        try:
            self.start_cluster(fsid)
            self.mount_both()
        except BaseException:
            self.__exit__()
            raise
        return self

    def server(self, program, *words):
        """Starts one of Ceph's servers, in the foreground, as the user ceph."""
        return subprocess.Popen(
            ["runuser", "-u", "ceph", "--", program, "-f", "-c", self.config, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def ceph(self, words, seconds=30):
        return shell(f"ceph -c {self.config} {words}", seconds)

    def until(self, words, expected, seconds=60):
        end = time.monotonic() + seconds
        while expected not in (said := self.ceph(words)):
            if time.monotonic() > end:
                raise Skipped(f"Ceph's servers do not start here; ceph {words}: {said[-300:]}")
            time.sleep(0.2)

    def start_cluster(self, fsid):
        as_ceph = "runuser -u ceph -- "
        shell(
            f"{as_ceph} monmaptool --create --clobber --fsid {fsid} --addv a '[v2:127.0.0.1:3300]' {self.base}/monmap; "
            f"{as_ceph} ceph-mon -c {self.config} --mkfs -i a --monmap {self.base}/monmap"
        )
        self.servers["mon"] = self.server("ceph-mon", "-i", "a")
        self.until("-s", "mon: 1")
        self.osd_uuid = pathlib.Path("/proc/sys/kernel/random/uuid").read_text().strip()
        number = self.ceph(f"osd new {self.osd_uuid}").splitlines()[-1]
        shell(f"{as_ceph} ceph-osd -c {self.config} -i {number} --mkfs --osd-uuid {self.osd_uuid}")
        self.servers["osd"] = self.server("ceph-osd", "-i", number)
        self.until("osd stat", "1 up")
        self.servers["mds"] = self.server("ceph-mds", "-i", "a")
        self.ceph(
            f"osd pool create meta 4; ceph -c {self.config} osd pool create data 4; ceph -c {self.config} fs new fs meta data; "
            f"ceph -c {self.config} fs set fs session_timeout 30; ceph -c {self.config} fs set fs session_autoclose 30",
            60,
        )
        self.until("mds stat", "up:active")

    def mount_command(self, number):
        return ["ceph-fuse", "-f", "-c", self.config, self.clients[number].directory]

    def __exit__(self, *error):
        self.unmount_both()
        for name in list(self.servers):
            self.stop(name)

    def stop(self, name):
        """Kills a server and runuser, which stands before it."""
        server = self.servers.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(30)

    def is_usable(self, number):
        """Not where the server has given a client up."""
        client = self.clients[number]
        said = client.shell(f"ls {client.directory}", 20)
        return (
            super().is_usable(number)
            and os.path.ismount(client.directory)
            and "not done" not in said
            and "annot" not in said
        )

    def stop_server(self):
        self.stop("mds")

    def start_server(self):
        self.servers["mds"] = self.server("ceph-mds", "-i", "a")

    def stop_store(self):
        self.stop("osd")

    def start_store(self):
        self.servers["osd"] = self.server("ceph-osd", "-i", "0")

    def path_of_limited(self, client, tag):
        return self.path(client, tag)

    def do_as_limited(self, *task, **words):
        return self.do(*task, **words)

    def limit(self, on):
        os.setxattr(self.clients[0].directory, "ceph.quota.max_bytes", b"1000000" if on else b"0")
        time.sleep(1)
