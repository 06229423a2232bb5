"""What the tests of the tool share: a cache directory of their own, and ways to run the tool."""

import fcntl
import json
import os
import pickle
import pty
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
import time
import unittest
from pathlib import Path

import numpy as np

TOOL = os.environ["CACHE_ON_DISK_TOOL"]
WRITER = os.environ["CACHE_ON_DISK_WRITER"]
READER = Path(__file__).parent.parent / "entry" / "read_entry.py"
LONG_AGO = 1_000_000_000


class Outcome:
    def __init__(self, code, out, err):
        self.code, self.out, self.err = code, out, err

    def __repr__(self):
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


class ToolTest(unittest.TestCase):
    def setUp(self):
        self.root = Path(tempfile.mkdtemp(prefix="cache-on-disk-test-"))
        self.addCleanup(shutil.rmtree, self.root, ignore_errors=True)
        self.tmpdir = self.root / "tmp"
        self.tmpdir.mkdir(mode=0o700)
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("CACHE_ON_DISK")}
        self.environment.update(CACHE_ON_DISK_DIR=str(self.tmpdir), LC_ALL="C.UTF-8", TERM="xterm")

    def run_tool(self, *arguments, code=0, input=None, binary=False, **variables):
        done = subprocess.run(
            [TOOL, *map(str, arguments)],
            input=input,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**self.environment, **variables},
            timeout=30,
            cwd=self.root,
        )
        out = done.stdout if binary else done.stdout.decode()
        outcome = Outcome(done.returncode, out, done.stderr.decode())
        if code is not None:
            self.assertEqual(outcome.code, code, outcome)
        return outcome

    def run_json(self, *arguments, code=0):
        return json.loads(self.run_tool(*arguments, "--format", "json", code=code).out)

    def run_in_terminal(self, *arguments, columns=100, **variables):
        """Runs the tool with a terminal for input, output and messages; what the terminal was sent."""
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        process = subprocess.Popen(
            [TOOL, *map(str, arguments)],
            stdin=follower,
            stdout=follower,
            stderr=follower,
            env={**self.environment, **variables},
            cwd=self.root,
            close_fds=True,
        )
        os.close(follower)
        sent = b""
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # the last user of the terminal is gone
                break
            if not part:
                break
            sent += part
        os.close(leader)
        return Outcome(process.wait(60), sent.decode(), "")

    def write(self, *arguments):
        subprocess.run([WRITER, str(self.tmpdir), *map(str, arguments)], check=True, env=self.environment, timeout=60)

    def compute(self, tag):
        """A program that is computing an entry of the tag until its input is closed."""
        process = subprocess.Popen(
            [WRITER, str(self.tmpdir), "compute", tag],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=self.environment,
        )
        self.assertEqual(process.stdout.readline(), b"computing\n")

        def end():
            process.stdin.close()
            process.wait(60)
            process.stdout.close()

        self.addCleanup(lambda: process.stdin.closed or end())
        return end

    def tag(self, name):
        path = self.tmpdir / f"cache{name}"
        path.mkdir(mode=0o700, exist_ok=True)
        return path

    def save(self, tag, name, value):
        """A file without trailer, as the Python original leaves them."""
        path = self.tag(tag) / f"{name}.npy"
        if isinstance(value, np.ndarray):
            np.save(path, value)
        else:
            path.write_bytes(pickle.dumps(value, 4))
        path.chmod(0o600)
        return path

    def make_old(self, tag, days):
        when = time.time() - days * 86400
        for path in [self.tag(tag) / ".lock"]:
            path.touch(mode=0o600)
            os.utime(path, (when, when))

    def read_entry(self, path):
        """The fields of an entry, as docs/format.md describes it, read without the library."""
        done = subprocess.run(
            [sys.executable, str(READER), str(path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        text = done.stdout.decode()
        self.assertEqual(done.returncode, 0, text)
        return dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)

    def names(self, tag):
        return sorted(path.name for path in self.tag(tag).iterdir() if not path.name.startswith("."))

    def add_strangers(self, tag):
        """What has no business in a tag directory; the names."""
        directory = self.tag(tag)
        (directory / "notes.txt").write_text("mine")
        (directory / "data.npy").write_bytes(b"\x93NUMPY is how it begins, but it is not an array")
        os.mkfifo(directory / "root.A.fifo.npy")
        (directory / "root.A.link.npy").symlink_to(self.root / "outside.npy")
        np.save(self.root / "outside.npy", np.arange(3))
        (directory / "sub").mkdir()
        np.save(directory / "sub" / "root.A.m.npy", np.arange(3))
        return {"notes.txt", "data.npy", "root.A.fifo.npy", "root.A.link.npy", "sub"}


class Attack:
    """Pickled, it makes a file where it is unpickled by a reader that obeys."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return os.mkdir, (str(self.path),)


def main():
    unittest.main(verbosity=1)
