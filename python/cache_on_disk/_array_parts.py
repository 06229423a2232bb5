"""Arrays and dtypes as arguments: those that numpy's formats do not tell apart, or not without a warning."""

from __future__ import annotations

from typing import Any, Optional

import numpy as np

_kinds = frozenset("biufcmMSUV")


def array_parts(value: np.ndarray[Any, Any]) -> tuple[Optional[np.ndarray[Any, Any]], Any]:
    """An array as an .npy header can describe it, else its parts; neither if its elements have no fixed bytes."""
    dtype = value.dtype
    if dtype.kind != "V" and dtype.kind in _kinds and dtype.type.__module__ == "numpy" and dtype.metadata is None:
        return value, None
    if dtype.hasobject:
        return None, None
    bare = _bare(dtype)
    if bare is None:
        parts = dtype_parts(dtype)
        if parts is None:
            return None, None
        return None, (parts, value.shape, _meaningful_bytes(value))
    return value.view(bare), None


def dtype_parts(dtype: np.dtype[Any]) -> Any:
    """The parts of a dtype; None if its elements have no fixed bytes."""
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        inner = dtype_parts(base)
        return None if inner is None else (inner, shape)
    own_type = None if dtype.type.__module__ == "numpy" else (dtype.type.__module__, dtype.type.__qualname__)
    if dtype.names is None:
        # Dtypes of the newest kind may have parameters that are not known here.
        return (dtype.str, own_type) if getattr(type(dtype), "_legacy", True) else None
    fields = []
    for name in dtype.names:
        part, offset, *title = _fields(dtype)[name]
        inner = dtype_parts(part)
        if inner is None:
            return None
        fields.append((name, title[0] if title else None, offset, inner))
    kind = "record" if dtype.type is np.record else "structure"
    return kind, dtype.itemsize, tuple(fields)


def _fields(dtype: np.dtype[Any]) -> Any:
    return dtype.fields


def _bare(dtype: np.dtype[Any]) -> Optional[np.dtype[Any]]:
    """The dtype without metadata, if an .npy header can describe it, whole and in order."""
    if dtype.subdtype is not None:
        base, shape = dtype.subdtype
        inner = _bare(base)
        return None if inner is None else np.dtype((inner, shape))
    if dtype.kind not in _kinds or dtype.type.__module__ != "numpy":
        return None
    if dtype.names is None:
        return np.dtype(dtype.str)
    formats, offsets, titles = [], [], []
    end = 0
    for name in dtype.names:
        part, offset, *title = _fields(dtype)[name]
        inner = _bare(part)
        if inner is None or offset < end or title and type(title[0]) is not str:
            return None
        formats.append(inner)
        offsets.append(offset)
        titles.append(title[0] if title else None)
        end = offset + inner.itemsize
    return np.dtype(
        {
            "names": list(dtype.names),
            "formats": formats,
            "offsets": offsets,
            "titles": titles,
            "itemsize": dtype.itemsize,
        }
    )


def _meaningful_bytes(value: np.ndarray[Any, Any]) -> bytes:
    """The elements in C order, with zeros where they are padded."""
    size = value.dtype.itemsize
    rows = np.frombuffer(value.tobytes(), np.uint8).reshape(-1, size).copy() if size else np.zeros((0, 0), np.uint8)
    if size:
        meaningful = np.zeros(size, bool)
        _mark(value.dtype, 0, meaningful)
        rows[:, ~meaningful] = 0
    return rows.tobytes()


def _mark(dtype: np.dtype[Any], offset: int, meaningful: np.ndarray[Any, Any]) -> None:
    if dtype.subdtype is not None:
        base = dtype.subdtype[0]
        for place in range(0, dtype.itemsize if base.itemsize else 0, base.itemsize or 1):
            _mark(base, offset + place, meaningful)
    elif dtype.names is not None:
        for name in dtype.names:
            field = _fields(dtype)[name]
            _mark(field[0], offset + field[1], meaningful)
    elif dtype.kind in "fc" and dtype.type in (np.longdouble, np.clongdouble) and np.finfo(np.longdouble).nmant == 63:
        number = np.dtype(np.longdouble).itemsize
        for start in range(offset, offset + dtype.itemsize, number):
            first = start if dtype.isnative else start + number - 10
            meaningful[first : first + 10] = True
    else:
        meaningful[offset : offset + dtype.itemsize] = True
