"""Calls of what NumPy has, for make_calls.py."""

import numpy
from calls_of_python import UNREAD, Call

try:
    from numpy._core.multiarray import _reconstruct, scalar
    from numpy._core.numeric import _frombuffer
except ImportError:
    from numpy.core.multiarray import _reconstruct, scalar
    from numpy.core.numeric import _frombuffer

EIGHT = b"\0\0\0\0\0\0\xf8\x3f"  # 1.5
TABLE = numpy.dtype([("a", "<i4"), ("b", ">f8", (2,))])


def typed():
    """numpy.float32(1.5) and its like: without conversions."""
    for letters, good, bad in [
        ("i1", [0, -128, 127], [128, -129]),
        ("i2", [-32768, 32767], [32768]),
        ("i4", [-(2**31), 2**31 - 1], [2**31]),
        ("i8", [-(2**63), 2**63 - 1], [2**63]),
        ("u1", [255], [256, -1]),
        ("u2", [65535], [65536]),
        ("u4", [2**32 - 1], [2**32]),
        ("u8", [2**64 - 1], [2**64, -1]),
        ("f2", [1.5, 2], []),
        ("f4", [1.5, -3], []),
        ("f8", [2.5, 3], []),
        ("c8", [1 - 2j], []),
        ("c16", [0.5j, -1.5 + 2j], []),
        ("b1", [True, False], []),
    ]:
        type_ = numpy.dtype(letters).type
        for value in good + bad:
            yield "%s(%r)" % (letters, value), Call(type_, value)
        for arguments in [(), ("x",), (None,), (good[0], 1), (b"1", 2, 3)]:
            yield "%s%r" % (letters, arguments), Call(type_, *arguments), UNREAD
    yield "longdouble", Call(numpy.longdouble, 1.5), UNREAD
    yield "void", Call(numpy.void, b"abc"), UNREAD
    yield "b1 of int", Call(numpy.bool_, 1), UNREAD
    yield "complex64 of float", Call(numpy.complex64, 1.5), UNREAD
    for type_ in numpy.datetime64, numpy.timedelta64:
        name = type_.__name__
        for arguments in [
            (5, "ns"),
            (5, "D"),
            (5, "25s"),
            (-1, "M"),
            (-40, "Y"),
            (3, "W"),
            (-7, "h"),
            (-7, "m"),
            (8, "us"),
            (-(2**63), "s"),
            (5, "nonsense"),
            (5, 6),
            (5, "s", 7),
        ]:
            if (type_, arguments[1]) != (numpy.datetime64, "h"):
                yield "%s%r" % (name, arguments), Call(type_, *arguments), UNREAD if arguments == (5, 6) else None
        yield name + " of text", Call(type_, "2024"), UNREAD
        yield name + " of float", Call(type_, 1.5, "s")
    yield "timedelta64(5)", Call(numpy.timedelta64, 5)
    yield "str_", Call(numpy.str_, "a\u20ac\U0001f52d'")
    yield "empty str_", Call(numpy.str_, "")
    yield "str_ of int", Call(numpy.str_, 5), UNREAD
    yield "bytes_", Call(numpy.bytes_, b"a\xff'")
    yield "bytes_ of text", Call(numpy.bytes_, "a"), UNREAD


