"""Pickles of others, cut and put together anew, through the reader of untrusted files: plain data or an error, nothing else.

Nothing that a pickle names is called, imported or opened (Python's audit events tell), nothing hangs, no memory is taken
for what is only claimed, and the interpreter lives on.
"""

import codecs
import collections
import contextlib
import datetime
import decimal
import fractions
import importlib
import pathlib
import pickle
import pickletools
import resource
import signal
import sys
import types
import uuid
import warnings

import numpy as np
from common import Counters, fork, running, specimen, wait

from cache_on_disk import _plain_data

batch = 400
seconds_for_one = 10
memory = 2 << 30
harmless = {"pickle.find_class", "object.__getattr__", "builtins.id"}  # looking, and not doing anything
values = [
    None,
    True,
    -3,
    1 << 80,
    2.5,
    1j,
    "text",
    b"bytes",
    bytearray(b"array"),
    [1, [2]],
    (1, (2, "three")),
    {"a": {1: 2}},
    {1, 2},
    frozenset("ab"),
    range(3),
    slice(1, 2),
    collections.OrderedDict(a=1),
    collections.deque([1], 3),
    decimal.Decimal("1.5"),
    fractions.Fraction(1, 3),
    uuid.UUID(int=5),
    datetime.datetime(2024, 1, 2, tzinfo=datetime.timezone.utc),
    datetime.timedelta(1),
    np.arange(3.0),
    np.array(["a", None], object),
    np.zeros(2, [("x", "<f4"), ("y", "O")]),
    np.float32(1.5),
    np.datetime64("2024-01-01"),
    np.dtype(">M8[us]"),
    np.zeros((2, 3), order="F"),
    uuid.UUID(int=1 << 127),
    np.ma.array([1.5, 2.5], mask=[True, False]),
    np.ma.masked,
    np.ma.array([(1, 2.0)], dtype="i4,f8"),
]
objects: tuple[type, ...] = ()
with contextlib.suppress(ImportError):
    from astropy import coordinates, time, units

    values += [
        [1.0, 2.0] * units.m,
        3 * units.km / units.s,
        coordinates.Longitude(3, "deg"),
        time.Time("2024-01-12"),
        20 * units.ABmag,
        units.percent,
    ]
    objects = (units.UnitBase, units.function.FunctionUnitBase, time.Time, time.TimeDelta, time.TimeFormat)
weapons = [
    b"cos\nsystem\n",
    b"cos\ngetpid\n",
    b"\x8c\x02os\x8c\x06system\x93",
    b"(S'x'\nios\nsystem\n",
    b"cbuiltins\neval\n",
    b"cbuiltins\nexec\n",
    b"cbuiltins\ngetattr\n",
    b"cbuiltins\n__import__\n",
    b"cbuiltins\nopen\n",
    b"cnumpy\nload\n",
    b"c_codecs\nencode\n",
    b"cnumpy\ndtype\n",
    b"cnumpy\nndarray\n",
    b"X\x08\x00\x00\x001+1+1+11",
    b"S'O'\n",
    b"R",
    b"b",
    b"\x81",
    b"\x92",
    b"o",
    b"s",
    b"u",
    b"e",
    b"a",
    b"t",
    b"\x85",
    b"\x86",
    b"(",
    b"0",
    b"1",
    b"2",
    b"\x82\x01",
    b"Px\n",
]
plain = (
    type(None),
    bool,
    int,
    float,
    complex,
    str,
    bytes,
    bytearray,
    list,
    tuple,
    dict,
    set,
    frozenset,
    range,
    slice,
    collections.deque,
    decimal.Decimal,
    fractions.Fraction,
    uuid.UUID,
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
    np.ndarray,
    np.generic,
    np.dtype,
    *objects,
)


# What pickles of arrays name, old and new, is imported before anybody watches.
warnings.simplefilter("ignore")
codecs.lookup("latin1")  # how protocol 2 writes bytes
for package in "numpy.core", "numpy._core":
    for module in "multiarray", "numeric":
        with contextlib.suppress(ImportError):
            importlib.import_module(f"{package}.{module}")


