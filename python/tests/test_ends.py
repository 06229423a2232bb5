"""The end of the interpreter while daemon threads are anywhere in the package: the program ends as it would without them."""

import os
import subprocess
import sys

import pytest

# What a thread does over and over; `i` counts.
churns = {
    "methods": """
    a = A(i)
    cod.set_tmpdir(a, sys.argv[1])
    cod.set_tag(a, f"T{i % 5}")
    a.m()
    cod.refresh(a)
    a.m()
""",
    "everything": """
    a = A(i % 7)
    cod.set_tmpdir(a, sys.argv[1])
    cod.set_tag(a, f"T{i % 5}")
    a.by_arguments(Key(i), 2.5, array=np.arange(3), pair=(1, "a"))
    for part in a.parts:
        part.array().sum()
        part.object()
    asyncio.run(a.awaited())
    a.writable()[0] = 1
    a.used_once()
    if i % 3 == 0:
        cod.refresh(a)
    if i % 4 == 0:
        cod.clear_cache(a)
    cod.explain(a.m)
""",
}

program = """
import asyncio, sys, threading, time
import numpy as np
import cache_on_disk as cod

class Key:
    def __init__(self, i): self.i = i
    def __cache_key__(self): return ("key", self.i)

class Pair:
    def __init__(self, a, b): self.a, self.b = a, b

class Part:
    def __init__(self, i): self.i = i
    @cod.cache_on_disk
    def array(self): return np.arange(self.i + 10.0)
    @cod.cache_on_disk
    def object(self): return {"a": [Pair(1, 2), {self.i}], "b": np.ma.masked_array([1, 2], [0, 1])}

class A:
    def __init__(self, i): self.i, self.parts, self.by = i, [Part(i), Part(i + 1)], {i: Part(i), "x": Part(2)}
    @cod.cache_on_disk
    def m(self):
        time.sleep(0.001)
        return [self.i]
    @cod.cache_on_disk(by_arguments=True)
    def by_arguments(self, *args, **kwargs): return len(args), self.parts[0].array()
    @cod.cache_on_disk
    async def awaited(self):
        await asyncio.sleep(0.001)
        return self.parts[1].array() + self.m()[0]
    @cod.cache_on_disk
    def used_once(self): return (Pair(x, self) for x in range(2))
    @cod.cache_on_disk(writable=True)
    def writable(self): return np.arange(3)

def churn():
    i = 0
    while True:
        try: once(i)
        except RuntimeError: pass  # threads cannot be started any more
        i += 1

for _ in range(4): threading.Thread(target=churn, daemon=True).start()
time.sleep(float(sys.argv[2]))
"""


@pytest.mark.parametrize("churn", churns)
def test_daemon_threads_do_not_disturb_the_end(tmp_path, churn):
    code = f"def once(i):{churns[churn]}\n{program}"
    # Where the threads are at the end is up to them; the beginning runs through the most code.
    for seconds in (0, 0.01, 0.02, 0.04, 0.08, 0.16, 0.3):
        result = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path), str(seconds)],
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert result.returncode == 0, (seconds, result.stderr)
        assert "nanobind" not in result.stderr
