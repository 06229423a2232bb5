"""Rows: no room, no quota, no rights; temporary files and clocks."""

import time

from setting import Process, judge, row

# Holds a temporary file as a writer does, by a lock on its first byte, and gives it an age.
holder_of_a_temporary_file = """
import fcntl, os, struct, sys, time
path = sys.argv[1]
file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
os.write(file, b"x" * 100)
F_OFD_SETLK = 37
fcntl.fcntl(file, F_OFD_SETLK, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 1, 0))
os.utime(path, (time.time() - 700,) * 2)
print("1.0\\tlocked", flush=True)
time.sleep(600)
"""


def fails_and_recovers(setting, report, setter, resetter, do, path):
    """A store that fails costs the store and a message; nothing is left over; with room again it works."""
    words = {"length": 2_000_000, "array": 1}
    tag = setting.fresh_tag("room")
    setter()
    denied = [do(0, "call", tag, **words), do(0, "call", tag, floor=0, **words)]
    names = setting.clients[0].shell(f"ls -A {path(0, tag)}").split()
    resetter()
    allowed = [do(1, "call", tag, **words), do(0, "call", tag, **words)]
    report.must_be_none("computed not once a process", sum(process.computed() != 1 for process in denied))
    report.must_be_none("failed without a message", sum(not process.told() for process in denied))
    report.must_be_none("temporary files left", sum(name.startswith(".tmp") for name in names))
    report.must_be_none("partly visible entries", sum(name.endswith(".npy") for name in names))
    report.must_be_none("not stored later", int([process.computed() for process in allowed] != [1, 0]))
    judge(report, *denied, *allowed, quiet=False)


@row("fill")
def full(setting, report):
    fails_and_recovers(setting, report, setting.fill, setting.empty, setting.do, setting.path)


@row("quota")
def over_quota(setting, report):
    fails_and_recovers(
        setting,
        report,
        lambda: setting.limit(True),
        lambda: setting.limit(False),
        setting.do_as_limited,
        setting.path_of_limited,
    )


@row("fill")
def full_at_close(setting, report):
    """Both clients store where there is room for one: each is told that there is, before either writes. A client that sends late
    and cannot have room kept for it (NFS 3) hears the truth from close()."""
    setting.do(0, "call", setting.fresh_tag("close"))
    left, size = 30 << 20, 24_000_000
    setting.fill(left=left)
    room = setting.room(0, 2 * left)
    report.figure("room, MiB", room >> 20)
    report.must_be_none("room for none, or for both", int(not size < room < 2 * size))
    tags = setting.fresh_tag("close"), setting.fresh_tag("close")
    go = setting.signal(tags[0])
    words = {"length": size // 8, "array": 1, "floor": 0}
    writers = [setting.start(client, "call", tag, go=go, **words) for client, tag in enumerate(tags)]
    time.sleep(1 + 2 * setting.pace)
    setting.give(go)
    writers = [process.end() for process in writers]
    names = [setting.clients[0].shell(f"ls -A {setting.path(0, tag)}/").split() for tag in tags]
    setting.empty()
    readers = [setting.do(1 - client, "call", tag, **words) for client, tag in enumerate(tags)]
    lost = [bool(process.told()) for process in writers]
    report.must_be_none("computed not once", sum(process.computed() != 1 for process in writers))
    report.must_be_some("not stored", sum(lost))
    report.figure(
        "of them found out at close", sum("finish writing" in text for process in writers for text in process.told())
    )
    report.must_be_none("more than one message of a writer", sum(len(process.told()) > 1 for process in writers))
    report.must_be_none("temporary files left", sum(name.startswith(".tmp") for of_tag in names for name in of_tag))
    report.must_be_none(
        "partly visible entries",
        sum(any(name.endswith(".npy") for name in of_tag) and gone for of_tag, gone in zip(names, lost)),
    )
    report.must_be_none(
        "stored and computed again, or the reverse",
        sum(process.computed() != gone for process, gone in zip(readers, lost)),
    )
    judge(report, *writers, *readers, quiet=False)


@row("squash")
def squashed_root(setting, report):
    """Root's files belong to nobody on the server: calls compute, say why, and give the value."""
    setting.squash(True)
    calls = [setting.do(0, "call", setting.fresh_tag("squash")) for _ in range(2)]
    setting.squash(False)
    report.must_be_none("computed not once", sum(process.computed() != 1 for process in calls))
    report.must_be_none("uncached without a message", sum(not process.told() for process in calls))
    judge(report, *calls, quiet=False)


@row()
def sweep(setting, report):
    """A temporary file that a dead writer left is swept by the other client; one that a live writer holds is not, though it looks
    twelve minutes old, as to a client whose clock is ahead."""
    tag = setting.fresh_tag("sweep")
    setting.do(0, "call", tag)
    directory = setting.path(0, tag)
    dead, alive = ".tmp-00000000dead0000", ".tmp-00000000a11fe000"
    setting.clients[0].shell(f"echo x >{directory}/{dead}; touch -d '2020-01-01 00:00:00' {directory}/{dead}")
    writer = Process([*setting.clients[0].prefix, "python3", "-c", holder_of_a_temporary_file, f"{directory}/{alive}"])
    writer.event("locked")
    # Nobody waits for a sweep, not even the end of the program: this one goes on for a moment.
    sweeper = setting.do(1, "call", tag, number=2, refresh=1, times=2, pause=int(1000 + 1000 * setting.pace))
    time.sleep(1 + setting.pace)
    names = setting.clients[1].shell(f"ls -A {setting.path(1, tag)}").split()
    writer.kill()
    report.must_be_none("left by the dead and not swept", int(dead in names))
    if "locks" in setting.abilities:
        report.must_be_none("of the living and swept", int(alive not in names))
    judge(report, sweeper)