def pieces(data):
    """The opcodes of a pickle, each with its argument."""
    places = [place for _, _, place in pickletools.genops(data)] + [len(data)]
    return [data[begin:end] for begin, end in zip(places, places[1:])]


def pool():
    """Pickles in pieces: of plain data in all protocols, and of the corpus that the fuzzers have gathered."""
    found = [
        pieces(pickle.dumps(value, protocol)) for value in values for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
    ]
    corpus = pathlib.Path(__file__).resolve().parents[2] / "fuzz/corpus"
    for file in sorted(corpus.glob("p[iy]*/*")):
        try:
            found.append(pieces(file.read_bytes()))
        except Exception:
            continue  # no pickle at all
    return found


def mutated(pickles, random):
    made = list(random.choice(pickles))
    for _ in range(random.randrange(1, 6)):
        begin = random.randrange(len(made) + 1)
        end = min(len(made), begin + random.choice((0, 0, 1, 1, 2, 5)))
        other = random.choice(pickles)
        start = random.randrange(len(other))
        part = random.choice(
            (
                list,
                lambda: [random.choice(weapons)],
                lambda: [random.choice(weapons) for _ in range(4)],
                lambda: other[start : start + random.randrange(1, 12)],
            )
        )()
        made[begin:end] = part
    data = bytearray(b"".join(made))
    if data and random.random() < 0.3:
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data) + b"."


def is_plain(value):
    seen, unvisited = set(), [value]
    while unvisited:
        one = unvisited.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        # A class or function is as harmless as its name, as long as nobody calls it.
        if not isinstance(one, (*plain, type, types.FunctionType, types.BuiltinFunctionType)):
            return False
        if isinstance(one, dict):
            unvisited += [*one.keys(), *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset, collections.deque)):
            unvisited += one
        elif isinstance(one, np.ndarray) and one.dtype == object:
            unvisited += one.ravel().tolist()
    return True


def read_batch(pickles, random, counters):
    """In a process of its own, which a crash would end."""
    armed = [False]

    def watch(event, arguments):
        if armed[0] and event not in harmless:
            armed[0] = False
            counters.add("wrong")
            print("untrusted:", event, arguments, file=sys.stderr)
            raise RuntimeError("stopped before it happens")

    sys.addaudithook(watch)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for _ in range(batch):
        data = mutated(pickles, random)
        counters.add("calls")
        signal.alarm(seconds_for_one)  # whose default is the end of the process
        try:
            armed[0] = True
            value = _plain_data.loads(data)
            armed[0] = False
        except MemoryError:
            armed[0] = False
            counters.add("failed")
            print("untrusted: takes all memory:", data.hex(), file=sys.stderr)
            continue
        except Exception:
            armed[0] = False
            continue
        counters.add("computed")
        if not is_plain(value):
            counters.add("wrong")
            print("untrusted: no plain data:", type(value), data.hex(), file=sys.stderr)
    signal.alarm(0)


def run(plan, random, report):
    if specimen.wrong:
        _plain_data._is_allowed = lambda module, name: True
    pickles, counters, died = pool(), Counters(), 0
    for _ in running(plan):
        seed = random.random()

        def body(seed=seed):
            random.seed(seed)
            read_batch(pickles, random, counters)

        end = wait(fork(body, counters, 1))
        died += end != 0
        if end:
            print(f"untrusted: a batch ended with {end} (alarm: {end == -signal.SIGALRM})", file=sys.stderr)
    report.must_be_some("pickles", counters.get("calls"))
    report.must_be_some("read as plain data", counters.get("computed"))
    report.must_be_none("executed, opened, imported, or no plain data", counters.get("wrong"))
    report.must_be_none("claimed all memory", counters.get("failed"))
    report.must_be_none("batches that hung or crashed", died)
