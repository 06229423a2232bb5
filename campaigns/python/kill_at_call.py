"""A process that is killed at the first, second, third, ... of each kind of system call that changes files.

strace does the killing. The calls of the interpreter itself are among them only where it makes such calls, too.
"""

import os
import shutil
import subprocess
import sys
import tempfile

from common import Skipped, temporary_files

kinds = [
    "renameat",
    "pwrite64",
    "ftruncate",
    "fallocate",
    "fcntl",
    "fdatasync",
    "sync_file_range",
    "mkdirat",
    "unlinkat",
    "fstatfs,statfs",
    "statx",
    "pread64",
]

life = """
import sys
sys.path.insert(0, sys.argv[1])
from common import specimen, tagged
import cache_on_disk as cod
method = specimen.methods[int(sys.argv[3])]
subject = tagged(sys.argv[2], "night")
good = subject.is_right(method) and tagged(sys.argv[2], "night").is_right(method)
if sys.argv[4] == "victim":
    cod.refresh(subject)
    good = good and subject.is_right(method)
    cod.clear_cache(subject)
    good = good and subject.is_right(method)
sys.exit(0 if good else 1)
"""


def run(plan, random, report):
    strace = shutil.which("strace")
    if not strace:
        raise Skipped("needs strace")
    if subprocess.run([strace, "-o", "/dev/null", "true"], capture_output=True).returncode:
        raise Skipped("needs the right to trace processes")
    import time

    end = time.monotonic() + plan.seconds
    here = os.path.dirname(os.path.abspath(__file__))
    kills = wrong = failed = stuck = survivals = never_met = 0
    plans = [(kind, method) for method in (0, 6, 8) for kind in kinds]
    random.shuffle(plans)
    for kind, method in plans:
        number = 0
        with tempfile.TemporaryDirectory() as directory:
            while time.monotonic() < end:
                number += 1
                for file in temporary_files(directory):
                    os.unlink(file)
                program = [sys.executable, "-c", life, here, directory, str(method)]
                victim = subprocess.run(
                    [
                        strace,
                        "-f",
                        "-o",
                        "/dev/null",
                        "-e",
                        f"trace={kind}",
                        "-e",
                        f"inject={kind}:signal=KILL:when={number}",
                        *program,
                        "victim",
                    ]
                )
                if victim.returncode == 0:
                    survivals += 1
                    never_met += number == 1
                    break
                if victim.returncode in (-9, 137):
                    kills += 1
                elif victim.returncode == 1:
                    wrong += 1
                else:
                    failed += 1
                try:
                    heir = subprocess.run([*program, "heir"], timeout=60)
                    wrong += heir.returncode == 1
                    failed += heir.returncode not in (0, 1)
                except subprocess.TimeoutExpired:
                    stuck += 1
    report.must_be_some("kills", kills)
    report.figure("kinds of calls gone through", f"{survivals} of {len(plans)}")
    report.figure("of them without any such call", never_met)
    report.must_be_none("wrong values", wrong)
    report.must_be_none("failed calls", failed)
    report.must_be_none("stuck callers", stuck)
