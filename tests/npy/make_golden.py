#!/usr/bin/env python3
"""Writes what NumPy says about .npy files into golden/, for the tests to compare our reader and writer with.

Run with NumPy 1.24 (Debian's python3-numpy): python3 make_golden.py
Each file is text, one case a line, fields separated by tabs; bytes are in hexadecimal, and a run of more than
16 equal ones is written {byte*count}.

saved.txt    name, the bytes of np.save: written with many dtypes, shapes and orders, and random dtypes
headers.txt  the bytes of a header, then what NumPy reads: "descr fortran_order shape", or "refused"
types.txt    a descr (UTF-8, as Python text), then the descr of the dtype NumPy makes of it, or "refused"
f16.txt      the bits of a float16, then those of the float32 that NumPy makes of it
values/*.npy arrays that the tests know element by element
"""

import io
import itertools
import random
import struct
import warnings
from pathlib import Path

import numpy as np

warnings.simplefilter("ignore")
golden = Path(__file__).parent / "golden"


def saved(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()


def filled(shape, dtype, order="C"):
    """An array of bytes that are all different as far as possible; bools stay 0 and 1."""
    dtype = np.dtype(dtype)
    count = int(np.prod(shape, dtype=np.int64))
    size = count * dtype.itemsize
    data = bytes((7 * i + 3) % 251 for i in range(size))
    if dtype.kind == "b":
        data = bytes(i % 3 == 0 for i in range(size))
    if dtype.itemsize == 0:
        return np.zeros(shape, [("", dtype)])["f0"]  # by itself NumPy would make an S1 of an S0
    if dtype == np.dtype("<f16") or dtype == np.dtype("<c32"):
        array = np.zeros(shape, dtype, order)
        array.reshape(-1, order="A")[...] = np.arange(count) * 0.5 - 1
        raw = bytearray(array.tobytes("A"))
        for i in range(0, len(raw), 16):  # the padding is whatever the memory held: make it zeros
            raw[i + 10 : i + 16] = bytes(6)
        return np.ndarray(shape, dtype, bytes(raw), order=order)
    return np.ndarray(shape, dtype, data, order=order)


PLAIN = """|b1 |i1 |u1 <i2 >i2 <i4 >i4 <i8 >i8 <u2 >u2 <u4 <u8 >u8 <f2 >f2 <f4 >f4 <f8 >f8 <f16 <c8 >c8 <c16 >c16 <c32
|S0 |S1 |S7 <U0 <U1 >U3 |V0 |V5 <M8 <M8[ns] >M8[ns] <M8[25s] <M8[15m] <m8[M] <m8[Y] <M8[D] <m8[as] >m8[h]""".split()
STRUCTURED = [
    [("x", "<f8")],
    [("x", "<f8"), ("y", ">i2")],
    [("x", "<f8", (2, 3)), ("y", "|S3", (1,))],
    [("a", [("b", "<i4"), ("c", [("d", "|u1")], (2,))]), ("e", "<U2")],
    [(("title", "name"), "<i4"), (("it's", 'quo"te'), "<M8[us]")],
    [("a\tb\n\\", "<i4"), ("'", "<i4"), ("\"'", "<i4"), ("\x7f\xad", "<i4")],
    [("é", "<i4"), ("ÿ", "<f4")],
    [("漢字", "<i4"), ("\u2028", "<f4"), ("😀", "<f4"), ("\U000e0001", "|b1")],
    {"names": ["a", "b"], "formats": ["<i4", "<f8"], "offsets": [4, 16], "itemsize": 32},
    {"names": [], "formats": [], "itemsize": 8},
    [("n%d" % i, "<f4") for i in range(300)],
    [("a", ("<f8", (5,)), (3,))],
]
SHAPES = [(), (0,), (1,), (7,), (3, 4), (4, 1), (1, 5), (2, 3, 4), (0, 3), (2, 0, 3), (1, 1, 1), (12345,)]


def random_dtype(source, depth=0):
    if depth < 3 and source.random() < 0.35:
        fields = []
        for i in range(source.randrange(1, 5)):
            name = source.choice("abcdefg é'\"\\") + str(i)
            if source.random() < 0.2:
                name = ("t" + source.choice("xyz ü") + str(i), name)
            field = (name, random_dtype(source, depth + 1))
            if source.random() < 0.3:
                field += (tuple(source.randrange(1, 4) for _ in range(source.randrange(1, 3))),)
            fields.append(field)
        return np.dtype(fields, align=source.random() < 0.3)
    return np.dtype(source.choice([name for name in PLAIN if name not in ("<f16", "<c32", "|S0", "<U0", "|V0")]))


def make_saved():
    lines = []
    for name in PLAIN:
        lines.append((name, filled((2, 3), name)))
    for shape in SHAPES:
        for dtype in ("<f8", ">i2", "|b1"):
            array = filled(shape, dtype) if np.prod(shape) < 100 else np.zeros(shape, "|b1")
            lines.append((f"{dtype} {shape}", array))
            if len(shape) > 1:
                lines.append((f"{dtype} {shape} in Fortran order", filled(shape, dtype, "F")))
    for i, dtype in enumerate(STRUCTURED):
        lines.append((f"structure {i}", filled((2,), dtype) if i != 10 else np.zeros((0,), dtype)))
    lines.append(("a header just beyond 65535", np.zeros(0, [("n" * 65500, "<f4")])))
    for fill in range(56, 70):  # around the alignment
        lines.append((f"a field name of {fill}", np.zeros(0, [("n" * fill, "<f4")])))
    lines.append(("32 dimensions", np.zeros((1,) * 31 + (2,), "|u1")))
    source = random.Random(20240410)
    for i in range(120):
        shape = tuple(source.randrange(0, 4) for _ in range(source.randrange(0, 3)))
        order = source.choice("CF")
        dtype = random_dtype(source)
        if dtype.itemsize < 300:
            lines.append((f"random {i}", filled(shape, dtype, order)))
    write("saved.txt", [(name, as_text(saved(array))) for name, array in lines])


def header(text, version=1, encoding="latin-1"):
    data = text if isinstance(text, bytes) else text.encode(encoding)
    length = struct.pack("<H" if version == 1 else "<I", len(data))
    return b"\x93NUMPY" + bytes([version, 0]) + length + data


GOOD = "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }"
TEXTS = [
    GOOD,
    GOOD + "\n",
    GOOD + "   \n",
    " \t" + GOOD,
    "\n" + GOOD,
    "\f" + GOOD,
    "\n\n# comment\n" + GOOD,
    "{'shape': (3, 4), 'descr': '<f8', 'fortran_order': True}",
    '{"descr": "<f8", "fortran_order": False, "shape": (3, 4)}',
    "{'''descr''': \"\"\"<f8\"\"\", 'fortran_order': False, 'shape': (3, 4)}",
    "{u'descr': U'<f8', r'fortran_order': False, R'shape': (3, 4)}",
    "{'de' 'scr': '<' \"f\" '''8''', 'fortran_' r'order': False, 'shape': (3, 4)}",
    "{'de' # joined\n 'scr': '<f8', 'fortran_order': False, 'shape': (3, 4)}",
    "{'\\x64escr': '\\x3cf8', 'fortran_\\u006frder': False, 'sh\\141pe': (3, 4)}",
    "{'\\U00000064escr': '<f8', 'fortran_\\\norder': False, 'shape': (3, 4)}",
    "{\n'descr':\t'<f8',\r\n'fortran_order':\r False\f, 'shape': (3, 4)\n}\n",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (3, \\\n 4), }",
    "{'descr': '<f8', # a comment with ' and }\n 'fortran_order': False, 'shape': (3, 4), } # another\n",
    "({'descr': '<f8', 'fortran_order': False, 'shape': (3, 4)})",
    "((" + GOOD + "))\n",
    "{'descr': '<f4', 'descr': '<f8', 'shape': (1,), 'fortran_order': False, 'shape': (3, 4)}",
    "{'descr': ('<f8'), 'fortran_order': (False), 'shape': ((3, 4))}",
    "{'descr': [('a', '<f8'), ['b', '<i4', (2,)], (('t', 'c'), '|S3', 3)], 'fortran_order': False, 'shape': ()}",
    "{'descr': [('a\\'', \"<f8\"), (u'\\xe9', '<i4')], 'fortran_order': False, 'shape': ()}",
    "{'descr': [('é', '<f8')], 'fortran_order': False, 'shape': ()}",
    "{'descr': [('3L', '<f8')], 'fortran_order': False, 'shape': (3L,)}",
    "{'descr': '|O', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': 'i4,f8', 'fortran_order': False, 'shape': (3,)}",
    GOOD + ";",
    GOOD + "x",
    GOOD + GOOD,
    GOOD + "\n" + GOOD,
    GOOD + "\0",
    GOOD + "\xa0",
    "\xa0" + GOOD,
    GOOD + ",",
    "",
    " ",
    "\n",
    "{}",
    "{",
    "}",
    "[]",
    "()",
    "3",
    "'descr'",
    "None",
    GOOD[:-1],
    GOOD[:20],
    "{" + GOOD + "}",
    "{'descr': '<f8', 'fortran_order': False}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), 'x': 1}",
    "{b'descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': b'<f8', 'fortran_order': False, 'shape': (3,)}",
    "{f'descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
    "{ur'descr': '<f8', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': '<f8'\n', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': '<f8, 'fortran_order': False, 'shape': (3,)}",
    "{'descr' '<f8', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': '<f8',, 'fortran_order': False, 'shape': (3,)}",
    "{,}",
    "{'descr': '\\x3', 'fortran_order': False, 'shape': (3,)}",
    "{'descr': '\\u12', 'fortran_order': False, 'shape': ()}",
    "{'descr': '\\U00110000', 'fortran_order': False, 'shape': ()}",
    "{'descr': dict(), 'fortran_order': False, 'shape': ()}",
    "{'descr': {'names': []}, 'fortran_order': False, 'shape': ()}",
    "{'descr': ('<f8', (2,)), 'fortran_order': False, 'shape': ()}x",
    "{'descr': ('<f8',), 'fortran_order': False, 'shape': ()}",
    "{'descr': None, 'fortran_order': False, 'shape': ()}",
    "{'descr': {'<f8'}, 'fortran_order': False, 'shape': ()}",
    "{['descr']: '<f8', 'fortran_order': False, 'shape': ()}",
    "{'descr': 3, 'fortran_order': False, 'shape': ()}",
    "{'descr': '<f8', 'fortran_order': False, 'shape': (,)}",
    "{**{}, 'descr': '<f8', 'fortran_order': False, 'shape': ()}",
    "{'descr': '<f8', 'fortran_order': not True, 'shape': ()}",
]
SHAPE_TEXTS = """() (3,) (3, 4) (3,4,) ((3,)) ((3), 4) (+3,) (+(3),) (0x3,) (0X1f,) (0o17,) (0b11,) (1_0,) (0x_f,) (00,) (0_0,)
(3L,) (3L, 4L) (0x3L,) (9223372036854775807,) [3] 3 (3) (3.0,) (3.,) (.5,) (1e3,) (3j,) (None,) ('3',) (01,) (1__0,)
(1_,) (_1,) (0x,) (0o8,) (0b2,) (0xg,) (1+2,) (1*2,) (--3,) (~3,) (+True,) (+'3',) (3l,) (3LL,) (L,) (3_L,) (3a,) (3 4)
(3,,4) (,3) (3;) (*(3,),) (3 if True else 4,) ((3,),) ((3,4),) ([3],) {3} {} None True (3, 4""".split("\n")
ORDERS = "True False (True) 1 0 None 'True' true TRUE True,False (True,) [True] Truee True1 2>1".split()


