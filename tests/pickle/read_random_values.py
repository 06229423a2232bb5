"""Reads what write_random_values writes, and compares each value with the expression beside it.

    python3 tests/pickle/read_random_values.py WRITE_RANDOM_VALUES [SEED [COUNT]]

Each pickle goes through pickle.loads; some also through the unpickler that is written in Python, and through np.load. And
CPython, asked for a pickle of the value, must write the same bytes.
"""

import io
import pickle
import re
import struct
import subprocess
import sys
import warnings

warnings.simplefilter("error")

try:
    import numpy
except ImportError:
    numpy = None


digits = re.compile(rb"text\('([0-9a-f]*)'\)")


def double(bits):
    return struct.unpack("<d", struct.pack("<Q", bits))[0]


def text(digits):
    data = bytes.fromhex(digits)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data


def time(dtype, count):
    return numpy.array([count], "i8").view(dtype)[0]


def float_bits(number):
    return struct.pack("<d", number)


def same(a, b):
    """Equal in type, value and bits."""
    if type(a) is not type(b):
        return False
    if isinstance(a, float):
        return float_bits(a) == float_bits(b)
    if isinstance(a, complex):
        return same(a.real, b.real) and same(a.imag, b.imag)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, set):
        return len(a) == len(b) and all(element in b for element in a)
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if numpy and isinstance(a, numpy.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes() and a.flags.writeable
    if numpy and isinstance(a, numpy.generic):
        return a.dtype == b.dtype and a.tobytes() == b.tobytes()
    return a == b


def is_written_alike(data, expression):
    """Not arrays and sets, whose forms are ours; nor bytes, of which CPython shares the shortest ones, nor what is long."""
    return (
        b"numpy" not in data
        and b"set(" not in expression
        and b"bytes" not in expression
        and b"time(" not in expression
        and len(data) < 20000
        and all(isinstance(word, str) for word in map(text, map(bytes.decode, digits.findall(expression))))
    )


def records(data):
    place = 0
    while place < len(data):
        pair = []
        for _ in range(2):
            (size,) = struct.unpack_from("<Q", data, place)
            pair.append(data[place + 8 : place + 8 + size])
            place += 8 + size
        yield pair


def main(program, seed="1", wanted_count="3000"):
    written = subprocess.check_output([program, seed, wanted_count])
    count = skipped = alike = 0
    for data, expression in records(written):
        count += 1
        if numpy is None and (b"numpy" in data or b"time(" in expression):
            skipped += 1
            continue
        wanted = eval(expression)
        loaders = [pickle.loads]
        if count % 7 == 0:
            loaders.append(pickle._loads)
        if count % 7 == 1 and numpy:
            loaders.append(lambda data: numpy.load(io.BytesIO(data), allow_pickle=True))
        for load in loaders:
            found = load(data)
            if not same(found, wanted):
                sys.exit("value %d is %.2000r, wanted %.2000r" % (count, found, wanted))
        if is_written_alike(data, expression):
            alike += 1
            again = pickle.dumps(pickle.loads(data), 4)
            if again != data:
                sys.exit("value %d is written as\n%r, by Python as\n%r" % (count, data, again))
    if count != int(wanted_count) or count == skipped:
        sys.exit("%d values were written, and %d of them skipped" % (count, skipped))
    if alike < count / 4:
        sys.exit("only %d of %d pickles were compared with Python's" % (alike, count))
    print(
        count - skipped, "values are equal,", skipped, "skipped for want of numpy;", alike, "pickles are the same bytes"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