def scalars():
    f8 = numpy.dtype("f8")
    for name, arguments, *expected in [
        ("f8", (f8, EIGHT)),
        ("big-endian", (numpy.dtype(">f8"), EIGHT[::-1])),
        ("zero", (f8,)),
        ("too few", (f8, b"123"), UNREAD),
        ("too many", (f8, EIGHT + b"1"), UNREAD),
        ("text", (f8, 5)),
        ("nothing", ()),
        ("three", (f8, EIGHT, 1)),
        ("no dtype", (5, EIGHT)),
        ("subarray", (numpy.dtype(("f8", (1,))), EIGHT), UNREAD),
        ("objects", (numpy.dtype([("a", "O")]), EIGHT), UNREAD),
        (
            "table",
            (TABLE, b"\1\0\0\0" + EIGHT[::-1] * 2),
            "np.void((1, [1.5, 1.5]), dtype=[('a', '<i4'), ('b', '>f8', (2,))])",
        ),
        ("void", (numpy.dtype("V3"), b"a\0b"), "np.void(b'a\\x00b')"),
        ("S3", (numpy.dtype("S3"), b"ab\0")),
        ("U2", (numpy.dtype("<U2"), b"a\0\0\0\0\0\0\0")),
        ("bool", (numpy.dtype("?"), b"\1")),
    ]:
        yield "scalar: " + name, Call(scalar, *arguments), expected[0] if expected else None
    yield (
        "scalars as pickled",
        [
            numpy.array([(1, 2.5)], [("a", "<i4"), ("b", "<f8")])[0],
            numpy.datetime64(5, "D"),
            numpy.timedelta64(7),
            numpy.complex64(1 - 2j),
            numpy.complex128(0.5j),
            numpy.str_("a"),
            numpy.bytes_(b"b"),
            numpy.float16(0.1),
            numpy.uint8(7),
        ],
        "[np.void((1, 2.5), dtype=[('a', '<i4'), ('b', '<f8')]), np.datetime64('1970-01-06'), np.timedelta64(7), "
        "np.complex64(1-2j), np.complex128(0.5j), np.str_('a'), np.bytes_(b'b'), np.float16(0.1), np.uint8(7)]",
    )


def dtypes():
    for argument in [
        "f8",
        ">i2",
        "<U3",
        "S5",
        "V7",
        "M8[ns]",
        "m8[25s]",
        "float64",
        "?",
        float,
        int,
        bool,
        complex,
        object,
        numpy.float32,
        numpy.int8,
        numpy.dtype("u2"),
        [("a", "i4"), ("b", "f8", (2,))],
        [("a", numpy.int16)],
        [("a", "i4"), ("b", [("c", "f4")])],
        [(("title", "a"), "i4")],
        [("a", "f8", 3)],
        "nonsense",
        5,
        [5],
        [()],
        [("a",)],
        [("a", "i4"), ("a", "i4")],
        [("a", "i4", -1)],
        [("a", "i4", (2**40, 2**40))],
        [1.5],
        [("a", 2**70)],
    ]:
        yield "dtype(%r)" % (argument,), Call(numpy.dtype, argument)
    yield "dtype of a class", Call(numpy.dtype, list), UNREAD
    yield "dtype of a tuple", Call(numpy.dtype, ("f8", (2,))), UNREAD
    yield "dtype of a list with none", Call(numpy.dtype, [("a", [None])]), UNREAD
    yield "dtype of nothing", Call(numpy.dtype)
    yield "record", Call(numpy.dtype, (numpy.record, numpy.dtype([("a", "<i4")]))), "dtype([('a', '<i4')])"
    yield (
        "aligned",
        numpy.dtype([("a", "i1"), ("b", "i4")], align=True),
        "dtype([('a', '|i1'), ('', '|V3'), ('b', '<i4')])",
    )
    yield "titles", numpy.dtype([(("title", "a"), "<i4")])
    yield "metadata", numpy.dtype("<i4", metadata={"unit": "m"}), "dtype('int32')"
    yield "subarray", numpy.dtype(("<f8", (2, 3)))
    i4 = numpy.dtype("<i4")
    good = (3, "|", None, ("a",), {"a": (i4, 4)}, 8, 1, 16)
    yield "state", Call(numpy.dtype, "V8", False, True, state=good), "dtype([('', '|V4'), ('a', '<i4')])"
    for place, values in enumerate(
        [
            (),
            (5, "ab", None),
            (5, (i4,), (5, (2,)), (i4, "x"), (i4, (-1,)), (i4, (1,) * 70)),
            ("a", 5, (5,), ("b",)),
            (
                5,
                {},
                {"a": 5},
                {"a": (i4,)},
                {"a": (5, 4)},
                {"a": (i4, -1)},
                {"a": (i4, "x")},
                {"a": (i4, 5)},
                {"a": (i4, 0, 5)},
                {"b": (i4, 0)},
            ),
            ("x", -1, 2, None),
        ]
    ):
        for value in values:
            state = good[:place] + (value,) + good[place + 1 :]
            yield "state with %r at %d" % (value, place), Call(numpy.dtype, "V8", False, True, state=state), UNREAD
    for state in [5, (), good[:4], good + (None, None, None)]:
        yield "state %r" % (state,), Call(numpy.dtype, "V8", False, True, state=state), UNREAD
    plain = (3, "<", None, None, None, -1, -1, 0)
    for order, answer in [("<", None), (">", None), ("=", "dtype('int32')"), ("|", "dtype('int32')"), ("?", UNREAD)]:
        yield "order " + order, Call(numpy.dtype, "i4", False, True, state=plain[:1] + (order,) + plain[2:]), answer
    for text, size in [("S0", 5), ("U0", 8), ("U0", 7), ("S0", -2), ("S0", 2**40)]:
        state = plain[:1] + ("<" if text == "U0" else "|",) + plain[2:5] + (size, 1, 0)
        unread = size in (7, -2, 2**40)
        type_ = bytes if text == "S0" else str
        for argument in text, type_:
            yield (
                "%r of %d" % (argument, size),
                Call(numpy.dtype, argument, False, True, state=state),
                UNREAD if unread else None,
            )
    for unit in [
        (b"ns", 1, 1, 1),
        (b"s", 25, 1, 1),
        (b"generic", 1, 1, 1),
        (b"x", 1, 1, 1),
        (b"s", 0, 1, 1),
        (b"s",),
        5,
        (5, 1, 1, 1),
        (b"s", 2**40, 1, 1),
    ]:
        state = (4,) + plain[1:] + (({}, unit),)
        good_unit = unit in [(b"ns", 1, 1, 1), (b"s", 25, 1, 1), (b"generic", 1, 1, 1)]
        yield "unit %r" % (unit,), Call(numpy.dtype, "M8", False, True, state=state), None if good_unit else UNREAD
    yield "unit that is no pair", Call(numpy.dtype, "M8", False, True, state=(4,) + plain[1:] + (5,)), UNREAD


