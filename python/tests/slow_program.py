"""A program that computes one value for as long as it is told to, for tests of several processes."""

import os
import subprocess
import sys
import textwrap

program = textwrap.dedent("""
    import functools, signal, sys, threading
    import cache_on_disk as cod
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell may have switched off
    class Slow:
        @cod.cache_on_disk
        def m(self):
            print("computing", flush=True)
            if sys.argv[2] == "slowly":
                sys.stdin.readline()
            return 42
    slow = Slow()
    cod.set_tmpdir(slow, sys.argv[1])
    cod.set_tag(slow, "T")
    print("ready", flush=True)
    @functools.lru_cache(None)
    def tell():
        print("waiting", flush=True)
    def waits():
        tell()
        return False
    def call():
        # slow.m(), which also tells when it waits.
        return cod.get_disk_cacher(slow.m)._cell.answer(slow, "", lambda: Slow.m.__wrapped__(slow), [], waits)
    try:
        print(call(), flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
""")


def rest(process):
    """What a program writes from here to its end. (communicate() would lose what readline() has buffered.)"""
    output = process.stdout.read()
    process.wait(timeout=60)
    return output


def environment(**more):
    """For a process of its own with the packages of this one."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **more}


def begin(script, *arguments):
    """Runs a script in a process of its own, with the packages of this one."""
    return subprocess.Popen(
        [sys.executable, str(script), *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )


def go_on(process):
    """Lets a program that computes slowly come to its end."""
    process.stdin.write("\n")
    process.stdin.flush()
