"""The campaigns on network file systems: two clients of one server, with caches of their own, against what the cache promises.

    campaigns/network NAME [--program PATH] [--whole] [--rows NAME,...] [--mounts VERSION[,OPTION...] ...] [--broken]

NAME is nfs (versions 4.2 and 3, and mount options), nfs-clocks (two kernels whose clocks are an hour apart), smb, cephfs,
glusterfs, or local, a control in which both clients are one directory.

Each row of trials prints one line with its figures; a campaign fails if a promise was broken. scripts/campaign builds what they
need and runs them. The first three run in virtual machines (guest.py), the others here; all need
root. --broken runs rows that must fail, with libraries that were broken on purpose (CMakeLists.txt).
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import guest
import rows_cost  # noqa: F401
import rows_failures  # noqa: F401
import rows_python  # noqa: F401
import rows_room  # noqa: F401
import rows_values  # noqa: F401
from setting import Skipped, rows, run_rows

project = pathlib.Path(__file__).resolve().parents[2]
in_guest = {"nfs", "nfs-clocks", "smb"}
values = [
    "crowd",
    "looked-before",
    "waiter-sees",
    "made-again-by-the-other",
    "made-again-while-readonly",
    "replaced",
    "replaced-while-opened",
    "replaced-and-cleared",
    "neither-mapped-nor-marked",
]
failures = ["killed-holder", "kill-storm", "holder-vanishes", "server-restarts", "unreachable-with-max-wait"]
room = ["full", "full-at-close", "over-quota", "squashed-root", "sweep"]
# What is run of each mount when nothing is asked for: five minutes in all, in a guest without KVM, too.
usual = {
    "nfs": {
        "4.2": [
            "crowd",
            "looked-before",
            "waiter-sees",
            "made-again-by-the-other",
            "replaced-while-opened",
            "neither-mapped-nor-marked",
            "killed-holder",
            "full-at-close",
            "operations",
        ],
        "3": ["looked-before", "made-again-by-the-other", "full-at-close"],
    },
    "nfs-clocks": {"4.2": ["looked-before", "sweep", "made-again-by-the-other", "replaced-while-opened", "crowd"]},
    "smb": {
        "": [
            "crowd",
            "looked-before",
            "waiter-sees",
            "made-again-by-the-other",
            "replaced",
            "neither-mapped-nor-marked",
            "killed-holder",
            "full",
            "full-at-close",
        ]
    },
    "cephfs": {"": [name for name in rows if name != "vanished-holder-stores"]},
    "glusterfs": {"": [name for name in rows if name != "vanished-holder-stores"]},
    "local": {"": list(rows)},
}
# And with --whole, which takes up to half an hour in such a guest.
whole = {
    **usual,
    "nfs": {
        "4.2": [
            *values,
            "taken-away-while-held",
            *failures,
            *room,
            "another-export",
            "operations",
            "python-crowd",
            "python-kill-storm",
        ],
        "3": [
            "crowd",
            "looked-before",
            "made-again-by-the-other",
            "replaced-while-opened",
            "replaced-and-cleared",
            "holder-vanishes",
            "full-at-close",
            "operations",
        ],
        "4.2,lookupcache=none": ["looked-before"],
        "4.2,actimeo=0": ["looked-before", "made-again-by-the-other"],
        "4.2,soft,timeo=20,retrans=1": ["server-unreachable"],
        "3,nolock": ["looked-before"],
    },
    "smb": {
        "": [*usual["smb"][""], "replaced-and-cleared"],
        "nolease": ["crowd", "looked-before", "replaced-and-cleared"],
    },
    "cephfs": {"": list(rows)},
    "glusterfs": {"": list(rows)},
}


def setting_of(plan, mount, scratch):
    """The setting of one mount: modules are loaded only where they can run."""
    version, _, options = mount.partition(",")
    program = plan.program, scratch, plan.package
    if plan.name == "nfs":
        import nfs

        return nfs.Nfs(version, options, *program)
    if plan.name == "nfs-clocks":
        import nfs

        return nfs.NfsOfTwoKernels(version, options, *program)
    if plan.name == "smb":
        import smb

        return smb.Smb(mount, *program)
    if plan.name == "cephfs":
        import cephfs

        return cephfs.CephFs(*program)
    if plan.name == "glusterfs":
        import glusterfs

        return glusterfs.GlusterFs(*program)
    import local

    return local.Local(*program)


def run_here(plan):
    of_mounts = (whole if plan.whole else usual)[plan.name]
    mounts = plan.mounts or list(of_mounts)
    broken = 0
    with tempfile.TemporaryDirectory() as scratch:
        for mount in mounts:
            names = plan.rows or of_mounts.get(mount) or list(rows)
            try:
                with setting_of(plan, mount, scratch) as setting:
                    broken += run_rows(setting, names)
            except Skipped:
                raise
            except Exception as error:
                print(f"{plan.name} {mount}: FAILED: {type(error).__name__}: {error}", flush=True)
                broken += 1
    print(f"{plan.name}: {'passed' if not broken else f'FAILED: {broken} rows'}", flush=True)
    return 1 if broken else 0


def run_in_guest(plan):
    machine = guest.Guest(plan.build)
    with tempfile.TemporaryDirectory() as directory:
        job = pathlib.Path(directory)
        for folder in "network", "python":
            shutil.copytree(
                project / "campaigns" / folder, job / "campaigns" / folder, ignore=shutil.ignore_patterns("__pycache__")
            )
        shutil.copy(plan.program, job / "network_client")
        (job / "lib").mkdir()
        for library in guest.libraries_of(plan.program):
            shutil.copy(library, job / "lib")
        words = [plan.name, "--program", "/job/network_client"]
        if plan.package:
            shutil.copytree(plan.package / "cache_on_disk", job / "package/cache_on_disk")
            words += ["--package", "/job/package"]
        if plan.rows:
            words += ["--rows", ",".join(plan.rows)]
        if plan.whole:
            words.append("--whole")
        if plan.mounts:
            words += ["--mounts", *(f"'{mount}'" for mount in plan.mounts)]
        command = f"python3 -u /job/campaigns/network {' '.join(words)} --inside"
        if plan.name == "nfs-clocks":
            serve = "ip addr add 10.0.2.2/24 dev eth0; ip link set eth0 up; python3 /job/campaigns/network/remote.py --serve 10.0.2.2"
            code = machine.run_two(job, command, serve, plan.limit, lambda line: print(line, flush=True))
        else:
            code = machine.run(job, command, plan.limit, lambda line: print(line, flush=True))
    if code is None:
        print(f"{plan.name}: FAILED: the guest ended before the campaign, or took longer than {plan.limit} s")
        return 1
    return code


def run_broken(plan):
    """Each library that was broken on purpose has to fail in the row, and by the figure, that CMakeLists.txt says."""
    unnoticed = 0
    for line in (plan.program.parent / "broken.txt").read_text().splitlines():
        place, finding = line.split("=", 1)
        broken, campaign, mount, row_name = place.split(":")
        if campaign != plan.name:
            continue
        done = subprocess.run(
            [
                sys.executable,
                pathlib.Path(__file__).parent,
                plan.name,
                "--program",
                plan.program.with_name(f"network_client_{broken}"),
                "--build",
                plan.build,
                "--rows",
                row_name,
                "--mounts",
                mount,
            ],
            stdout=subprocess.PIPE,
            text=True,
        )
        if done.returncode == 77:
            raise Skipped(done.stdout.strip())
        lines = [text for text in done.stdout.splitlines() if f" {row_name}: " in text]
        found = any(re.search(f"FAILED:.*{finding}", text) for text in lines)
        unnoticed += not found
        print(
            f"{plan.name} {broken}: {'noticed' if found else 'NOT NOTICED'}: {' '.join(lines) or done.stdout[-400:]}",
            flush=True,
        )
    print(f"{plan.name} --broken: {'passed' if not unnoticed else 'FAILED'}")
    return 1 if unnoticed else 0


parser = argparse.ArgumentParser(prog="campaigns/network", description=__doc__.splitlines()[0])
parser.add_argument("name", choices=usual)
parser.add_argument(
    "--program",
    default=project / "build/layers/campaigns/network/network_client",
    type=pathlib.Path,
    help="the client's program",
)
parser.add_argument(
    "--package", type=pathlib.Path, help="the directory that holds the package cache_on_disk, for rows of Python"
)
parser.add_argument("--build", default=project / "build", help="where the guest is kept")
parser.add_argument("--rows", type=lambda text: text.split(","), help=f"some of {', '.join(rows)}")
parser.add_argument("--mounts", nargs="+", help="NFS: version and mount options, as 4.2,actimeo=0")
parser.add_argument("--whole", action="store_true", help="all rows that make sense, not only those of five minutes")
parser.add_argument("--limit", type=int, default=3600, help="seconds after which the guest is ended")
parser.add_argument("--broken", action="store_true", help="libraries that were broken on purpose must fail")
parser.add_argument("--inside", action="store_true", help="runs in the guest now")
plan = parser.parse_args()
if unknown := set(plan.rows or []) - set(rows):
    parser.error(f"no such row: {', '.join(unknown)}")
try:
    if os.getuid() != 0:
        raise Skipped("only root mounts file systems")
    if plan.broken:
        sys.exit(run_broken(plan))
    sys.exit(run_in_guest(plan) if plan.name in in_guest and not plan.inside else run_here(plan))
except Skipped as lack:
    print(f"{plan.name}: skipped: {lack}")
    sys.exit(77)
