"""Compares the reader of pickles with Python: random values, damaged pickles.

    python3 random_pickles.py print_values [--count N] [--seed S]

print_values is the program of print_values.cpp. For values, its repr() must be Python's; every protocol takes its turn,
and so do the pickler in C and the one in Python. What Python's unpickler refuses (with inert classes in place of all
that is not plain), the reader must refuse: for that, pickles are cut, changed and spliced. NumPy takes part if it is
there. The same seed gives the same pickles under the same Python.
"""

import argparse
import collections
import datetime
import io
import pickle
import random
import resource
import struct
import subprocess
import sys
import warnings

try:
    import numpy
except ImportError:
    numpy = None

PLAIN = {
    "builtins": {
        "complex",
        "set",
        "frozenset",
        "bytes",
        "bytearray",
        "range",
        "slice",
        "list",
        "dict",
        "tuple",
        "int",
        "float",
        "str",
        "bool",
        "object",
        "Ellipsis",
        "NotImplemented",
    },
    "collections": {"OrderedDict", "defaultdict", "Counter", "deque"},
    "datetime": {"date", "time", "datetime", "timedelta", "timezone"},
    "_codecs": {"encode"},
    "copyreg": {"_reconstructor", "__newobj__", "__newobj_ex__"},
}


class Point:
    """An instance of a class that the reader does not know."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __repr__(self):
        return "<%s.Point() state=%r>" % (__name__, self.__dict__)


class Inert(datetime.tzinfo):
    """Takes whatever a pickle does to an object."""

    def __new__(cls, *args, **kwargs):
        return datetime.tzinfo.__new__(cls)

    def __init__(self, *args, **kwargs):
        pass

    def __call__(self, *args, **kwargs):
        return Inert()

    def append(self, item):
        pass

    def extend(self, items):
        pass

    add = append

    def __setitem__(self, key, value):
        pass

    def __setstate__(self, state):
        pass


class InertUnpickler(pickle.Unpickler):
    def find_class(self, module, name):
        if "." not in name and name in PLAIN.get(module, ()):
            return super().find_class(module, name)
        return Inert


def text(rng):
    alphabet = [
        "abcxyz",
        "'\"\\\n\t\r",
        "\x00\x7f\x80\xa0\xad\xff",
        "\u0100\u20ac\u2028\ud800\udfff",
        "\U0001f52d\U0010ffff",
    ]
    return "".join(rng.choice(rng.choice(alphabet)) for _ in range(rng.choice([0, 1, 3, 10])))


def integer(rng):
    bits = rng.choice([1, 7, 8, 15, 16, 31, 32, 63, 64, 65, 200, 1000, 3000])
    return rng.choice([-1, 1]) * (rng.getrandbits(bits) + rng.choice([-1, 0, 1]))


def floating(rng):
    choices = [
        0.0,
        -0.0,
        1.0,
        0.1,
        1e16,
        1e15,
        123456789012345678.0,
        1e-4,
        1e-5,
        5e-324,
        1.7976931348623157e308,
        float("inf"),
        -float("inf"),
        float("nan"),
    ]
    if rng.random() < 0.3:
        return rng.choice(choices)
    if rng.random() < 0.5:
        return struct.unpack("<d", rng.getrandbits(64).to_bytes(8, "little"))[0]
    return rng.gauss(0, 10 ** rng.randint(-8, 20))


def blob(rng):
    return bytes(rng.getrandbits(8) for _ in range(rng.choice([0, 1, 5, 300])))


def timedelta(rng):
    return datetime.timedelta(rng.randint(-999999, 999999), rng.randint(0, 86399), rng.choice([0, 1, 999999]))


def timezone(rng):
    return rng.choice(
        [
            datetime.timezone.utc,
            datetime.timezone(datetime.timedelta(seconds=rng.randint(-86399, 86399))),
            datetime.timezone(datetime.timedelta(hours=1), "CET"),
            None,
        ]
    )


def date(rng):
    return datetime.date(rng.randint(1, 9999), rng.randint(1, 12), rng.randint(1, 28))


def clock(rng):
    return datetime.time(
        rng.randint(0, 23),
        rng.randint(0, 59),
        rng.choice([0, 59]),
        rng.choice([0, 0, 1, 999999]),
        tzinfo=timezone(rng),
        fold=rng.randint(0, 1),
    )


def hashable(rng, depth):
    kinds = [text, integer, floating, blob, date, timedelta, lambda r: None, lambda r: r.random() < 0.5]
    if depth > 0 and rng.random() < 0.2:
        return rng.choice([tuple, frozenset])([hashable(rng, depth - 1) for _ in range(rng.randint(0, 3))])
    return rng.choice(kinds)(rng)


LEAVES = [
    text,
    text,
    integer,
    integer,
    floating,
    floating,
    blob,
    date,
    clock,
    timedelta,
    timezone,
    lambda r: None,
    lambda r: True,
    lambda r: False,
    lambda r: Ellipsis,
    lambda r: NotImplemented,
    lambda r: complex(floating(r), floating(r)),
    lambda r: bytearray(blob(r)),
    lambda r: datetime.datetime.combine(date(r), clock(r)),
    lambda r: range(r.randint(-5, 5), r.randint(-5, 5), r.choice([-2, 1, 3])),
    lambda r: slice(r.choice([None, 1]), integer(r), None),
]


def numpy_scalar(rng):
    kind = rng.choice(["f8", "f4", "i4", "i8", "u8", "u2", "b1", "c16", "M8[ns]", "m8[ms]", "U3", "S4"])
    if kind == "U3":
        return numpy.str_("ab\u20ac")
    if kind == "S4":
        return numpy.bytes_(b"ab\xff")
    dtype = numpy.dtype(kind)
    if kind == "b1":
        return numpy.bool_(rng.random() < 0.5)
    if kind[0] in "fc":
        return dtype.type(rng.choice([0.5, -1.25, 1e10, 3e-7, 0.1]))
    if kind[0] in "mM":
        return numpy.array([rng.randint(-(10**15), 10**15)]).astype(dtype)[0]
    return dtype.type(rng.randint(0, 60000))


def numpy_array(rng):
    shape = tuple(rng.randint(0, 3) for _ in range(rng.choice([0, 1, 1, 2, 3])))
    kind = rng.choice(["f8", "f4", "i4", "i8", "u1", "b1", ">i2", "U2", "S3", "M8[D]"])
    count = 1
    for extent in shape:
        count *= extent
    if kind[0] == "f":
        values = [rng.choice([0.0, 1.0, 2.5, -0.125, 100.0]) for _ in range(count)]
    elif kind[0] in "US":
        values = [rng.choice(["a", "bc", ""]) for _ in range(count)]
    elif kind[0] == "M":
        values = [rng.randint(0, 20000) for _ in range(count)]
    else:
        values = [rng.randint(0, 1 if kind == "b1" else 100) for _ in range(count)]
    if kind[0] == "M":
        return numpy.array(values, "i8").reshape(shape).astype(kind)
    array = numpy.array(values, kind).reshape(shape)
    return numpy.asfortranarray(array) if rng.random() < 0.3 and array.ndim else array


def value(rng, depth, shared):
    if shared and rng.random() < 0.1:
        return rng.choice(shared)
    if depth == 0 or rng.random() < 0.35:
        if numpy and numpy.__version__[0] != "1" and rng.random() < 0.1:  # NumPy 1 prints otherwise
            # NumPy 1 prints a scalar without its type.
            scalars = [numpy_scalar] if numpy.__version__[0] != "1" else []
            return rng.choice(scalars + [numpy_array])(rng)
        return rng.choice(LEAVES)(rng)
    size = rng.choice([0, 1, 1, 2, 3, 5])
    kind = rng.randrange(12)
    items = [value(rng, depth - 1, shared) for _ in range(size)]
    keys = [hashable(rng, 2) for _ in range(size)]
    if kind < 3:
        made = items
    elif kind == 3:
        made = tuple(items)
    elif kind < 6:
        made = dict(zip(keys, items))
    elif kind == 6:
        made = rng.choice([set, frozenset])(keys)
    elif kind == 7:
        made = collections.OrderedDict(zip(keys, items)) if sys.version_info >= (3, 12) else dict(zip(keys, items))
    elif kind == 8:
        made = collections.defaultdict(rng.choice([int, list, None]), zip(keys, items))
    elif kind == 9:
        made = collections.deque(items, rng.choice([None, 10]))
    elif kind == 10:
        made = collections.Counter({key: rng.randint(1, 5) for key in keys})
    else:
        made = Point(value(rng, depth - 1, shared), value(rng, depth - 1, shared))
    if rng.random() < 0.1 and isinstance(made, list):
        made.append(made)
    shared.append(made)
    return made


def dump(rng, made, protocol=None):
    if protocol is None:
        protocol = rng.randint(0, pickle.HIGHEST_PROTOCOL)
    if rng.random() < 0.5:
        return pickle.dumps(made, protocol)
    out = io.BytesIO()
    try:
        pickle._Pickler(out, protocol).dump(made)
    except AssertionError:  # Python 3.11 stumbles over an empty bytearray that it has met before
        return pickle.dumps(made, protocol)
    return out.getvalue()


def expected_repr(made):
    if numpy:
        with numpy.printoptions():
            return repr(made)
    return repr(made)


def run(program, pickles):
    data = b"".join(struct.pack("<I", len(each)) + each for each in pickles)
    lines = subprocess.run([program], input=data, stdout=subprocess.PIPE, check=True, preexec_fn=lift_limit).stdout
    lines = lines.decode("utf-8", "surrogatepass").split("\n")[:-1]
    assert len(lines) == len(pickles), "%d lines for %d pickles" % (len(lines), len(pickles))
    return [line.replace("\x01", "\n") for line in lines]


def check_values(program, rng, count):
    pickles, wanted = [], []
    while len(pickles) < count:
        made = value(rng, rng.randint(0, 5), [])
        printed = expected_repr(made)
        if len(printed) > 20000:
            continue
        protocol = rng.randint(0, pickle.HIGHEST_PROTOCOL)
        if protocol < 4:  # in which the fold of a time cannot be written
            printed = printed.replace(", fold=1", "")
        pickles.append(dump(rng, made, protocol))
        wanted.append(printed)
    wrong = 0
    for data, want, got in zip(pickles, wanted, run(program, pickles)):
        if got != want:
            wrong += 1
            if wrong <= 5:
                at = next((i for i, (a, b) in enumerate(zip(want, got)) if a != b), min(len(want), len(got)))
                start = max(0, at - 60)
                print(
                    "pickle %r\n  Python ...%s\n  reader ...%s"
                    % (data[:200], want[start : at + 60], got[start : at + 60])
                )
    print("%d of %d values are printed otherwise" % (wrong, count))
    return wrong


def damage(rng, data, other):
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 4])):
        at = rng.randrange(len(data))
        how = rng.randrange(5)
        if how == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif how == 1:
            data[at] = rng.choice(b"(.0123456789acdeghijlopqrstu}]\x80\x81\x85\x86\x87\x8f\x90\x91\x92\x93\x94NIKMJRb")
        elif how == 2:
            del data[at : at + rng.randint(1, 4)]
        elif how == 3:
            data[at:at] = data[rng.randrange(len(data)) :][: rng.randint(1, 8)]
        else:
            data[at:] = other[rng.randrange(len(other)) :]
        if not data:
            data = bytearray(b".")
    return bytes(data)


def python_accepts(data):
    stream = io.BytesIO(data)
    try:
        InertUnpickler(stream, encoding="latin1").load()
    except MemoryError:  # a memo of 2^31 places, say, which is no matter of right or wrong
        return None
    except Exception:
        return False
    return stream.read() == b""


def check_damaged(program, rng, count):
    sound = [each for each in (dump(rng, value(rng, rng.randint(0, 3), [])) for _ in range(500)) if len(each) < 2000]
    damaged = [damage(rng, rng.choice(sound), rng.choice(sound)) for _ in range(count)]
    # Names longer than memory are no test of anything.
    accepted_more = refused_more = 0
    for data, got in zip(damaged, run(program, damaged)):
        if got.startswith("?"):
            print(got)
            accepted_more += 1
        theirs, ours = python_accepts(data), not got.startswith("!")
        if theirs is None:
            continue
        if ours and not theirs:
            accepted_more += 1
            if accepted_more <= 5:
                print("Python refuses %r\n  reader: %s" % (data[:300], got[:300]))
        refused_more += theirs and not ours
    print(
        "of %d damaged pickles, %d are accepted that Python refuses, %d refused that it accepts"
        % (count, accepted_more, refused_more)
    )
    return accepted_more


def limit_own_memory():
    """Damaged pickles make CPython's memo take all there is."""
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, resource.getrlimit(resource.RLIMIT_AS)[1]))


def lift_limit():
    """The program may need more room for addresses: a sanitizer's does."""
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--count", type=int, default=10000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    limit_own_memory()
    rng = random.Random(options.seed)
    wrong = check_values(options.program, rng, options.count)
    wrong += check_damaged(options.program, rng, options.count)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
