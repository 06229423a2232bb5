"""Makes values_golden.txt: what each Python and NumPy writes for values that C++ types are read from.

    python3 tests/pickle/make_values_golden.py PYTHON... > tests/pickle/values_golden.txt

PYTHON are interpreters, of any version from 2.7 on; values of NumPy come from those that have it. A line of the result is

    <name of the value> <protocol> <versions that agree> <pickle in hexadecimal digits>
"""
from __future__ import print_function

import binascii
import collections
import pickle
import subprocess
import sys

PYTHON2 = sys.version_info[0] == 2


def text(value):
    return value.decode("utf-8") if PYTHON2 else value


def plain_values():
    yield "none", None
    yield "floats", [0.5, -1.5, 1e300]
    yield "numbers", [1, 2.5, -3]
    yield "ints", [0, 255, 256, -1, 2**31, -(2**63), 2**64 - 1]
    yield "big_int", 2**64
    yield "empty_list", []
    yield "empty_tuple", ()
    yield "pair", (text("a"), 2)
    yield "mixed", (1, text("a"), None, True)
    yield "nested", collections.OrderedDict([(text("a"), [1.5, 2.5]), (text("b"), [])])
    yield "plain_dict", {text("seeing"): 0.8}
    yield "int_keys", {-7: text("x")}
    yield "tuple_keys", {(1, text("x")): 0.5}
    yield "set", {3}
    yield "frozenset", frozenset([3])
    yield "fit", collections.OrderedDict([(text("slope"), 0.5), (text("stars"), [text("HD 1"), text("HD 2")]), (text("order"), 3)])
    yield "fit_turned", collections.OrderedDict([(text("order"), None), (text("slope"), 2), (text("stars"), ())])
    yield "fit_less", {text("slope"): 0.5}
    yield "fit_more", {text("slope"): 0.5, text("stars"): [], text("order"): 3, text("extra"): 1}
    leaf = {text("name"): text("leaf"), text("children"): []}
    yield "tree", {text("name"): text("root"), text("children"): [leaf, leaf]}
    yield "default_dict", collections.defaultdict(list, {text("a"): [1.5]})
    yield "counter", collections.Counter({text("a"): 2})
    yield "deque", collections.deque([1, 2, 3])
    yield "complex", [1 + 2j, 0.5j]
    yield "thousand", list(range(1001))
    yield "deep_error", {text("a"): [0, 1, 2, {text("slope"): text("x")}]}
    yield "odd_string", text("b\xc3\xa9" if PYTHON2 else "b\xe9")
    if not PYTHON2:
        import pathlib
        import types
        yield "bytes", b"\x00\xff"
        yield "bytearray", bytearray(b"\x00\xff")
        yield "two_keys", {"a": 1, b"a": 2}
        yield "path", pathlib.PurePosixPath("/data/night 1")
        yield "namespace", types.SimpleNamespace(slope=0.5, stars=["HD 1", "HD 2"], order=3)
    loop = []
    loop.append(loop)
    yield "loop", loop
    laughs = []
    for _ in range(20):
        laughs = [laughs] * 10
    yield "laughs", laughs


def numpy_values():
    import numpy
    yield "array", numpy.array([1.0, 2.0, 3.0])
    yield "big_endian_array", numpy.array([1.0, 2.0, 3.0], ">f8")
    yield "matrix", numpy.array([[1, 2, 3], [4, 5, 6]], "i4")
    yield "fortran_matrix", numpy.asfortranarray(numpy.array([[1, 2, 3], [4, 5, 6]], "i4"))
    yield "bytes_array", numpy.array([0, 255], "u1")
    yield "text_array", numpy.array([text("HD 1"), text("M31")])
    yield "dict_of_arrays", {text("a"): numpy.array([1.0, 2.0])}
    yield "float64", numpy.float64(0.1)
    yield "float32", numpy.float32(0.5)
    yield "int32", numpy.int32(-5)
    yield "bool_", numpy.bool_(True)
    yield "complex64", numpy.complex64(1 - 2j)
    yield "datetime64", numpy.datetime64(1712707200123456789, "ns")
    yield "timedelta64", numpy.timedelta64(-1500, "ms")
    yield "scalars", [numpy.float64(0.5), 2, numpy.int16(3)]
    yield "zero_dimensions", numpy.array(2.5)


def write_own():
    version = "%d.%d" % sys.version_info[:2]
    for name, value in plain_values():
        write(version, name, value)
    try:
        import numpy
    except ImportError:
        return
    for name, value in numpy_values():
        write(version + "+" + numpy.__version__, name, value)


def write(version, name, value):
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        print(name, protocol, version, binascii.hexlify(pickle.dumps(value, protocol)).decode())


def merge(interpreters):
    writers = {}
    for interpreter in interpreters:
        for line in subprocess.check_output([interpreter, __file__]).decode().splitlines():
            name, protocol, version, data = line.split()
            writers.setdefault((name, protocol, data), []).append(version)
    for (name, protocol, data), versions in writers.items():
        print(name, protocol, ",".join(versions), data)


if __name__ == "__main__":
    merge(sys.argv[1:]) if len(sys.argv) > 1 else write_own()