def make_headers():
    cases = (
        [header(text) for text in TEXTS]
        + [header(text, 2) for text in TEXTS]
        + [header(text, 3, "utf-8") for text in TEXTS]
    )
    shapes = [shape for line in SHAPE_TEXTS for shape in line.replace(", ", ",").split(" ")]
    shapes += ["(3, 4)", "(3 L,)", "(3\tL, 4)", "( 3 ,\n4 )", "(+ 3,)", "(3 4)", "(3 if True else 4,)", "(1 ,)", "( )"]
    for shape in shapes:
        for version in (1, 3):
            cases.append(header("{'descr': '<f8', 'fortran_order': False, 'shape': %s, }\n" % shape, version))
    for order in ORDERS:
        cases.append(header("{'descr': '<f8', 'fortran_order': %s, 'shape': (3,), }\n" % order))
    cases += [header(GOOD)[:i] for i in range(len(header(GOOD)))]
    for version in ((0, 0), (1, 1), (2, 1), (3, 1), (4, 0), (255, 0)):
        cases.append(header(GOOD)[:6] + bytes(version) + header(GOOD)[8:])
    cases.append(b"\x93NUMPX" + header(GOOD)[6:])
    cases.append(header(b"{'descr': [('\xff', '<f8')], 'fortran_order': False, 'shape': ()}", 3))
    cases.append(header("{'descr': '<f8', 'fortran_order': False, 'shape': (%s)}" % ("1, " * 32)))
    deep = "(" * 90 + "3," + ")" * 90
    cases.append(header("{'descr': '<f8', 'fortran_order': False, 'shape': %s}" % deep))
    rows = []
    for case in cases:
        file = io.BytesIO(case)
        try:
            version = np.lib.format.read_magic(file)
            shape, order, dtype = np.lib.format._read_array_header(file, version, max_header_size=10**9)
            if dtype.subdtype is not None:
                raise ValueError
            verdict = f"{np.lib.format.dtype_to_descr(dtype)!r} {order} {shape!r}"
        except Exception:
            verdict = "refused"
        rows.append((as_text(case), verdict))
    write("headers.txt", rows)


