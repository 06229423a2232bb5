"""Makes golden.txt: what each Python writes for plain values, under each protocol.

    python3 tests/pickle/make_golden.py PYTHON... > tests/pickle/golden.txt

PYTHON are interpreters, of any version from 2.7 on. A line of the result is

    <protocol> <versions that agree> <value> <pickle>

where the value is bool:0, int:-5, float:<bits>, complex:<bits>:<bits>, str:<UTF-8>, bytes:<bytes>, or
py2str:<bytes> for the 8-bit str of Python 2; bits and bytes are in hexadecimal, 78*65536 stands for 65536
times the byte 78, and "-" for no byte at all.
"""
from __future__ import print_function

import itertools
import pickle
import struct
import subprocess
import sys

PYTHON2 = sys.version_info[0] == 2


def hexadecimal(data):
    runs = [(byte, len(list(run))) for byte, run in itertools.groupby(bytearray(data))]
    parts = []
    for byte, count in runs:
        if count > 16:
            parts.append(",%02x*%d," % (byte, count))
        else:
            parts.append("%02x" % byte * count)
    return "".join(parts).strip(",").replace(",,", ",") or "-"


def bits(number):
    return hexadecimal(struct.pack(">d", number))


def values():
    yield "bool:0", False
    yield "bool:1", True

    edges = [2**n for n in (7, 8, 15, 16, 23, 24, 31, 32, 39, 40, 47, 48, 55, 56, 63)]
    near = sorted({sign * (edge + step) for edge in edges for step in (-1, 0, 1) for sign in (-1, 1)})
    for number in [0, 1, 2, 10, 100, -1, -2, 1234567890123456789, 2**64 - 1] + near:
        if -(2**63) <= number < 2**64:
            yield "int:%d" % number, number

    infinity = float("inf")
    floats = [0.0, -0.0, 1.0, -1.5, 0.1, 1e300, -2.5e-300, 5e-324, 2.2250738585072014e-308,
              1.7976931348623157e308, 1e16, 1e22, 3.141592653589793, infinity, -infinity]
    nan = struct.unpack(">d", b"\x7f\xf8\x00\x00\x00\x00\x00\x00")[0]
    for number in floats + [nan]:
        yield "float:" + bits(number), number
    for real, imaginary in [(0.0, 0.0), (1.0, -2.0), (-0.0, 0.1), (infinity, 1e-300), (1.5, 1.5)]:
        yield "complex:%s:%s" % (bits(real), bits(imaginary)), complex(real, imaginary)

    texts = [b"", b"a", b"seeing", b"two\nlines\r\n", b"back\\slash \\u0041 \\", b"\\\\u0041", b"'quotes\"",
             b"\x00\x1a\x7f", b"\xc2\x80\xc3\xa9\xc3\xbf", b"\xe2\x82\xac", b"\xf0\x9f\x94\xad", b"latin1",
             b"x" * 255, b"x" * 256] + [b"x" * count for count in (65529, 65530, 65531, 65535, 65536, 65537)]
    for text in texts:
        yield "str:" + hexadecimal(text), text.decode("utf-8")
    if not PYTHON2:
        yield "str:eda080", "\ud800"
        yield "str:61edbfbf62", "a\udfff" + "b"
    kind = "py2str:" if PYTHON2 else "bytes:"
    for data in texts + [b"\xff\xfe\x00", bytes(bytearray(range(256)))]:
        yield kind + hexadecimal(data), data


def write_own():
    version = "%d.%d" % sys.version_info[:2]
    for name, value in values():
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            print(protocol, version, name, hexadecimal(pickle.dumps(value, protocol)))
    if PYTHON2:
        import cPickle
        for name, value in values():
            for protocol in range(3):
                print(protocol, version, name, hexadecimal(cPickle.dumps(value, protocol)))


def merge(interpreters):
    writers = {}
    for interpreter in interpreters:
        for line in subprocess.check_output([interpreter, __file__]).decode().splitlines():
            protocol, version, name, data = line.split()
            versions = writers.setdefault((int(protocol), name, data), [])
            if version not in versions:
                versions.append(version)
    for (protocol, name, data), versions in writers.items():
        print(protocol, ",".join(versions), name, data)


if __name__ == "__main__":
    merge(sys.argv[1:]) if len(sys.argv) > 1 else write_own()
