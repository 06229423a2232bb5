"""Makes values.txt: values as several Pythons and NumPys pickle them, and as NumPy 2 and Python 3.12 print them.

    python3 tests/pickle/make_values.py PYTHON... > tests/pickle/values.txt

PYTHON are interpreters, with NumPy or without, from 2.7 on. A line is

    <writers> TAB <name> TAB <pickle in hexadecimal> TAB <repr() in hexadecimal>

The repr() is written down in this file, and checked by every Python that prints the same.
"""
from __future__ import print_function

import binascii
import collections
import datetime
import pickle
import subprocess
import sys

try:
    import numpy
except ImportError:
    numpy = None

PYTHON2 = sys.version_info[0] == 2


def plain():
    yield "none", None, "None"
    yield "bools", [True, False], "[True, False]"
    yield "ints", [0, -1, 255, 256, 65536, -2**31, 2**63 - 1], "[0, -1, 255, 256, 65536, -2147483648, 9223372036854775807]"
    yield "big", 2**100, "1267650600228229401496703205376"
    yield "big_negative", -2**64, "-18446744073709551616"
    yield "floats", [0.1, 1e16, -2.5, 1e-5, float("inf")], "[0.1, 1e+16, -2.5, 1e-05, inf]"
    yield "nan", float("nan"), "nan"
    yield "complex", 1.5 - 2j, "(1.5-2j)"
    yield "text", u"a\u20ac\U0001f52d\n", "'a\u20ac\U0001f52d\\n'" if not PYTHON2 else u"'a\u20ac\U0001f52d\\n'".encode("utf-8")
    yield "nested", [[1, [2, []]], {"k": (3,)}], "[[1, [2, []]], {'k': (3,)}]"
    yield "tuples", ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)), "((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4))"
    yield "long_list", [7] * 1200, repr([7] * 1200)
    yield "dict", {u"a": None}, "{'a': None}"
    yield "sets", [set([1]), frozenset([2]), set()], "[{1}, frozenset({2}), set()]"
    yield "range", range(1, 11, 2) if not PYTHON2 else xrange(1, 11, 2), "range(1, 11, 2)"
    cycle = [1]
    cycle.append(cycle)
    yield "cycle", cycle, "[1, [...]]"
    shared = [u"x"]
    yield "shared", [shared, shared], "[['x'], ['x']]"
    if not PYTHON2:
        yield "bytes", b"a\x00\xff'", "b\"a\\x00\\xff'\""
        yield "bytearray", bytearray(b"ab"), "bytearray(b'ab')"
        yield "ellipsis", [Ellipsis, NotImplemented], "[Ellipsis, NotImplemented]"
        yield "slice", slice(1, None, 2), "slice(1, None, 2)"
        utc = datetime.timezone.utc
        yield "zoned", datetime.datetime(2024, 4, 10, 11, 22, 33, tzinfo=utc), \
            "datetime.datetime(2024, 4, 10, 11, 22, 33, tzinfo=datetime.timezone.utc)"
        yield "ordered", collections.OrderedDict([("b", 1), ("a", 2)]), "OrderedDict({'b': 1, 'a': 2})"
        yield "counter", collections.Counter({"a": 1, "b": 3}), "Counter({'b': 3, 'a': 1})"
        yield "date", datetime.date(2024, 4, 10), "datetime.date(2024, 4, 10)"
        yield "datetime", datetime.datetime(2024, 4, 10, 11, 22, 33, 5), "datetime.datetime(2024, 4, 10, 11, 22, 33, 5)"
        yield "time", datetime.time(1, 2), "datetime.time(1, 2)"
    yield "timedelta", datetime.timedelta(1, 2, 3), "datetime.timedelta(days=1, seconds=2, microseconds=3)"
    yield "deque", collections.deque([1, 2], 5), "deque([1, 2], maxlen=5)"
    yield "defaultdict", collections.defaultdict(list, {1: [2]}), "defaultdict(<class 'list'>, {1: [2]})"