SCALARS = """<f8 >f8 =f8 |f8 f8 |i4 >i1 <b1 |U3 |M8[s] >S3 <V3 >V3 ? d f e g D F G b B h H i I l L q Q p P c S a U V O M m M8 m8
>c M8[ns] <M8[25s] <M8[h/4] M8[D/7] M8[D/24] M8[D/48] M8[Y/12] M8[Y/4] M8[W/7] M8[M/30] M8[3h/4] M8[s/1000] M8[s/1] M8[as/2] M8[fs/10]
M8[generic] M8[2generic] M8[] M8[0s] M8[-1s] M8[2147483648s] M8[2147483647s] M8[2147483647s/1000] M8[B] M8[1s] M8[us] M8[µs]
M8[s M8s] M8[s/] M8[/2] M8[2] f8[s] M4[s] m8[M] m8[Y] >M8[D] datetime64 datetime64[ms] timedelta64[us] <datetime64[ms]
int uint float bool complex str object bytes void int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 float128
longdouble complex64 complex128 complex256 clongdouble single double half intc intp uintp byte ubyte short ushort longlong ulonglong
uintc bool_ str_ bytes_ object_ Float64 i1 i3 i16 f2 f4 f12 f16 f1 c4 c8 c16 c32 b1 b2 b4 u4 u16 O8 O4 O3 <O S5 a5 S05 S2147483647
U536870911 <<i4 T rec float63 t v w x c1 p8 Int32 B1 h2 d8 e2 ?1 l8 q8 D16 str5 int4 S5.0 i4.0 < | = f8f8 i4; i4,f8 i4,f8,U2
3i4,f8 (2,3)f8,i2 (2,)f8,i2 >i4,<f8 i4,M8[s],U2 S5,(2,2)S3 ,i4 i4,,i4 i4,xx (2,i4 i4,(f8 99999999999i4,i4 V2000000000,V2000000000""".split()
DESCRS = [
    "'i4, f8'",
    "'i4 ,f8'",
    "' i4'",
    "'i4 '",
    "''",
    "'< i4'",
    "[]",
    "[('a', '<i4')]",
    "[['a', '<i4']]",
    "['a', '<i4']",
    "[('a',)]",
    "[('a', '<f8', (5,)), ('b', '<i4', 3)]",
    "[('a', ('<f8', (5,)), (3,))]",
    "[('a', '<f8', [2, 3])]",
    "[('a', '<f8', ())]",
    "[('a', '<f8', (1,))]",
    "[('a', '<f8', 0)]",
    "[('a', '<f8', (0,))]",
    "[('a', '<f8', -1)]",
    "[('a', '<f8', (True,))]",
    "[('a', '<f8', (2,), 3)]",
    "[('a', '<f8', (2.0,))]",
    "[('a', '<f8', 'x')]",
    "[('', '<i4')]",
    "[('', '<i4', (2,))]",
    "[('', '|V4', (2,)), ('b', '<i4')]",
    "[('', '<i4'), ('', '<i4')]",
    "[('', '|V4'), ('b', '<i4'), ('', '|V3'), ('c', '|u1'), ('', '|V7')]",
    "[('', '|V4'), ('', '|V2')]",
    "[('a', '|V4')]",
    "[('', [('x', '<i4')])]",
    "[(('t', 'a'), '<i4')]",
    "[((None, 'a'), '<i4')]",
    "[(('a', 'a'), '<i4')]",
    "[(('b', 'a'), '<i4'), ('b', '<i4')]",
    "[(('', 'a'), '<i4')]",
    "[(('t', ''), '<i4')]",
    "[(('t', ''), '|V4')]",
    "[('a', '<i4'), ('a', '<i4')]",
    "[(3, '<i4')]",
    "[(('t', 'a', 'b'), '<i4')]",
    "[('a', '|O')]",
    "[('a', [('b', '|O'), ('c', '<i4')], (2,))]",
    "[('a', '<i4'), ('', '|V0')]",
    "[('a', '|S0'), ('b', '|V0')]",
    "[('a', '3i4')]",
    "[('a', 'i4,f8')]",
    "[('a', '<x9')]",
    "['<f8']",
    "[('a', '|V2000000000'), ('b', '|V2000000000')]",
    "[('a', '<f8', (1000000, 1000000))]",
    "[('a', '|V1000000000', (3,))]",
]


