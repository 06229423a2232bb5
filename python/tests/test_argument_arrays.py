"""Arrays, scalars and dtypes of NumPy as arguments: what differs in anything but padding and metadata has another name."""

import datetime

import numpy as np
import pytest
from naming import all_differ, name

import cache_on_disk as cod

units = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as", "25s", "7D"]


@pytest.mark.parametrize("kind", [np.timedelta64, np.datetime64])
def test_points_in_time_and_durations_of_each_unit_differ(kind):
    values = [kind(7, unit) for unit in units] + [kind("NaT", unit) for unit in units] + [kind("NaT"), 7, None]
    if kind is np.timedelta64:
        values.append(kind(7))
    values += [np.array([7], f"{kind(7, 's').dtype.kind}8[{unit}]") for unit in units]
    all_differ(*values)
    for unit in units:
        assert name(kind(7, unit)) == name(kind(7, unit)) and name(kind("NaT", unit)) == name(kind("NaT", unit))


def test_points_in_time_are_no_durations():
    all_differ(np.datetime64(1, "ns"), np.timedelta64(1, "ns"), 1, np.array(1), datetime.timedelta(microseconds=1))


padded = [
    np.dtype([("a", "i1"), ("b", "f8")], align=True),
    np.dtype([("a", "i1"), ("inner", [("c", "u1"), ("d", "<i4")], (2, 3))], align=True),
    np.dtype({"names": ["a", "b"], "formats": ["<f4", ("<u2", (2,))], "offsets": [4, 12], "itemsize": 32}),
    np.dtype({"names": ["b", "a"], "formats": ["<f4", "<u2"], "offsets": [8, 2], "itemsize": 16}),
    np.dtype([("inner", np.dtype([("c", "u1"), ("d", "<i8")], align=True), (2,)), ("e", "u1")]),
    np.dtype([("a", np.longdouble), ("b", np.clongdouble)]),
    np.dtype(np.longdouble),
    np.dtype(np.clongdouble),
]


def filled(dtype, padding, shape=(2, 3)):
    """Elements 0, 1, 2 ... on memory that holds `padding` wherever no value lies."""
    values = np.full(int(np.prod(shape)) * dtype.itemsize, padding, np.uint8).view(dtype).reshape(shape)

    def fill(part):
        if part.dtype.names:
            for field in part.dtype.names:
                fill(part[field])
        elif part.dtype.kind == "c":  # without the padding of what is copied
            part.real[...] = np.arange(part.size).reshape(part.shape)
            part.imag[...] = 0
        else:
            part[...] = np.arange(part.size).reshape(part.shape)

    fill(values)
    return values


@pytest.mark.parametrize("dtype", padded, ids=str)
def test_padding_plays_no_part(dtype):
    clean, dirty = filled(dtype, 0), filled(dtype, 0xAB)
    assert clean.tobytes() != dirty.tobytes()
    assert name(clean) == name(dirty) == name(np.asfortranarray(dirty)) == name(dirty[::-1][::-1])
    assert name(clean[0, 0]) == name(dirty[0, 0]) != name(dirty[0, 1])
    assert name(clean) != name(clean[::-1]) and name(clean) != name(clean.ravel())


def test_dtypes_are_part_of_an_array():
    ones = [
        np.zeros(2, dtype)
        for dtype in (
            "?",
            "i1",
            "u1",
            "<i2",
            ">i2",
            "<u2",
            "<f2",
            ">f2",
            "S2",
            "U1",
            "V2",
            "<M8[s]",
            "<M8[ms]",
            "<m8[s]",
            [("a", "i1"), ("b", "i1")],
            [("b", "i1"), ("a", "i1")],
            [("a", "i1", (2,))],
            {"names": ["a", "b"], "formats": ["i1", "i1"], "offsets": [1, 0]},
            {"names": ["a", "b"], "formats": ["i1", "i1"], "offsets": [0, 0], "itemsize": 2},
            [(("title", "a"), "i1"), ("b", "i1")],
        )
    ]
    all_differ(
        *ones, *(one.reshape(1, 2) for one in ones), np.zeros((0, 2)), np.zeros((2, 0)), np.zeros(0), np.zeros(())
    )
    all_differ(*(one.dtype for one in ones), "<i2", np.int16)


def test_metadata_of_a_dtype_plays_no_part_and_warns_of_nothing(recwarn):
    plain = np.zeros(3, [("a", "<i4")])
    described = plain.astype(np.dtype([("a", np.dtype("<i4", metadata={"from": "h5"}))]))
    assert name(plain) == name(described)
    assert name(np.zeros(3, np.dtype("<i4", metadata={"a": 1}))) == name(np.zeros(3, "<i4"))
    assert not recwarn.list


def test_subclasses_of_arrays_have_names_of_their_own(tmp_path):
    data = np.array([[1.0, 2.0]])
    structured = np.array([(1, 2.0)], [("a", "i4"), ("b", "f8")])

    class Own(np.ndarray):
        unit = None

    own, other = data.view(Own), data.view(Own)
    other.unit = "m"
    all_differ(
        data,
        data.view(np.matrix),
        own,
        other,
        np.ma.array(data),
        structured,
        structured.view(np.recarray),
        structured[0],
        structured.view(np.recarray)[0],
    )
    mapped = np.memmap(tmp_path / "m", "f8", "w+", shape=(1, 2))
    mapped[:] = data
    assert name(mapped) == name(data), "a file's elements name what they would in memory"


def test_masked_arrays_are_data_mask_and_fill_value():
    def masked(data, mask, **more):
        return np.ma.array(data, mask=mask, **more)

    all_differ(
        masked([1, 2], [0, 1]),
        masked([1, 2], [1, 0]),
        masked([1, 2], [0, 0]),
        masked([1, 3], [0, 0]),
        masked([1.0, 2], [0, 1]),
        masked([1, 2], [0, 1], fill_value=7),
        masked([1, 2], [0, 1], hard_mask=True),
        np.ma.masked,
        masked(1, False),
        np.array([1, 2]),
        np.ma.array([(1, 2)], mask=[(1, 0)], dtype="i4,i4"),
        np.ma.array([(1, 2)], mask=[(0, 1)], dtype="i4,i4"),
    )
    assert name(np.ma.array([1, 2])) == name(masked([1, 2], [0, 0]))
    assert name(masked([1, 2], [0, 1])) == name(masked([1, 2], [0, 1]))


def test_arrays_of_objects_are_what_they_hold():
    def objects(*values):
        made = np.empty(len(values), object)
        made[:] = values
        return made

    all_differ(
        objects(1, None),
        objects(1, 2),
        objects(1.0, None),
        objects("a", None),
        objects(1, None).reshape(1, 2),
        [1, None],
    )
    with pytest.raises(cod.InvalidTypeError, match="object"):
        name(objects(object()))


def test_numpys_own_scalars_are_plain_values():
    for plain, scalar in (
        (1, np.int8(1)),
        (1, np.uint64(1)),
        (0.5, np.float16(0.5)),
        (0.5, np.float64(0.5)),
        (True, np.bool_(True)),
        (1j, np.complex64(1j)),
        ("a", np.str_("a")),
        (b"a", np.bytes_(b"a")),
    ):
        assert name(plain) == name(scalar)
    all_differ(1.0, np.longdouble(1), np.clongdouble(1), np.void(b"a"), b"a", np.array(1.0))
