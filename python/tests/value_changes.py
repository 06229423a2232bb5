"""All that can be seen of a value, and every way to change one that numpy offers."""

import pickle
import random

import numpy as np
from value_kinds import Frame, units


def elements_of(array):
    array = np.asarray(array)
    if array.dtype.names is not None:  # padding may differ
        return [elements_of(array[name]) for name in array.dtype.names]
    return array.tolist() if array.dtype.hasobject else array.tobytes()


def described(value):
    """All that can be seen of a value."""
    if value is np.ma.masked:
        return "masked"
    if isinstance(value, (np.ndarray, np.void)):
        seen = [
            type(value).__name__,
            repr(value),
            repr(value.dtype),
            value.shape,
            str(value.dtype.names),
            value.dtype.metadata,
        ]
        if isinstance(value, np.ndarray):
            seen += [value.strides, value.flags.writeable, elements_of(value)]
        if isinstance(value, np.ma.MaskedArray):
            seen += [repr(value.mask), repr(value.fill_value), value.hardmask, elements_of(value.data)]
        for name in ("unit", "band", "edges", "notes", "wrap_angle"):
            seen.append(repr(getattr(value, name, None)))
        if hasattr(value, "columns"):
            seen += [value.columns.names, value.columns.units, [value[name].tolist() for name in value.columns.names]]
        return seen
    if isinstance(value, Frame):
        return [described(value.image), value.name]
    if type(value) in (list, tuple):
        return [type(value).__name__, *map(described, value)]
    if type(value) is dict:
        return {key: described(part) for key, part in value.items()}
    if hasattr(value, "mjd"):
        return value.mjd.tolist()
    if isinstance(value, (random.Random, np.random.Generator, np.random.RandomState)):
        return pickle.dumps(value)
    return [type(value).__name__, repr(value)]


def changes_of_arrays():
    yield lambda a: a.__setitem__(..., a.dtype.type(1))
    yield lambda a: a.__setitem__(0, a[-1])
    yield lambda a: a.fill(7)
    yield lambda a: a.sort()
    yield lambda a: a.itemset(0, 3)
    yield lambda a: a.put(0, 3)
    yield lambda a: a.__iadd__(1)
    yield lambda a: np.copyto(a, 3)
    yield lambda a: np.add(a, 1, out=a)
    yield lambda a: a.byteswap(inplace=True)
    yield lambda a: a.partition(0)
    yield lambda a: a.resize((1,), refcheck=False)
    yield lambda a: np.ndarray.view(a, np.ndarray).fill(3)
    yield lambda a: a.dtype.hasobject or memoryview(a).cast("B").__setitem__(0, 1)  # else it would write addresses
    yield lambda a: a.data.__setitem__(..., 5)
    yield lambda a: np.asarray(a).setflags(write=True) or np.asarray(a).fill(3)
    yield lambda a: a.setflags(write=True) or a.__setitem__(..., 3)
    yield lambda a: setattr(a.flags, "writeable", True) or a.fill(3)
    yield lambda a: setattr(a.base.flags, "writeable", True) or a.base.fill(3)
    yield lambda a: setattr(a.base, "shape", (1, -1))
    yield lambda a: setattr(a.base.base.flags, "writeable", True) or a.base.base.fill(3)
    yield lambda a: setattr(a, "shape", (a.size, 1))
    yield lambda a: setattr(a, "strides", (0,) * a.ndim)
    yield lambda a: setattr(a, "dtype", np.dtype("V%d" % a.dtype.itemsize))
    yield lambda a: setattr(a, "dtype", a.dtype.newbyteorder())
    yield lambda a: setattr(a.dtype, "names", tuple("xyz"[: len(a.dtype.names)]))
    yield lambda a: setattr(a.copy().dtype, "names", tuple("xyz"[: len(a.dtype.names)]))
    yield lambda a: setattr(a.dtype["p"], "names", ("x", "y", "z"))
    yield lambda a: setattr(a[:1].dtype, "names", tuple("xyz"[: len(a.dtype.names)]))
    yield lambda a: a[a.dtype.names[0]].fill(3)
    yield lambda a: a.__array_interface__["data"][0].conjugate() and setattr(a, "imag", 3)
    yield lambda a: setattr(a, "real", 3)
    yield lambda a: setattr(a.flat, "coords", 0) or a.flat.__setitem__(0, 9)


def changes_of_masks():
    yield lambda a: setattr(a, "mask", True)
    yield lambda a: setattr(a, "mask", np.ma.nomask)
    yield lambda a: a.__setitem__(0, np.ma.masked)
    yield lambda a: a.__setitem__(..., np.ma.masked)
    yield lambda a: a.mask.fill(True)
    yield lambda a: a._mask.fill(True)
    yield lambda a: setattr(a._mask.flags, "writeable", True) or a._mask.fill(True)
    yield lambda a: setattr(a._mask.base.flags, "writeable", True) or a._mask.base.fill(True)
    yield lambda a: setattr(a._mask, "shape", (a.size, 1))
    yield lambda a: setattr(a._mask.dtype, "names", ("x", "y", "z"))
    yield lambda a: setattr(a, "_mask", np.ones(a.shape, bool))
    yield lambda a: a.mask.__setitem__("f0", True)
    yield lambda a: a.harden_mask()
    yield lambda a: a.soften_mask()
    yield lambda a: a.unshare_mask().__setitem__(0, 9)
    yield lambda a: a.shrink_mask()
    yield lambda a: setattr(a, "fill_value", 3)
    yield lambda a: a.set_fill_value(4)
    yield lambda a: a._fill_value.fill(5)
    yield lambda a: a._optinfo.update(note=1)
    yield lambda a: setattr(a, "_sharedmask", True)
    yield lambda a: a.__dict__.update(_hardmask=not a._hardmask)
    yield lambda a: setattr(a, "__dict__", {})
    yield lambda a: a.__setmask__(True)
    yield lambda a: setattr(a, "recordmask", True)
    yield lambda a: setattr(a.data, "shape", (1, -1))
    yield lambda a: a._data.fill(3)


def changes_of_other_arrays():
    yield lambda a: a.__imul__(units().s)
    yield lambda a: a._set_unit(units().kg)
    yield lambda a: a.__ilshift__(units().km)
    yield lambda a: setattr(a, "_unit", None)
    yield lambda a: setattr(a, "value", 3)
    yield lambda a: setattr(a.info, "description", "mine")
    yield lambda a: setattr(a, "wrap_angle", 90 * units().deg)
    yield lambda a: a.wrap_angle.__imul__(2)
    yield lambda a: setattr(a, "band", "J")
    yield lambda a: a.edges.fill(3)
    yield lambda a: a.notes.update(b=2)
    yield lambda a: delattr(a, "band")
    yield lambda a: a.columns.change_name("x", "renamed")
    yield lambda a: a.columns.change_unit("adu", "m")
    yield lambda a: a.columns.del_col("x")
    yield lambda a: a["adu"].__setitem__(0, 9)
    yield lambda a: a["good"].fill(False)
    yield lambda a: a["x"].fill(9)
    yield lambda a: a["name"].__setitem__(0, "zz")
    yield lambda a: a.field(0).fill(3)
    yield lambda a: a.__setitem__("a", 5)
    yield lambda a: setattr(a, "f0", 5)


changes = [*changes_of_arrays(), *changes_of_masks(), *changes_of_other_arrays()]


def try_to(change, value):
    try:
        change(value)
    except Exception:  # numpy, or the class, refuses; or it has nothing of that name
        pass