def arrays():
    array = numpy.array
    yield "f8", array([1.0, 2.5]), "array([1. , 2.5])"
    yield "f4", array([[1, 2], [3, 4]], "f4"), "array([[1., 2.],\n       [3., 4.]], dtype=float32)"
    yield "big_endian", array([1, 2], ">i4"), "array([1, 2], dtype='>i4')"
    yield "fortran", numpy.asfortranarray(array([[1, 2], [3, 4]])), "array([[1, 2],\n       [3, 4]])"
    yield "strided", numpy.arange(10)[::3], "array([0, 3, 6, 9])"
    yield "three_axes", numpy.arange(8).reshape(2, 2, 2).transpose(2, 0, 1), \
        "array([[[0, 2],\n        [4, 6]],\n\n       [[1, 3],\n        [5, 7]]])"
    yield "no_axes", array(5), "array(5)"
    yield "empty", array([]), "array([], dtype=float64)"
    yield "bool", array([True, False]), "array([ True, False])"
    yield "complex", array([1 + 2j, 0.5j]), "array([1.+2.j , 0.+0.5j])"
    yield "text", array([u"ab", u"c"]), "array(['ab', 'c'], dtype='<U2')"
    yield "bytes", array([b"ab", b"c"]), "array([b'ab', b'c'], dtype='|S2')"
    yield "times", array(["2024-04-10", "NaT"], "M8[D]"), "array(['2024-04-10',        'NaT'], dtype='datetime64[D]')"
    yield "delta", array([5, 6], "m8[ns]"), "array([5, 6], dtype='timedelta64[ns]')"
    yield "table", array([(1, 2.5)], [("a", "<i4"), ("b", "<f8")]), "array([(1, 2.5)], dtype=[('a', '<i4'), ('b', '<f8')])"
    yield "objects", array([1, None, u"x"], object), "array([1, None, 'x'], dtype=object)"
    yield "objects_2d", array([[1, None], [u"x", 2]], object), "array([[1, None], ['x', 2]], dtype=object)"
    yield "masked", numpy.ma.array([1, 2], mask=[0, 1], dtype="i8"), \
        "masked_array(data=array([1, 2]), mask=array([False,  True]), fill_value=None)"
    yield "scalars", [numpy.float64(1.5), numpy.float32(0.1), numpy.int16(-3), numpy.bool_(True)], \
        "[np.float64(1.5), np.float32(0.1), np.int16(-3), np.True_]"
    yield "datetime64", numpy.datetime64(1712747000123456789, "ns"), "np.datetime64('2024-04-10T11:03:20.123456789')"
    yield "timedelta64", numpy.timedelta64(-5, "ms"), "np.timedelta64(-5,'ms')"
    yield "dtype", [numpy.dtype("f8"), numpy.dtype(">i2"), numpy.dtype("S3")], "[dtype('float64'), dtype('>i2'), dtype('S3')]"
    yield "void", array([(1, 2.5)], [("a", "<i4"), ("b", "<f8")])[0], "np.void((1, 2.5), dtype=[('a', '<i4'), ('b', '<f8')])"
    yield "in_dict", {u"a": array([1.0]), u"b": array([2], "u1")}, "{'a': array([1.]), 'b': array([2], dtype=uint8)}"


def write():
    writer = "Python %d.%d" % sys.version_info[:2]
    cases = [("plain." + name, made, printed) for name, made, printed in plain()]
    if numpy:
        writer += ", NumPy " + numpy.__version__
        cases += [("numpy." + name, made, printed) for name, made, printed in arrays()]
    for name, made, printed in cases:
        seen = set()
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            data = pickle.dumps(made, protocol)
            if data in seen or len(data) > 4000 and protocol < 2:
                continue
            seen.add(data)
            encoded = printed if isinstance(printed, bytes) else printed.encode("utf-8")
            print("\t".join([writer, name, binascii.hexlify(data).decode(), binascii.hexlify(encoded).decode()]))


if __name__ == "__main__":
    if len(sys.argv) == 1:
        write()
    writers = collections.OrderedDict()
    for python in sys.argv[1:]:
        for line in subprocess.check_output([python, __file__]).decode().splitlines():
            writer, rest = line.split("\t", 1)
            writers.setdefault(rest, []).append(writer)
    for rest, names in writers.items():
        print("\t".join(["; ".join(names), rest]))