def arrays():
    two = EIGHT * 2
    for arguments in [
        ((2,), "f8", two),
        ((1,), "f8", two, 8),
        ((2, 1), "f8", two, 0, None, "F"),
        (2, "f8", two),
        ((0,), "f8"),
        ((0, 3), "f4", None),
        ((3,), "f8", two),
        ((1,), "f8", two, 17),
        ((1,), "f8", 5),
        (),
        ((1,), "nonsense", two),
        ("x", "f8", two),
        ((1,), "f8", two, 0, None, "X"),
        ((1,) * 65, "f8", two),
        ((2,), "f8", two, 0, None, "C", 7),
    ]:
        yield "ndarray%r" % (arguments,), Call(numpy.ndarray, *arguments)
    yield "ndarray with strides", Call(numpy.ndarray, (2,), "f8", two, 0, (8,)), UNREAD
    yield "ndarray before its buffer", Call(numpy.ndarray, (1,), "f8", two, -1), UNREAD
    yield "ndarray of -1", Call(numpy.ndarray, (-1,), "f8", two), UNREAD
    yield "ndarray without values", Call(numpy.ndarray, (2,), "f8"), UNREAD
    yield "ndarray of sub-arrays", Call(numpy.ndarray, (0,), numpy.dtype(("f8", (2,)))), UNREAD
    yield "ndarray of objects", Call(numpy.ndarray, (0, 2), numpy.dtype("O")), "array([], shape=(0, 2), dtype=object)"
    f8, ndarray = numpy.dtype("f8"), numpy.ndarray
    state = (1, (2,), f8, False, two)
    yield "objects that become numbers", Call(ndarray, (0,), numpy.dtype("O"), state=state)
    yield (
        "numbers that become objects",
        Call(_reconstruct, ndarray, (0,), b"b", state=(1, (2,), numpy.dtype("O"), False, [1, "a"])),
    )
    yield "array without version", Call(_reconstruct, ndarray, (0,), b"b", state=state[1:])
    for name, arguments in [
        ("letter", (ndarray, (0,), b"d")),
        ("two", (ndarray, (0,))),
        ("no class", (5, (0,), b"b")),
        ("shape", (ndarray, "x", b"b")),
        ("nonsense", (ndarray, (0,), b"nonsense")),
        ("elements", (ndarray, (2,), b"d")),
    ]:
        yield (
            "_reconstruct: " + name,
            Call(_reconstruct, *arguments),
            "array([], dtype=float64)" if name == "letter" else UNREAD,
        )
    objects = (1, (2,), numpy.dtype("O"), False, [1])
    for damaged in [
        5,
        (),
        state[:3],
        (1, 5, f8, False, two),
        (1, (2,), 5, False, two),
        (1, (2,), f8, False, 5),
        objects,
        (1, (3,), f8, False, two),
        (1, (2,), f8, False, [1, 2]),
        objects[:4] + (two,),
        (1, (-2,), f8, False, two),
        (1, (2,), f8, False, "\u20ac"),
        (1, (2**40, 2**40), f8, False, two),
    ]:
        yield "array with state %r" % (damaged,), Call(_reconstruct, ndarray, (0,), b"b", state=damaged), UNREAD
    six = numpy.arange(6, dtype="<i2")
    for order, answer in [
        ("C", "array([[0, 1, 2],\n       [3, 4, 5]], dtype=int16)"),
        ("F", "array([[0, 2, 4],\n       [1, 3, 5]], dtype=int16)"),
    ]:
        yield "_frombuffer " + order, Call(_frombuffer, six.tobytes(), six.dtype, (2, 3), order), answer
        yield (
            "_frombuffer of a bytearray " + order,
            Call(_frombuffer, bytearray(six.tobytes()), six.dtype, (2, 3), order),
            answer,
        )
    turned = "array([[0, 3],\n       [1, 4],\n       [2, 5]], dtype=int16)"
    for axes, answer in [
        ((1, 0), turned),
        ([1, 0], turned),
        ((1,), UNREAD),
        ((0, 0), UNREAD),
        ((0, 2), UNREAD),
        ("x", UNREAD),
        ((-1, 0), UNREAD),
    ]:
        yield (
            "_frombuffer with axes %r" % (axes,),
            Call(_frombuffer, six.tobytes(), six.dtype, (2, 3), "K", axes),
            answer,
        )
    for arguments in [
        (b"12", six.dtype, (2, 3), "K", (0, 1)),
        (b"12", six.dtype, (1,)),
        (5, six.dtype, (1,), "C"),
        (b"12", 5, (1,), "C"),
        (b"12", six.dtype, "x", "C"),
        (b"12", six.dtype, (1,), "X"),
        (b"12", six.dtype, (2,), "C"),
        (b"12", six.dtype, (1,), "C", None, None),
        (b"12", numpy.dtype("O"), (1,), "C"),
    ]:
        yield "_frombuffer%r" % (arguments,), Call(_frombuffer, *arguments), UNREAD


