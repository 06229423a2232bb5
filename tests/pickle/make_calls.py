"""Makes calls.txt: calls as pickles may hold them, most of which no pickler writes, and what Python makes of them.

    python3 tests/pickle/make_calls.py PYTHON... > tests/pickle/calls.txt

PYTHON are interpreters with NumPy, the last of them with NumPy 2, whose answers count. A line is

    <name> TAB <pickle in hexadecimal> TAB <repr() in hexadecimal, or "-" for what must be refused>

What is refused here is what Python itself refuses, and what it accepts by conversions that are none of ours (UNREAD).
"""

import binascii
import pickle
import subprocess
import sys
import warnings

import calls_of_numpy
import calls_of_python


def printed(data, expected):
    """What is expected; if that is Python's own answer, repr() of what it reads there, "-" if it refuses."""
    if expected is not None:  # NumPy may even crash of damaged states
        return expected
    try:
        return repr(pickle.loads(data))
    except Exception:
        return "-"


def write():
    warnings.simplefilter("ignore")
    for name, call, expected, protocols in calls_of_python.cases() + calls_of_numpy.cases():
        seen = set()
        for protocol in protocols:
            data = call if isinstance(call, bytes) else pickle.dumps(call, protocol)
            if data not in seen:
                seen.add(data)
                made = printed(data, expected)
                encoded = made if made == "-" else binascii.hexlify(made.encode()).decode()
                print("\t".join([name, binascii.hexlify(data).decode(), encoded]))


def merge(interpreters):
    lines = {}
    for interpreter in interpreters:
        answers = {}
        for line in subprocess.check_output([interpreter, __file__]).decode().splitlines():
            name, data, made = line.split("\t")
            answers[name] = made
            lines.setdefault((name, data), None)
    for name, data in lines:
        if name in answers:
            print("\t".join([name, data, answers[name]]))


if __name__ == "__main__":
    merge(sys.argv[1:]) if len(sys.argv) > 1 else write()
