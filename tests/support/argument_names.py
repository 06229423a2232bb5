"""Names of arguments as docs/format.md has them, written from that page alone: both languages are compared with this."""

import re
import struct
import types

from xxh3 import xxh3_128


def sized(*texts):
    return b"".join(struct.pack("<Q", len(text)) + text for text in texts)


def item(letter, content=b""):
    return letter + sized(content)


def number(value):
    return value.to_bytes(((value if value >= 0 else ~value).bit_length()) // 8 + 1, "little", signed=True)


def binary64(value):
    return struct.pack("<d", value) if value == value else bytes.fromhex("000000000000f87f")


def text(value):
    return value.encode("utf-8", "surrogatepass")


def array(value):
    import numpy as np

    extents = [b"%d" % extent for extent in value.shape]
    descr = repr(np.lib.format.dtype_to_descr(value.dtype)) if value.dtype.names else value.dtype.str
    return item(b"a", sized(text(descr), *extents, xxh3_128(value.tobytes("C")).encode()))


class Elements:
    """An array, where there is no numpy: its descr, its extents, and its elements in C order."""

    def __init__(self, descr, shape, data):
        self.descr, self.shape, self.data = descr, shape, data


def elements(value):
    extents = [b"%d" % extent for extent in value.shape]
    return item(b"a", sized(text(value.descr), *extents, xxh3_128(value.data).encode()))


def made(module, name, state):
    return item(b"o", sized(text(module), text(name))) + encoded(state)


def encoded(value):
    kind = type(value)
    simple = {
        type(None): lambda: item(b"N"),
        bool: lambda: item(b"b", b"%d" % value),
        int: lambda: item(b"i", number(value)),
        float: lambda: item(b"f", binary64(value)),
        complex: lambda: item(b"c", binary64(value.real) + binary64(value.imag)),
        str: lambda: item(b"s", text(value)),
        bytes: lambda: item(b"y", value),
        tuple: lambda: b"(" + b"".join(map(encoded, value)) + b")",
        list: lambda: b"[" + b"".join(map(encoded, value)) + b"]",
        dict: lambda: b"{" + b"".join(sorted(encoded(k) + encoded(v) for k, v in value.items())) + b"}",
        set: lambda: b"<" + b"".join(sorted(map(encoded, value))) + b">",
        frozenset: lambda: made("builtins", "frozenset", set(value)),
        slice: lambda: made("builtins", "slice", (value.start, value.stop, value.step)),
        range: lambda: made("builtins", "range", (value.start, value.stop, value.step)),
        Elements: lambda: elements(value),
        bytearray: lambda: made("builtins", "bytearray", bytes(value)),
    }
    if kind in simple:
        return simple[kind]()
    by_name = {
        "PosixPath": lambda: made("pathlib", "Path", bytes(value)),
        "Decimal": lambda: made("decimal", "Decimal", str(value)),
        "Fraction": lambda: made("fractions", "Fraction", (value.numerator, value.denominator)),
        "UUID": lambda: made("uuid", "UUID", value.bytes),
        "date": lambda: made("datetime", "date", (value.year, value.month, value.day)),
        "timedelta": lambda: made("datetime", "timedelta", (value.days, value.seconds, value.microseconds)),
        "time": lambda: made("datetime", "time", (value.strftime("%H:%M:%S.%f"), value.fold, value.tzinfo)),
        "datetime": lambda: made(
            "datetime",
            "datetime",
            (value.year, value.month, value.day, value.strftime("%H:%M:%S.%f"), value.fold, value.tzinfo),
        ),
        "timezone": lambda: made("datetime", "timezone", (value.utcoffset(None), value.tzname(None))),
        "ZoneInfo": lambda: made("zoneinfo", "ZoneInfo", value.key),
    }
    if kind.__name__ in by_name:
        return by_name[kind.__name__]()
    if kind.__name__ == "ndarray":
        return array(value)
    if kind.__name__ in ("datetime64", "timedelta64"):
        import numpy as np

        return array(np.asarray(value))
    if isinstance(value, types.FunctionType):
        return item(b"g", sized(text(value.__module__), text(value.__qualname__)))
    raise TypeError(kind)


def is_plain(value):
    if type(value) is str:
        return len(value) <= 32 and all(" " <= c <= "~" and c not in "'\\/%" for c in value)
    if type(value) is float:
        return value - value == 0
    return value is None or type(value) in (bool, int) or type(value) is tuple and all(map(is_plain, value))


def written(value):
    if type(value) is tuple:
        return "(" + ",".join(map(written, value)) + ")"
    return "'" + value + "'" if type(value) is str else repr(value)


def name(*args, **kwargs):
    """What stands in the name of the entry."""
    keywords = sorted((text(key), value) for key, value in kwargs.items())
    identifiers = all(re.fullmatch("[A-Za-z0-9_]{1,32}", key) for key in kwargs)
    if identifiers and all(map(is_plain, args)) and all(map(is_plain, kwargs.values())):
        words = [written(value) for value in args] + [f"{key.decode()}={written(value)}" for key, value in keywords]
        inside = ",".join(words)
        if len(inside) <= 64:
            return f"({inside})"
    whole = b"".join(map(encoded, args)) + b"".join(b"k" + sized(key) + encoded(value) for key, value in keywords)
    return f"(#{xxh3_128(whole)})"
