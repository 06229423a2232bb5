#!/usr/bin/env python3
"""Writes the golden files of the entry layer: entries put together from docs/format.md alone, and files that
NumPy and pickle write. Needs NumPy and xxhash; run it in this folder. The results are committed."""

import pickle
import struct
from io import BytesIO
from pathlib import Path

import numpy as np
import xxhash

GOLDEN = Path(__file__).parent / "golden"


def sized(*texts):
    return b"".join(struct.pack("<Q", len(text)) + text for text in (t.encode() for t in texts))


def hash_128(data):
    """XXH3-128, low half first, each half little-endian: the canonical form backwards."""
    return xxhash.xxh3_128_digest(data)[::-1]


def entry(payload, lines, directory, name):
    metadata = b"\ncache-on-disk entry\n" + "".join(f"{key}: {value}\n" for key, value in lines).encode()
    metadata += b"\n" * (-(len(metadata) + 128) % 64)
    front = struct.pack("<QII", len(payload), len(metadata), 0)
    front += hash_128(payload) + hash_128(sized(directory, name)) + bytes(40)
    end = struct.pack("<II", 128, 1) + b"\x89COD\r\n\x1a\n"
    return payload + metadata + bytes(8) + front + hash_128(metadata + front + end) + end


def npy(array):
    file = BytesIO()
    np.save(file, array)
    return file.getvalue()


def write(name, data):
    (GOLDEN / name).write_bytes(data)


write(
    "answer.npy",
    entry(
        pickle.dumps(42, 2),
        [
            ("language", "python"),
            ("module", "m"),
            ("class", "m.A"),
            ("function", "A.f"),
            ("version", 0),
            ("type", "pickle"),
            ("directory", "cacheT"),
            ("name", "a.A.f"),
            ("created", 1700000000000000000),
            ("seconds", 0.25),
            ("writer", "p"),
        ],
        "cacheT",
        "a.A.f",
    ),
)

directory, name = "cacheM\u00fcnchen 1", "root.clocks['10%25 x%252Fy'].Clock.ticks(3,'a')"
write(
    "ticks.npy",
    entry(
        npy(np.arange(1.0, 4.0)),
        [
            ("language", "c++"),
            ("module", ""),
            ("class", "N4lab 5ClockE"),
            ("function", "Clock.ticks"),
            ("version", 3),
            ("type", "npy <f8 1"),
            ("directory", directory),
            ("name", name.replace("%", "%25")),
            ("created", 1700000000123456789),
            ("seconds", 12.5),
            ("writer", "make_golden.py on nowhere, pid 1"),
            ("foreign", "yes"),
        ],
        directory,
        name,
    ),
)

write("saved_array.npy", npy(np.arange(6.0).reshape(2, 3)))
write("saved_fortran.npy", npy(np.asfortranarray(np.arange(6, dtype=">i4").reshape(2, 3))))
write("saved_scalar.npy", npy(np.float64(1.5)))
write("saved_empty.npy", npy(np.zeros((0, 3))))
write("saved_table.npy", npy(np.array([(1, 2.0, b"abc")], dtype=[("i", "<i2"), ("x", "<f8"), ("s", "S3")])))
write("saved_text.npy", npy(np.array(["M\u00fcnchen", "."])))
write("saved_objects.npy", npy(np.array([1, "two", None, (3.0, b".")], dtype=object)))
value = {"name": "M\u00fcnchen.", "list": [1, 2.5, None, True], "bytes": b"...", "nested": {"t": (1, 2)}}
for protocol in (2, 3, 4, 5):
    write(f"pickled_{protocol}.npy", pickle.dumps(value, protocol))
write("pickled_array.npy", pickle.dumps(np.arange(5), 4))