def masked():
    table = numpy.ma.array(numpy.array([(1, [2.5, 3.5])], [("a", "<i4"), ("b", "<f8", (2,))]))
    yield (
        "masked table",
        table,
        "masked_array(data=array([(1, [2.5, 3.5])], dtype=[('a', '<i4'), ('b', '<f8', (2,))]), "
        "mask=array([(False, [False, False])], dtype=[('a', '|b1'), ('b', '|b1', (2,))]), "
        "fill_value=array((999999, [1.e+20, 1.e+20]), dtype=[('a', '<i4'), ('b', '<f8', (2,))]))",
    )
    whole = numpy.ma.array([1, 2], mask=[0, 1], dtype="<i2")
    make, arguments, state = whole.__reduce__()
    for place, value in [(0, None), (1, 5), (2, 5), (4, 5), (4, b"1"), (5, b"1"), (5, 5), (5, [1])]:
        damaged = state[:place] + (value,) + state[place + 1 :] if value is not None else state[:6]
        yield "masked array with %r at %d" % (value, place), Call(make, *arguments, state=damaged), UNREAD
    yield "masked array with no state", Call(make, *arguments, state=5), UNREAD


def cases():
    """As those of calls_of_python."""
    result = []
    for group, protocols in [
        (typed, (2, 4)),
        (scalars, (0, 2, 4)),
        (dtypes, (0, 3)),
        (arrays, (2, 4)),
        (masked, (0, 2, 4)),
    ]:
        for name, call, *expected in group():
            result.append((name, call, expected[0] if expected else None, protocols))
    return result
