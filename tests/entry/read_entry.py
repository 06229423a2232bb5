#!/usr/bin/env python3
"""Reads an entry as docs/format.md describes it, with nothing but the standard library: `read_entry.py FILE`.

Prints the fields of footer and metadata and the payload, or why the file is not a sound entry (and exits with 1).
Hashes are checked where the module xxhash is installed."""

import re
import struct
import sys

try:
    import xxhash
except ImportError:
    xxhash = None


def sized(text):
    return struct.pack("<Q", len(text)) + text


def check(what, data, expected):
    if xxhash and xxhash.xxh3_128_digest(data)[::-1] != expected:
        sys.exit(f"the {what} is wrong")


def read(data):
    if len(data) < 128 or data[-8:] != b"\x89COD\r\n\x1a\n":
        sys.exit("no footer")
    footer = data[-128:]
    size, version = struct.unpack("<II", footer[112:120])
    if version > 1:
        sys.exit("a newer format")
    mark, payload_size, metadata_size, flags, payload_hash, identity, reserved, checksum = struct.unpack(
        "<QQII16s16s40s16s", footer[:112]
    )
    if size != 128 or payload_size + metadata_size + size != len(data):
        sys.exit("cut short")
    payload, metadata = data[:payload_size], data[payload_size:-128]
    lines = metadata.split(b"\n")
    if lines[:2] != [b"", b"cache-on-disk entry"]:
        sys.exit("no metadata")
    fields = [
        tuple(re.sub(rb"%([0-9A-F]{2})", lambda m: bytes([int(m[1], 16)]), part) for part in line.split(b": ", 1))
        for line in lines[2:]
        if line
    ]
    check("checksum", metadata + footer[8:96] + footer[112:], checksum)
    check("payload", payload, payload_hash)
    check("identity", sized(dict(fields)[b"directory"]) + sized(dict(fields)[b"name"]), identity)
    print(f"payload: {payload.hex()}\nidentity: {identity[::-1].hex()}\nflags: {flags}\nmarked: {bool(mark)}")
    for key, value in fields:
        print(f"{key.decode()}: {value.decode(errors='backslashreplace')}")


with open(sys.argv[1], "rb") as file:
    read(file.read())
