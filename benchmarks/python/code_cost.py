"""What the fingerprint of a method's code costs, in a generated package of 50,000 lines of which the method reaches a part.

    code_cost.py [modules that are reached ...]

Each figure is processor time, the least of several processes: importing the room, a method whose sources nobody has read, one whose sidecars are
there, another method of the same program, and one that is asked for again, by another object of its class.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

here = os.path.dirname(os.path.abspath(__file__))
room = os.path.join(os.path.dirname(os.path.dirname(here)), "python", "cache_on_disk")

function = '''
def helper_{module}_{number}(values, scale=2):
    """What a helper does."""
    total = 0
    for index, value in enumerate(values):
        # a comment
        if value > LIMIT_{module}:
            total += np.sqrt(value * scale) - OFFSETS["a"]
        elif index % 2:
            total -= value
    return total + Tool_{module}(total).run({number})

'''
head = '''"""A module."""

import math as np
{imports}
LIMIT_{module} = 3.5
OFFSETS = {{"a": 1, "b": 2}}


class Tool_{module}:
    """A tool."""

    gain = 2

    def __init__(self, size):
        self.size = size * LIMIT_{module}

    def run(self, factor):
        return self.size * factor + self.gain


def first_{module}(values):
    return helper_{module}_0(values) + {next}

'''


def write_package(folder, modules, lines):
    os.makedirs(folder)
    open(os.path.join(folder, "__init__.py"), "w").close()
    for module in range(modules):
        following = f"first_{module + 1}" if module + 1 < modules else ""
        imports = f"from .m{module + 1} import {following}\n" if following else ""
        text = head.format(module=module, imports=imports, next=f"{following}(values)" if following else "0")
        number = 0
        while text.count("\n") < lines:
            text += function.format(module=module, number=number)
            number += 1
        with open(os.path.join(folder, f"m{module}.py"), "w") as file:
            file.write(text)


def ask(folder, start, sidecars):
    """In a process of its own."""
    sys.path[:0] = [folder]
    module = __import__(f"package.m{start}", fromlist=["x"])
    first = getattr(module, f"first_{start}")

    class Analyzer:
        def method(self):
            return first(self.values)

        def other(self):
            return first(self.values) + 1

    sys.path[:0] = [room]
    begin = time.process_time()
    import _code

    imported = time.process_time()
    made = _code.fingerprint(Analyzer.method, Analyzer, sidecars or None)
    looked = time.process_time()
    _code.fingerprint(Analyzer.other, Analyzer, sidecars or None)
    other = time.process_time()
    for _ in range(1000):
        _code.fingerprint(Analyzer.method, Analyzer, sidecars or None)
    again = (time.process_time() - other) / 1000
    parts = len(made.parts) if isinstance(made, _code.Fingerprint) else made.reason
    json.dump([imported - begin, looked - imported, other - looked, again, parts], sys.stdout)


def least(folder, start, sidecars, times=7):
    found = []
    for _ in range(times):
        command = [sys.executable, __file__, "--ask", folder, str(start), sidecars]
        found.append(json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    return [min(column) for column in list(zip(*found))[:4]], found[0][4]


def main():
    if sys.argv[1:2] == ["--ask"]:
        ask(sys.argv[2], int(sys.argv[3]), sys.argv[4])
        return
    modules, lines = 100, 500
    with tempfile.TemporaryDirectory() as folder:
        write_package(os.path.join(folder, "package"), modules, lines)
        time.sleep(3)  # files that have just been written get no sidecar
        for reached in map(int, sys.argv[1:] or ("1", "5", "20")):
            cold, parts = least(folder, modules - reached, "")
            sidecars = os.path.join(folder, f"sidecars{reached}")
            least(folder, modules - reached, sidecars, times=1)
            warm, _ = least(folder, modules - reached, sidecars)
            print(
                f"{reached} of {modules} modules of {lines} lines, parts: {parts}: import {1e3 * warm[0]:.1f} ms, "
                f"cold {1e3 * cold[1]:.1f} ms, with sidecars {1e3 * warm[1]:.1f} ms, "
                f"another method {1e3 * warm[2]:.2f} ms, again {1e6 * warm[3]:.1f} us"
            )


if __name__ == "__main__":
    main()
