"""What every campaign on a network file system has: two clients, programs that run on them, and rows of trials."""

import contextlib
import ctypes
import fcntl
import os
import pathlib
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path.insert(1, str(pathlib.Path(__file__).resolve().parent.parent / "python"))
from report import Report, Skipped


def shell(command, seconds=60):
    """What a command of the shell prints; never raises."""
    try:
        done = subprocess.run(
            command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds
        )
        return done.stdout.strip()
    except subprocess.TimeoutExpired:
        return f"not done after {seconds} s"


def now():
    """Milliseconds of the clock that events carry."""
    return time.monotonic() * 1000


class Event:
    def __init__(self, line):
        time_text, self.name, *fields = line.split("\t")
        self.time = float(time_text)
        self.fields = dict(field.split("=", 1) for field in fields)

    def number(self, name):
        return int(self.fields.get(name, 0))


class Process:
    """A program on a client, whose events are collected as they come."""

    def __init__(self, command):
        self.events, self.noise, self.stuck = [], [], False
        self.changed = threading.Condition()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                if re.match(r"\d+\.\d+\t", line):
                    self.events.append(Event(line.rstrip("\n")))
                else:
                    self.noise.append(line.rstrip())
                self.changed.notify_all()
        with self.changed:
            self.changed.notify_all()

    def event(self, name, seconds=60):
        """The first event of that name, or None if it does not come."""
        with self.changed:
            self.changed.wait_for(lambda: self.all(name) or not self.reader.is_alive(), seconds)
            found = self.all(name)
            return found[0] if found else None

    def all(self, name):
        return [event for event in self.events if event.name == name]

    def end(self, seconds=120):
        """Waits for the end; what does not end in time is killed, counts as stuck, and says where it stood."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stuck = True
            self.noise += self.kernel_stacks()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.send_signal(signal.SIGABRT)  # client.py tells the stacks of its threads
                self.process.wait(10)
            self.kill()
        self.reader.join(5)
        return self

    def kernel_stacks(self):
        """Where each thread stands in the kernel: the system call, whose number the processor's table tells, and what it called."""
        for thread in pathlib.Path(f"/proc/{self.process.pid}/task").glob("*"):
            with contextlib.suppress(OSError):
                calls = re.findall(r"\] (\w+)\+", (thread / "stack").read_text())
                yield f"thread {thread.name} in call {(thread / 'syscall').read_text().split()[0]}: {' < '.join(calls)}"

    def kill(self):
        self.process.kill()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:  # sleeps in the kernel for a server
            self.stuck = True

    def computed(self):
        return sum(event.number("computed") for event in self.events)

    def editions(self):
        return [event.number("edition") for event in self.all("called")]

    def wrong(self):
        return sum(edition < 0 for edition in self.editions()) + sum(event.number("wrong") for event in self.events)

    def failed(self):
        return self.stuck or self.process.returncode != 0

    def told(self, *reasons):
        """Messages about the cache, of some reasons or all."""
        return [
            event.fields["message"] for event in self.all("trouble") if not reasons or event.fields["reason"] in reasons
        ]

    def took(self):
        return max((event.number("took") for event in self.all("called")), default=None)


