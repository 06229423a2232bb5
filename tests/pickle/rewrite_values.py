"""Has values of Python read into Values and written again, and compares what comes back.

python3 tests/pickle/rewrite_values.py REWRITE_PICKLES
"""

import collections
import datetime
import decimal
import fractions
import pickle
import struct
import subprocess
import sys
import types
import uuid
import warnings

import make_values_golden

warnings.simplefilter("error")


class Bag(list):
    """Made of its base and the content in protocols 0 and 1, and of nothing and its items in others."""

    def __repr__(self):
        return "Bag(%s, %r)" % (list.__repr__(self), self.__dict__)


Place = collections.namedtuple("Place", "x y")


def more_values():
    bag = Bag([1, [2]])
    bag.owner = "me"
    yield "of_a_base", [bag, Bag(), Place(1, [2]), Place("a", None)]
    shared = ["shared"] * 3
    yield "shared", [shared, shared, (shared,)]
    loop = {"long text " * 20: 1}
    loop["self"] = ([loop], loop)
    yield "loop_through_tuples", loop
    pair = ([],)
    pair[0].append(pair)
    yield "tuple_in_itself", pair
    long = ([], 1, 2, 3, 4)
    long[0].append(long)
    yield "long_tuple_in_itself", long
    namespace = types.SimpleNamespace(a=1)
    namespace.me = namespace
    yield "object_in_itself", namespace
    deep = []
    for _ in range(400):
        deep = [deep]
    yield "deep", deep
    yield "ordered", collections.OrderedDict([("b", 1), ("a", [2])])
    yield "default", collections.defaultdict(int, {"a": 1})
    yield "default_none", collections.defaultdict(None, {1: 2})
    yield "counter", collections.Counter("hello")
    yield "deque", collections.deque([1, "2"], 7)
    yield "endless_deque", collections.deque([])
    yield "sets", [{1, "a"}, frozenset(["x"]), set(), frozenset()]
    yield (
        "kinds",
        [None, True, 1.5, -0.0, 1j, b"", b"\0" * 70000, "x" * 70000, bytearray(b"ab"), Ellipsis, NotImplemented, ()],
    )
    yield (
        "ints",
        [
            sign * (2**bits + step)
            for bits in (0, 7, 8, 15, 16, 31, 32, 63, 64, 2000, 3000)
            for step in (-1, 0, 1)
            for sign in (1, -1)
        ],
    )
    yield "ranges", [range(3), range(1, 9, 2), slice(1, None, 2)]
    yield (
        "times",
        [
            datetime.date(2024, 4, 10),
            datetime.time(1, 2, 3, 4),
            datetime.timedelta(-1, 5, 7),
            datetime.datetime(2024, 4, 10, 1, 2, 3, 999999),
            datetime.time(1, 2, fold=1),
            datetime.datetime(2024, 4, 10, fold=1, tzinfo=datetime.timezone.utc),
            datetime.timezone(datetime.timedelta(hours=2), "CEST"),
        ],
    )
    yield (
        "objects",
        [
            decimal.Decimal("1.50"),
            fractions.Fraction(1, 3),
            uuid.UUID(int=7),
            complex,
            ValueError("x", 1),
            types.SimpleNamespace(),
            OSError(2, "gone"),
        ],
    )
    yield "surrogate", "a\udc80b"


