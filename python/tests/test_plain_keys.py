"""Keys of dicts and sets that are made to hash alike, or that are long and used many times, in files of others."""

import collections
import datetime
import fractions
import pickle
import uuid

import numpy as np
import pytest

from cache_on_disk import _plain_data

modulus = 2**61 - 1  # of which the hashes of Python's numbers are remainders
count = 300  # making them takes time by its square


def in_dict(keys):
    return dict.fromkeys(keys)


alike = {
    "ints": [i * modulus for i in range(1, count)],
    "negative ints": [-i * modulus for i in range(1, count)],
    "tuples of ints": [(i * modulus, "a") for i in range(1, count)],
    "nested tuples": [(1, (i * modulus, 2)) for i in range(1, count)],
    "fractions": [fractions.Fraction(i * modulus) for i in range(1, count)],
    "UUIDs": [uuid.UUID(int=i * modulus) for i in range(1, count)],
    "ints and fractions": [fractions.Fraction(i * modulus) if i % 2 else i * modulus for i in range(1, count)],
    "tuples of -1 and -2": [tuple(-1 - (i >> bit & 1) for bit in range(12)) for i in range(count)],
}


@pytest.mark.parametrize("protocol", [0, 2, 4])
@pytest.mark.parametrize("name", alike)
def test_keys_that_hash_alike_are_refused(name, protocol):
    keys = alike[name]
    assert len({hash(key) for key in keys}) == 1
    for value in (
        in_dict(keys),
        set(keys),
        frozenset(keys),
        collections.OrderedDict.fromkeys(keys),
        {"a": [in_dict(keys)]},
    ):
        if protocol < 4 and isinstance(value, (set, frozenset)):  # made by a call, of a list
            assert b"set" in pickle.dumps(value, protocol)
        with pytest.raises(pickle.UnpicklingError, match="hash alike"):
            _plain_data.loads(pickle.dumps(value, protocol))


def batches(keys, size, begin, end):
    """A container that is filled in many goes."""
    data = begin
    for i in range(0, len(keys), size):
        data += b"(" + b"".join(pickle.dumps(key, 2)[2:-1] for key in keys[i : i + size]) + end
    return data + b"."


def test_a_few_at_a_time_are_as_many():
    keys = alike["ints"]
    with pytest.raises(pickle.UnpicklingError, match="hash alike"):
        _plain_data.loads(batches(keys, 50, b"\x80\x04\x8f", b"\x90"))
    items = [part for key in keys for part in (key, None)]
    with pytest.raises(pickle.UnpicklingError, match="hash alike"):
        _plain_data.loads(batches(items, 100, b"\x80\x04}", b"u"))
    one_by_one = b"\x80\x04}" + b"".join(pickle.dumps(key, 2)[2:-1] + b"Ns" for key in keys) + b"."
    with pytest.raises(pickle.UnpicklingError, match="hash alike"):
        _plain_data.loads(one_by_one)
    pairs = pickle.dumps([(key, 1) for key in keys], 4)[2:-1]
    pairs = pairs[9:] if pairs[:1] == b"\x95" else pairs
    for kind in (b"cbuiltins\ndict\n", b"ccollections\nOrderedDict\n"):
        with pytest.raises(pickle.UnpicklingError, match="hash alike"):
            _plain_data.loads(b"\x80\x02" + kind + pickle.dumps([(key, 1) for key in keys], 2)[2:-1] + b"\x85R.")


@pytest.mark.parametrize(
    "long",
    [
        tuple(range(10_000)),
        (tuple(range(5000)),) * 2,
        1 << 800_000,
        (1 << 800_000, 1),
        frozenset(range(10_000)),
        "x" * 600_000,
    ],
    ids=["tuple", "tuples", "int", "tuple of an int", "frozenset", "text"],
)
def test_long_keys_are_not_used_more_often_than_the_pickle_is_long(long):
    begin = pickle.dumps(long, 2)[:-1] + b"q\xfa0]q\xfb("
    with pytest.raises(pickle.UnpicklingError, match="long keys"):
        _plain_data.loads(begin + b"}h\xfaNs" * 20_000 + b"e.")
    assert len(_plain_data.loads(begin + b"}h\xfaNs" * 20 + b"e.")) == 20


def test_keys_of_ordinary_values_are_read():
    values = [
        {i: i for i in range(5000)},
        {float(i) / 8 for i in range(5000)},
        {(i, -i, "a") for i in range(5000)},
        {str(i): i for i in range(5000)},
        {(x, y, z): 1 for x in range(-10, 10) for y in range(-10, 10) for z in range(-10, 10)},
        {i * 2**32 for i in range(5000)},
        {i << 40 for i in range(5000)},
        {datetime.date(2000, 1, 1) + datetime.timedelta(i): i for i in range(5000)},
        [{"name": 1, "value": 2, (1, 2): 3}] * 1000,
        [{"name": i, "value": 2} for i in range(5000)],
        {np.float64(i) for i in range(2000)},
        {fractions.Fraction(i, 7) for i in range(2000)},
        [{("a" * 100, "b"): i} for i in range(2000)],
        {None, True, 2, 2.5, "a", b"a", (), 1j},
    ]
    for value in values:
        assert _plain_data.loads(pickle.dumps(value, 4)) == value


def test_nested_slices_end_like_nested_tuples():
    data = (
        b"\x80\x02cbuiltins\nslice\nq\x00N" + b"\x85h\x00\x86".replace(b"h\x00\x86", b"q\x010h\x00h\x01R") * 2000 + b"."
    )
    with pytest.raises(pickle.UnpicklingError, match="within tuples"):
        _plain_data.loads(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\x80\x02cnumpy\nndarray\nK\x00\x85X\x01\x00\x00\x00b\x86RK\x00K\x01s.",  # SETITEM of an array
        b"\x80\x02cdatetime\ntimedelta\n)R(K\x01e.",  # APPENDS to a duration
        b"\x80\x04C\x01a(K\x01\x90.",  # ADDITEMS to bytes
        b"\x80\x02]K\x00K\x01s.",  # SETITEM of a list
    ],
)
def test_items_are_put_into_plain_containers_only(data):
    with pytest.raises(pickle.UnpicklingError, match="only plain data"):
        _plain_data.loads(data)
