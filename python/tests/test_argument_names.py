"""Random arguments: the name is what docs/format.md says, unequal ones never share one, and equal ones always do."""

import datetime
import decimal
import fractions
import pathlib
import random
import sys
import uuid
import zoneinfo

import numpy as np
import pytest

from cache_on_disk import _core, cache_on_disk

support = pathlib.Path(__file__).resolve().parents[2] / "tests" / "support"
sys.path.insert(0, str(support))
argument_names = pytest.importorskip("argument_names", reason="only beside the sources of the library")


@cache_on_disk(by_arguments=True)
def function(self, *args, **kwargs):
    pass


class Generator:
    """Makes values, small ones so that equal ones come often."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self):
        return self.random.choice(
            ["", "a", "b", "ab", "a,b", "a'b", "München", "None", "1", "a/b", "\udc80", "\udc81", "x" * 40, "\0", "🔭"]
        )

    def integer(self):
        return self.random.choice(
            [0, 1, 2, -1, 127, 128, -128, -129, 2**63, -(2**63), 2**64, 10**30, self.random.getrandbits(70)]
        )

    def real(self):
        return self.random.choice(
            [0.0, -0.0, 1.0, 0.1, 1e300, 5e-324, float("inf"), -float("inf"), self.random.random()]
        )

    def plain(self):
        return self.random.choice(
            [
                lambda: None,
                lambda: self.random.random() < 0.5,
                self.integer,
                self.real,
                self.text,
                lambda: complex(self.real(), self.real()),
                lambda: self.text().encode("utf-8", "surrogatepass"),
            ]
        )()

    def array(self):
        dtype = self.random.choice(
            [
                "?",
                "i1",
                "<i2",
                ">i2",
                "<i8",
                "<u4",
                "<f4",
                "<f8",
                "<c16",
                "S3",
                "<U2",
                "<M8[ns]",
                "<M8[D]",
                "<m8[25s]",
                [("a", "<i4"), ("b", "<f8")],
                [("a", "i1", (2,)), ("b", [("c", "<u2")])],
            ]
        )
        shape = self.random.choice([(), (0,), (1,), (2,), (2, 1), (1, 2), (0, 2), (2, 0), (2, 2)])
        made = np.zeros(shape, dtype)
        if made.dtype.names is None and made.size and self.random.random() < 0.7:
            made[...] = np.array(self.random.randrange(3)).astype(made.dtype)
        return np.asfortranarray(made) if self.random.random() < 0.3 else made

    def object(self):
        r = self.random
        day = datetime.date(2024, r.randrange(1, 3), r.randrange(1, 3))
        moment = datetime.datetime(2024, 10, 27, 2, r.randrange(2), 0, r.randrange(2), fold=r.randrange(2))
        zone = r.choice(
            [
                None,
                datetime.timezone.utc,
                datetime.timezone(datetime.timedelta(hours=1)),
                zoneinfo.ZoneInfo("Europe/Rome"),
            ]
        )
        return r.choice(
            [
                day,
                moment,
                moment.replace(tzinfo=zone),
                moment.time(),
                datetime.timedelta(r.randrange(2), r.randrange(2), r.randrange(2)),
                decimal.Decimal(r.choice(["1", "1.0", "-0", "NaN", "1E+3"])),
                fractions.Fraction(r.randrange(3), r.randrange(1, 3)),
                uuid.UUID(int=r.randrange(3)),
                pathlib.Path(r.choice(["a", "a/b", "/", "a\udcff", "ä"])),
                slice(r.randrange(2), r.choice([None, 1])),
                range(r.randrange(3)),
                range(r.randrange(2), 3),
                bytearray(b"ab"[: r.randrange(3)]),
                zone,
                r.choice([np.datetime64, np.timedelta64])(r.randrange(2), r.choice(["Y", "D", "s", "ns", "as", "25s"])),
                argument_names.name,
            ]
        )

    def hashable(self, depth):
        if depth == 0 or self.random.random() < 0.6:
            return self.plain()
        return self.random.choice(
            [
                lambda: tuple(self.hashable(depth - 1) for _ in range(self.random.randrange(3))),
                lambda: frozenset(self.hashable(depth - 1) for _ in range(self.random.randrange(3))),
            ]
        )()

    def any(self, depth=3):
        if depth == 0 or self.random.random() < 0.4:
            return self.random.choice([self.plain, self.array, self.object])()
        count = self.random.randrange(4)
        return self.random.choice(
            [
                lambda: tuple(self.any(depth - 1) for _ in range(count)),
                lambda: [self.any(depth - 1) for _ in range(count)],
                lambda: {self.hashable(1): self.any(depth - 1) for _ in range(count)},
                lambda: {self.hashable(2) for _ in range(count)},
                lambda: self.hashable(2),
            ]
        )()


def alike(value):
    """What two values have in common exactly if they are of one type and alike all the way down."""
    kind = type(value).__name__
    if isinstance(value, (tuple, list)):
        return (kind, *map(alike, value))
    if isinstance(value, dict):
        return (kind, frozenset((alike(key), alike(part)) for key, part in value.items()))
    if isinstance(value, (set, frozenset)):
        return (kind, frozenset(map(alike, value)))
    if isinstance(value, (np.ndarray, np.generic)):
        return ("array", str(np.asarray(value).dtype), value.shape, value.tobytes())
    return (kind, repr(value))


@pytest.mark.parametrize("seed", range(4))
def test_random_arguments_have_the_names_of_the_document(seed):
    generator = Generator(seed)
    names = {}
    for _ in range(1500):
        args = tuple(generator.any() for _ in range(generator.random.randrange(3)))
        kwargs = {generator.text(): generator.any(1) for _ in range(generator.random.randrange(3))}
        name = _core.arguments_name(function, function, args, kwargs)
        assert name == argument_names.name(*args, **kwargs), (args, kwargs)
        known = names.setdefault(name, alike((args, kwargs)))
        assert known == alike((args, kwargs)), (args, kwargs)
    assert len(names) == len(set(names.values())), "equal ones have one name"