def more_numpy_values():
    import numpy

    yield "numpy_kinds", [numpy.arange(3, dtype=kind) for kind in "bBhHiIlLefdFD"] + [numpy.array([True, False])]
    yield "long_double", numpy.arange(3, dtype="g")
    yield (
        "orders",
        [
            numpy.arange(6.0).reshape(2, 3).T,
            numpy.arange(6.0)[::2],
            numpy.zeros((0, 3)),
            numpy.array(1.5),
            numpy.arange(3, dtype=">i4"),
        ],
    )
    yield "texts", [numpy.array(["a", "bcd"]), numpy.array([b"a", b"bcd"])]
    yield "moments", [numpy.array(["2024-04-10", "NaT"], "M8[s]"), numpy.array([5], "m8[25s]")]
    yield (
        "scalars",
        [
            numpy.float16(0.5),
            numpy.float32(0.1),
            numpy.uint64(2**64 - 1),
            numpy.complex64(1j),
            numpy.bool_(False),
            numpy.str_("x"),
            numpy.bytes_(b"x"),
            numpy.datetime64("NaT", "ns"),
            numpy.timedelta64(3, "h"),
        ],
    )
    yield "dtypes", [numpy.dtype("f8"), numpy.dtype(">i4"), numpy.dtype([("a", "i4"), ("b", "f8", (2,))])]
    packed = numpy.zeros(2, [("a", "i4"), ("b", "f8", (2,)), ("c", [("d", "u1")])])
    yield "table", packed
    yield (
        "padded_table",
        numpy.zeros(2, numpy.dtype({"names": ["a", "b"], "formats": ["u1", "f8"], "offsets": [0, 8], "itemsize": 24})),
    )
    yield "objects_array", numpy.array([[1, "a"], [None, [2]]], dtype=object)
    mixed = numpy.array([None, 1], dtype=object)
    mixed[0] = [mixed]
    yield "array_in_itself", mixed
    yield "same_array_twice", [packed, packed]
    yield "masked", numpy.ma.array([1.5, 2.5], mask=[True, False])
    yield "large", {"x": numpy.arange(100000.0), "y": numpy.arange(300, dtype="i2")}


def sized(data):
    return struct.pack("<Q", len(data)) + data


def texts(data):
    place = 0
    while place < len(data):
        (size,) = struct.unpack_from("<Q", data, place)
        yield data[place + 8 : place + 8 + size]
        place += 8 + size


def content(value):
    """Type, shape and bytes of an array or scalar. NumPy itself makes the elements native when it reads them; long doubles
    have padding, which may hold anything."""
    native = value.astype(value.dtype.newbyteorder("="))
    return (
        type(value),
        native.dtype,
        value.shape,
        [str(x) for x in native.flat] if value.dtype.char in "gG" else native.tobytes(),
    )


def look(value):
    """What is printed of it, or of arrays what they contain."""
    try:
        import numpy
    except ImportError:
        return repr(value)
    items = value if isinstance(value, (list, tuple)) else [value]
    arrays = [item for item in items if isinstance(item, (numpy.ndarray, numpy.generic)) and not item.dtype.hasobject]
    return repr(value) if not arrays else "", [content(array) for array in arrays]


def main(program):
    values = list(make_values_golden.plain_values()) + list(more_values())
    try:
        values += list(make_values_golden.numpy_values()) + list(more_numpy_values())
    except ImportError:
        pass
    values = [
        (name, value, protocol)
        for name, value in values
        if name != "laughs"
        for protocol in (0, 1, 2, 4, 5)
        if protocol <= pickle.HIGHEST_PROTOCOL
    ]
    pickles = [pickle.dumps(value, protocol) for _, value, protocol in values]
    output = subprocess.run([program], input=b"".join(map(sized, pickles)), stdout=subprocess.PIPE, check=True).stdout
    rewritten = list(texts(output))
    if len(rewritten) != len(values):
        sys.exit("%d pickles became %d" % (len(values), len(rewritten)))
    bad = 0
    for (name, _, protocol), original, data in zip(values, pickles, rewritten):
        value = pickle.loads(original)  # old protocols lose some things, such as the fold of a time
        if data.startswith(b"error: "):
            print(name, protocol, data.decode())
            bad += 1
            continue
        found = pickle.loads(data)
        if look(found) != look(value):
            print("%s of protocol %d came back as %.1000s, was %.1000s" % (name, protocol, look(found), look(value)))
            bad += 1
    shared = pickle.loads(rewritten[[name for name, _, _ in values].index("shared")])
    if not (shared[0] is shared[1] is shared[2][0]):
        sys.exit("what was shared is so no more")
    if bad:
        sys.exit("%d of %d values came back otherwise" % (bad, len(values)))
    print(len(values), "values came back as they were")


if __name__ == "__main__":
    main(*sys.argv[1:])