def make_types():
    import ast

    rows = []
    for descr in [repr(scalar) for scalar in SCALARS] + DESCRS:
        try:
            dtype = np.lib.format.descr_to_dtype(ast.literal_eval(descr))
            if dtype.subdtype is not None or dtype.itemsize < 0:
                raise ValueError
            verdict = f"{np.lib.format.dtype_to_descr(dtype)!r} {dtype.itemsize} {dtype.hasobject}"
        except Exception:
            verdict = "refused"
        rows.append((descr, verdict))
    write("types.txt", rows)


def make_values():
    (golden / "values").mkdir(exist_ok=True)

    def save(name, array):
        np.save(golden / "values" / name, array)

    numbers = np.arange(24).reshape(2, 3, 4) - 5
    for dtype in ("<f8", ">f8", "<f4", "<i4", ">i4", "<i8", "<c16", ">c8", "<f2", "<u2"):
        save("numbers_" + dtype.replace("<", "little_").replace(">", "big_"), numbers.astype(dtype))
    save("numbers_fortran", np.asfortranarray(numbers.astype("<f8")))
    save("numbers_big_fortran", np.asfortranarray(numbers.astype(">f8")))
    long_doubles = np.array([0, 1.5, -2.25, np.inf], "<f16")
    long_doubles.view("u1").reshape(4, 16)[:, 10:] = 0  # the padding is whatever the memory held
    save("long_double", long_doubles)
    bools = np.array([True, False, True, True])
    save("bools", bools)
    bools.view("u1")[:] = [1, 0, 255, 2]
    save("odd_bools", bools)
    save("zero_dimensions", np.float64(2.5))
    save("zero_dimensions_int", np.int64(-7))
    save("zero_dimensions_text", np.array("naïve 漢字"))
    save("zero_dimensions_bytes", np.array(b"ab\0c\0"))
    save("times", np.array(["2024-04-10T11:22:33", "NaT", "1970-01-01"], "<M8[ns]"))
    save("times_25s", np.array([0, 2, -1], ">m8[25s]"))
    save("text", np.array(["a", "naïve", "漢字", ""], ">U5"))
    save("bytes", np.array([b"a", b"b\0c", b""], "|S4"))
    table = np.zeros(3, [("id", "|u1"), ("slope", ">f4", (2,)), ("time", "<i8"), (("second", "x"), "<f8")])
    table["id"] = [1, 2, 3]
    table["slope"] = [[1, 2], [3, 4], [5, 6]]
    table["time"] = [10, 20, 30]
    table["x"] = [0.5, 1.5, 2.5]
    save("table", table)
    aligned = np.zeros((2, 2), np.dtype([("a", "<i4"), ("b", "<f8"), ("c", "|b1")], align=True))
    aligned["b"] = [[1, 2], [3, 4]]
    save("aligned_table", aligned)
    np.save(golden / "values" / "objects", np.array([None, 1], object), allow_pickle=True)


def make_f16():
    bits = sorted(
        set(range(0, 65536, 97)) | {0, 1, 0x3FF, 0x400, 0x7BFF, 0x7C00, 0x7E00, 0x8000, 0x8001, 0xFC00, 0xFBFF}
    )
    floats = np.array(bits, "<u2").view("<f2").astype("<f4").view("<u4")
    write("f16.txt", [(f"{b:04x}", f"{int(f):08x}") for b, f in zip(bits, floats)])


def as_text(data):
    """Hexadecimal; a run of more than 16 equal bytes as {byte*count}."""
    runs = [(key, len(list(group))) for key, group in itertools.groupby(data)]
    return "".join(f"{{{byte:02x}*{n}}}" if n > 16 else f"{byte:02x}" * n for byte, n in runs)


def write(name, rows):
    golden.mkdir(exist_ok=True)
    (golden / name).write_text("".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")


make_saved()
make_headers()
make_types()
make_values()
make_f16()