class Client:
    """One mount of the file system; `prefix` is what a command begins with that is to run there."""

    def __init__(self, number, directory, prefix=()):
        self.number, self.directory, self.prefix = number, directory, list(prefix)

    def start(self, program, task, tag, **words):
        return Process(
            [
                *self.prefix,
                *program,
                task,
                f"directory={self.directory}",
                f"tag={tag}",
                *(f"{name}={value}" for name, value in words.items()),
            ]
        )

    def shell(self, command, seconds=60):
        try:
            done = subprocess.run(
                [*self.prefix, "sh", "-c", command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=seconds,
            )
            return done.stdout.strip()
        except subprocess.TimeoutExpired:
            return f"not done after {seconds} s"


class Setting:
    """A file system with two clients. Rows ask for what only some can do by its name in `abilities`."""

    name = "?"
    abilities = frozenset()
    pace = 1.0  # seconds that a program takes to start, roughly
    tags = 0  # of all settings: those of one server share its disk
    lease = 30  # seconds after which a server takes a client that is gone for dead

    slower_start_of_python = 2
    keeps_locks_over_a_restart = True

    def __init__(self, program, scratch, package=None):
        self.program, self.scratch, self.package = [str(program)], str(scratch), package and str(package)
        if package:
            self.abilities |= {"python"}
        self.clients = []

    def __enter__(self):
        raise NotImplementedError

    def __exit__(self, *error):
        raise NotImplementedError

    def mend(self):
        """After each row: makes both mounts usable again."""

    def fresh_tag(self, word):
        Setting.tags += 1
        return f"{word}{Setting.tags}"

    def start(self, client, task, tag, **words):
        return self.clients[client].start(self.program, task, tag, **words)

    def do(self, client, task, tag, **words):
        return self.start(client, task, tag, **words).end()

    def path(self, client, tag):
        return f"{self.clients[client].directory}/cache{tag}"

    def signal(self, tag):
        """A file that does not exist yet, for the word `go`; not on the network."""
        return os.path.join(self.scratch, f"go-{tag}")

    def give(self, signal):
        open(signal, "w").close()


class FuseMounts(Setting):
    """Two mounts, each by a program of FUSE on this machine, which is stopped to cut its client off."""

    not_mounted = RuntimeError  # what is raised then

    def __init__(self, *program, **package):
        super().__init__(*program, **package)
        self.mounts = []

    def mount_both(self):
        for number in 0, 1:
            directory = os.path.join(self.scratch, f"mount{number}")
            os.makedirs(directory)
            self.clients.append(Client(number, directory))
            self.mounts.append(None)
            self.mount(number)

    def mount_command(self, number):
        raise NotImplementedError

    def mount(self, number):
        directory = self.clients[number].directory
        command = self.mount_command(number)
        self.mounts[number] = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        end = time.monotonic() + 30
        while not os.path.ismount(directory):
            if self.mounts[number].poll() is not None or time.monotonic() > end:
                raise self.not_mounted(f"{command[0]} does not mount here")
            time.sleep(0.1)

    def unmount(self, number):
        if self.mounts[number]:
            self.mounts[number].kill()
            self.mounts[number].wait()
        shell(f"umount -l {self.clients[number].directory}")

    def unmount_both(self):
        for number in range(len(self.clients)):
            self.unmount(number)

    def is_usable(self, number):
        return self.mounts[number].poll() is None

    def mend(self):
        """Mounts again what has ended, or what the server has given up."""
        for number in 0, 1:
            if not self.is_usable(number):
                self.unmount(number)
                self.mount(number)

    def cut(self, number):
        self.mounts[number].send_signal(signal.SIGSTOP)

    def heal(self, number):
        self.mounts[number].send_signal(signal.SIGCONT)


def enter_own_network():
    """Gives this thread, and all that it starts from here on, a network with nothing in it but loopback, where every port is free."""
    if ctypes.CDLL(None, use_errno=True).unshare(0x40000000) != 0:  # CLONE_NEWNET
        raise Skipped(f"no network of its own can be had here: {os.strerror(ctypes.get_errno())}")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh", b"lo", 0x41))  # SIOCSIFFLAGS: up, running


rows = {}


def row(*needs):
    """Registers a row under the name of its function. A row takes the setting and the report."""

    def register(function):
        rows[function.__name__.replace("_", "-")] = (function, frozenset(needs))
        return function

    return register


def judge(report, *processes, quiet=True):
    """What must be true of every process on every file system; `quiet` False where messages about the cache are right."""
    report.must_be_none("wrong values", sum(process.wrong() for process in processes))
    report.must_be_none("failed or stuck", sum(process.failed() for process in processes))
    messages = [message for process in processes for message in process.told()]
    (report.must_be_none if quiet else report.figure)("messages", len(messages))
    for process in [process for process in processes if process.failed()][:3]:
        print(
            "   ",
            process.process.returncode,
            *(event.fields for event in process.all("exception")),
            "\n      ".join(["", *process.noise[-60 if process.stuck else -4 :]]),
        )
    for message in sorted(set(messages))[:3]:
        print("   ", message[:300], flush=True)


def run_rows(setting, names):
    """Runs rows; returns how many were broken."""
    broken = 0
    for name in names:
        function, needs = rows[name]
        report = Report(f"{setting.name} {name}")
        if lack := needs - setting.abilities:
            print(f"{report.name}: not here: needs {', '.join(sorted(lack))}", flush=True)
            continue
        begin = time.monotonic()
        try:
            function(setting, report)
            setting.mend()
        except Exception as error:
            report.must_be_none(f"errors of the campaign ({type(error).__name__}: {error})", 1)
            setting.mend()
        broken += not report.passed()
        print(f"{report.line()} [{time.monotonic() - begin:.0f} s]", flush=True)
    return broken
