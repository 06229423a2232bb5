"""Compares two revisions by what does not depend on the machine's load: instructions, counted by callgrind, and system calls.

    compare.py REV [--limit PER_CENT]

Each thing is done some number of times and twice that number: the difference, divided, is what one costs, without what starting
costs. The working tree is compared as it is, with what is not committed. Exit status: 0; 1 if anything takes over PER_CENT
(5) more instructions than in REV, or more system calls; 2 if they could not be compared.
"""

import argparse
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
WHOLE = 5  # instructions: what is shorter differs by the compiler's whim


def build(revision, where):
    configure = [
        "cmake",
        "-S",
        HERE,
        "-B",
        where,
        "-G",
        "Ninja",
        "-DCMAKE_BUILD_TYPE=Release",
        f"-DREVISION={revision}",
    ]
    for words in (configure, ["cmake", "--build", where, "--target", "instructions"]):
        subprocess.run(words, check=True, capture_output=True, text=True)
    return where / "instructions"


def in_scratch(action):
    with tempfile.TemporaryDirectory(prefix="cache-on-disk-bench") as scratch:
        return action(scratch)


def instructions(program, name, count):
    def run(scratch):
        words = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, scratch, name, str(count)]
        done = subprocess.run([str(w) for w in words], check=True, capture_output=True, text=True)
        return int(re.search(r"Collected : (\d+)", done.stderr)[1])

    return in_scratch(run)


def system_calls(program, name, count):
    def run(scratch):
        with tempfile.NamedTemporaryFile("r") as table:
            words = ["strace", "-f", "-qq", "-o", table.name, program, scratch, name, str(count)]
            subprocess.run([str(w) for w in words], check=True)
            # What memory the allocator happens to fetch is not the matter.
            return sum(not re.match(r"\d+ +(brk|mprotect|madvise|munmap|futex|\+|-)", line) for line in table)

    return in_scratch(run)


def cost(measure, program, name, count):
    return (measure(program, name, 2 * count) - measure(program, name, count)) / count


def tasks(program):
    lines = subprocess.run([program, ".", "list"], check=True, capture_output=True, text=True).stdout.splitlines()
    return [(name, int(count)) for name, count in (line.split("\t") for line in lines)]


def compare():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("revision")
    parser.add_argument("--limit", type=float, default=5, help="per cent of instructions more that are a regression")
    options = parser.parse_args()
    work = ROOT / "build" / "compare"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    archive = subprocess.run(
        ["git", "-C", ROOT, "archive", options.revision], check=True, stdout=subprocess.PIPE
    ).stdout
    (work / "source").mkdir()
    subprocess.run(["tar", "-x", "-C", work / "source"], input=archive, check=True)
    before = build(work / "source", work / "before")
    after = build(ROOT, work / "after")
    regressions = 0
    print(f"{'':<32} {'instructions':>14} {'now':>10} {'':>8} {'system calls':>14} {'now':>8}")
    for name, count in tasks(after):
        old, new = (cost(instructions, program, name, count) for program in (before, after))
        old_calls, new_calls = (cost(system_calls, program, name, count) for program in (before, after))
        change = (new / old - 1) * 100 if old else 0
        worse = (change > options.limit and new - old > WHOLE) or new_calls > old_calls + 0.1
        regressions += worse
        print(
            f"{name:<32} {old:>14.0f} {new:>10.0f} {change:>+7.1f}% {old_calls:>14.1f} {new_calls:>8.1f}{'  WORSE' if worse else ''}",
            flush=True,
        )
    if regressions:
        print(
            f"{regressions} of them worse than {options.revision} by more than {options.limit:g} % of instructions, or by a system call"
        )
    return 1 if regressions else 0


def main():
    try:
        return compare()
    except subprocess.CalledProcessError as failed:  # an unknown revision, or one that does not build
        said = "".join(text for text in (failed.stdout, failed.stderr) if isinstance(text, str))
        print(f"{said}compare.py: status {failed.returncode} of: {' '.join(map(str, failed.cmd))}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
