"""GlusterFS: a daemon and one brick on this machine, in directories of their own, and two FUSE mounts."""

import os
import pathlib
import shutil
import subprocess
import time

from setting import FuseMounts, Skipped, shell

management = """volume management
    type mgmt/glusterd
    option working-directory {base}/state
    option run-directory {base}/run
    option glusterd-sockfile {base}/socket
    option transport-type socket
    option transport.socket.listen-port 24007
    option max-port 60999
end-volume
"""

# A brick takes a client that is gone for dead after a while: 42 s as it comes, which would only make the campaign wait.
options = [
    "network.ping-timeout 5",
    "client.tcp-user-timeout 6",
    "server.tcp-user-timeout 6",
    "server.keepalive-time 2",
    "server.keepalive-interval 1",
    "server.keepalive-count 2",
]


class GlusterFs(FuseMounts):
    name = "glusterfs"
    abilities = frozenset({"locks", "cut", "network", "restart"})
    pace = 0.3
    lease = 30
    frees_locks_of_the_vanished = False  # a stopped client still answers TCP: its kernel does
    keeps_locks_over_a_restart = False

    def __enter__(self):
        for program in "glusterd", "glusterfs", "gluster":
            if not shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin"):
                raise Skipped(f"{program} is not installed (scripts/setup --for glusterfs)")
        self.base = pathlib.Path(self.scratch) / "gluster"
        for name in "state", "run", "brick":
            (self.base / name).mkdir(parents=True)
        self.socket = self.base / "socket"
        self.host = os.uname().nodename
        (self.base / "glusterd.vol").write_text(management.format(base=self.base))
        self.daemon = subprocess.Popen(
            ["glusterd", "-N", "-f", self.base / "glusterd.vol", "-l", self.base / "log", "-p", self.base / "pid"],
            stdin=subprocess.DEVNULL,
        )
        try:
            self.start_volume()
        except BaseException:
            self.__exit__()
            raise
        return self

    def gluster(self, words, seconds=60):
        return shell(f"gluster --mode=script --glusterd-sock={self.socket} {words}", seconds)

    def start_volume(self):
        end = time.monotonic() + 30
        while "success" not in (said := self.gluster(f"volume create shared {self.host}:{self.base}/brick force")):
            if time.monotonic() > end:
                raise RuntimeError(said[-300:])
            time.sleep(0.5)
        for option in options:
            self.gluster(f"volume set shared {option}")
        said = self.gluster("volume start shared", 90)
        if "success" not in said:
            raise RuntimeError(said[-300:])
        self.mount_both()

    def mount_command(self, number):
        return [
            "glusterfs",
            "-N",
            f"--volfile-server={self.host}",
            "--volfile-id=shared",
            "-l",
            self.base / f"log{number}",
            self.clients[number].directory,
        ]

    def __exit__(self, *error):
        self.unmount_both()
        self.stop_server()
        self.daemon.terminate()
        self.daemon.wait(30)

    def stop_server(self):
        """Kills the bricks that the daemon has started."""
        for file in (self.base / "run").rglob("*.pid"):
            if "shared" in str(file) and file.read_text().strip():
                shell(f"kill -9 {file.read_text().strip()}")

    def start_server(self):
        self.gluster("volume start shared force")
