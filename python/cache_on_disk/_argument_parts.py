"""What an argument is made of, as far as it names a cached value: all types but the plain ones, which the module knows.

Each part is a plain value, a container, or an object that has parts itself. docs/format.md has the encoding.
"""

from __future__ import annotations

import array
import dataclasses
import datetime
import decimal
import enum
import fractions
import functools
import os
import pathlib
import re
import sys
import types
import uuid
import weakref
import zoneinfo
from collections import OrderedDict, defaultdict, deque
from typing import Any, Callable, Optional

import numpy as np

from ._array_parts import array_parts, dtype_parts
from ._origins import module_name

Parts = tuple[Any, ...]
"""One of ("value", a value to take instead), ("array", an array with a plain dtype), ("object", module, class, what it is made of)
and ("global", module, name)."""


class CannotName(TypeError):
    """Why an argument cannot name a value."""


_plain = (type(None), bool, int, float, complex, str, bytes)
_from_nowhere = "it cannot be imported by its name"
_heap_type = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class that was made at run time
_pointer = np.dtype(np.intp).itemsize
# The classes that name values, by the names they have there; of two with one name only the first can.
_classes: weakref.WeakValueDictionary[tuple[str, str], type] = weakref.WeakValueDictionary()
_builtins = "builtins"


def argument_parts(value: Any) -> Parts:
    """Take an argument apart.

    Parameters
    ----------
    value : object
        Anything but exact instances of the types in `_plain`, tuple, list, dict, set and frozenset.

    Returns
    -------
    tuple
        See `Parts`.

    Raises
    ------
    CannotName
        If it cannot name a value.
    """
    cls = type(value)
    known = _exact.get(cls)
    if known is not None:
        return known(value)
    make_key = None if isinstance(value, type) else getattr(cls, "__cache_key__", None)
    if make_key is not None:
        return _object(cls, ("__cache_key__", make_key(value)))
    if isinstance(value, enum.Enum):
        return _enumerator(value)
    if issubclass(cls, np.generic):
        return _scalar(value)
    if issubclass(cls, np.ndarray):
        return _array_of_class(value)
    if issubclass(cls, np.dtype):
        return "object", "numpy", "dtype", _or_cannot(dtype_parts(value))
    parts = _of_library(value) or _by_name(value)
    if parts is not None:
        return parts
    if issubclass(cls, tuple) and hasattr(cls, "n_sequence_fields"):
        return _structure_sequence(value)
    for base, plain in _bases.items():
        if issubclass(cls, base):
            return _object(cls, _derived(value, base, plain(value)))
    return _dataclass(value)


def _or_cannot(parts: Optional[Any]) -> Any:
    if parts is None:
        raise CannotName("its elements are of a type that has no fixed bytes")
    return parts


def _object(cls: type, state: Any) -> Parts:
    return ("object", *_name_of_class(cls), state)


def _found(module: Any, qualname: Any) -> Any:
    """What a name leads to among the modules that are imported."""
    found = sys.modules.get(module) if isinstance(module, str) else None
    for name in qualname.split(".") if isinstance(qualname, str) and found is not None else ():
        found = getattr(found, name, None) if isinstance(found, (types.ModuleType, type)) else None
    return found


def _name_of_class(cls: type) -> tuple[str, str]:
    module = cls.__module__
    if not isinstance(module, str):
        raise CannotName("its class does not tell its module")
    name = module_name(module), cls.__qualname__
    if _found(module, cls.__qualname__) is cls:
        _classes[name] = cls
    elif _classes.setdefault(name, cls) is not cls:
        raise CannotName(f"another class is called {'.'.join(name)}, too")
    return name


def _by_name(value: Any) -> Optional[Parts]:
    """A class, function or module, which stands for itself by the name it is imported by."""
    if isinstance(value, types.ModuleType):
        if sys.modules.get(value.__name__) is not value:
            raise CannotName(_from_nowhere)
        return "global", module_name(value.__name__), ""
    if isinstance(value, types.MethodType):
        return "object", _builtins, "method", (value.__func__, value.__self__)
    if not callable(value) or isinstance(value, functools.partial):
        return None
    named: Any = getattr(value, "__dict__", {})
    qualname = getattr(value, "__qualname__", None) if isinstance(value, (type, *_functions)) else named.get("__qualname__")
    qualname = getattr(value, "__name__", None) if isinstance(value, np.ufunc) else qualname
    if not isinstance(qualname, str):
        return None
    owner = getattr(value, "__objclass__", None)
    module = getattr(value, "__module__", None) or getattr(owner, "__module__", None) or ("numpy" if isinstance(value, np.ufunc) else None)
    if _found(module, qualname) is not value:
        raise CannotName(_from_nowhere)
    return "global", module_name(str(module)), qualname


_functions = (types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType,
              types.ClassMethodDescriptorType, type(np.mean))


def _enumerator(value: enum.Enum) -> Parts:
    if isinstance(value, int):
        return "value", int.__int__(value)
    cls = type(value)
    number = value._value_
    is_member = value._name_ in cls.__members__
    if not is_member and not _is_plain(number):
        raise CannotName("it is not a member of its enumeration")
    name = value._name_ if is_member else None  # of flags put together Python before 3.11 knows none
    return _object(cls, (name, number) if _is_plain(number) else (name,))


def _is_plain(value: Any) -> bool:
    return type(value) in _plain or type(value) is tuple and all(map(_is_plain, value))


def _scalar(value: Any) -> Parts:
    cls = type(value)
    if cls in _scalars:
        return "value", value.item()
    as_array = np.asarray(value)
    if cls is np.record:
        return _object(cls, (as_array,))
    if as_array.dtype.type is cls:
        return _array(as_array)
    for base in cls.__mro__:
        if base.__module__ == "numpy" and as_array.dtype.type is base:
            return _object(cls, _derived(value, base, as_array[()]))
    raise CannotName("numpy does not know its type")


_scalars = frozenset((np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64, np.intc, np.uintc,
                      np.longlong, np.ulonglong, np.float16, np.float32, np.float64, np.complex64, np.complex128, np.str_, np.bytes_))


def _array(value: np.ndarray[Any, Any]) -> Parts:
    if value.dtype == object and not value.dtype.names:
        return "object", "numpy", "ndarray", ("|O", value.shape, list(value.flat))
    plain, parts = array_parts(value)
    if plain is not None:
        return "array", plain
    return "object", "numpy", "ndarray", _or_cannot(parts)


def _array_of_class(value: np.ndarray[Any, Any]) -> Parts:
    cls = type(value)
    if cls is np.memmap:
        return _array(np.ndarray.view(value, np.ndarray))
    if value is np.ma.masked:
        return "global", "numpy.ma", "masked"
    if isinstance(value, np.ma.MaskedArray):
        known = ("_mask", "_sharedmask", "_hardmask", "_fill_value", "_isfield", "_baseclass", "_optinfo", "_basedict")
        data = np.ma.getdata(value)
        more = {name: part for name, part in value.__dict__.items() if name not in known}
        optional: Any = value
        return _object(cls, (data, np.ma.getmaskarray(value), optional.fill_value, optional.hardmask, optional._optinfo, more))
    return _object(cls, _derived(value, np.ndarray, np.ndarray.view(value, np.ndarray)))


def _derived(value: Any, base: type, plain: Any) -> Any:
    """What an instance of a class derived from a known one is made of: that one's value, and its attributes."""
    cls = type(value)
    slots = {}
    for parent in cls.__mro__:
        if issubclass(base, parent):
            continue
        if not parent.__flags__ & _heap_type:
            raise CannotName(f"{parent.__module__}.{parent.__qualname__} may hold more than can be seen")
        for name, slot in vars(parent).items():
            if isinstance(slot, types.MemberDescriptorType):
                try:
                    slots[name] = slot.__get__(value, cls)
                except AttributeError:
                    slots[name] = NotImplemented  # empty
    with_dictionary = _size_with_dictionary(base)
    if cls.__basicsize__ - _pointer * len(slots) not in (base.__basicsize__, base.__basicsize__ + _pointer, with_dictionary):
        raise CannotName("its class may hold more than can be seen")
    attributes = {**_attributes(value), **slots}
    return (plain, attributes) if attributes else (plain,)


@functools.lru_cache(maxsize=None)
def _size_with_dictionary(base: type) -> int:
    return type("WithDictionary", (base,), {}).__basicsize__


def _attributes(value: Any) -> dict[str, Any]:
    attributes = getattr(value, "__dict__", None)
    if type(attributes) is not dict:
        return {}
    kept = {}
    for name, part in attributes.items():
        behind = next((vars(parent)[name] for parent in type(value).__mro__ if name in vars(parent)), None)
        if isinstance(behind, functools.cached_property):  # follows from the others
            continue
        if name == "info" and type(part).__module__.startswith("astropy."):  # a description, for tables
            continue
        kept[name] = part
    return kept


def _of_library(value: Any) -> Optional[Parts]:
    """Units of astropy (its quantities are arrays with an attribute), and zones of pytz."""
    if isinstance(value, datetime.tzinfo) and type(value).__module__.split(".")[0] == "pytz":
        return _object(type(value), (getattr(value, "zone", None), repr(value)))
    units: Any = sys.modules.get("astropy.units")
    if units is None or not hasattr(units, "StructuredUnit"):
        return None
    if isinstance(value, units.StructuredUnit):
        return "object", "astropy.units", "StructuredUnit", (tuple(value.field_names), tuple(value.values()))
    if isinstance(value, units.function.FunctionUnitBase):
        return _object(type(value), (value.physical_unit, value.function_unit))
    if isinstance(value, units.UnitBase):
        one = value.decompose()
        name = getattr(value, "name", None) if not isinstance(value, units.CompositeUnit) else None
        return "object", "astropy.units", "Unit", (name, *_products(value), *_products(one))
    return None


def _products(unit: Any) -> tuple[Any, ...]:
    return unit.scale, tuple(base.name for base in unit.bases), tuple(unit.powers)


def _dataclass(value: Any) -> Parts:
    cls = type(value)
    parameters = vars(cls).get("__dataclass_params__")
    if parameters is not None:
        if not parameters.frozen:
            raise CannotName("its dataclass is not frozen")
        return _object(cls, {field.name: object.__getattribute__(value, field.name) for field in dataclasses.fields(value)})
    raise CannotName("nothing is known of how its instances differ")


def _structure_sequence(value: Any) -> Parts:
    """os.stat_result and its like, which hold more than the tuple shows."""
    _, (visible, hidden) = value.__reduce__()
    return _object(type(value), (tuple(visible), hidden))


def _tuple_of(value: Any) -> Any:
    return tuple(tuple.__iter__(value))


def _time(value: Any) -> Any:
    text = f"{value.hour:02}:{value.minute:02}:{value.second:02}.{value.microsecond:06}"
    return text, value.fold, value.tzinfo


def _datetime(value: Any) -> Any:
    return (value.year, value.month, value.day, *_time(value))


def _zone(value: Any) -> Parts:
    if value.key is None:
        raise CannotName("its zone was read from a file and has no name")
    return "object", "zoneinfo", "ZoneInfo", value.key


def _path(name: str) -> Callable[[Any], Parts]:
    def parts(value: pathlib.PurePath) -> Parts:
        try:
            return "object", "pathlib", name, os.fsencode(value)
        except UnicodeEncodeError:
            raise CannotName("it cannot be the name of a file") from None

    return parts


def _made(cls: type, state: Callable[[Any], Any]) -> Callable[[Any], Parts]:
    module, name = cls.__module__, cls.__qualname__
    return lambda value: ("object", module, name, state(value))


def _singleton(name: str) -> Callable[[Any], Parts]:
    return lambda value: ("global", _builtins, name)


# Classes whose instances cannot be other than these say.
_exact: dict[type, Callable[[Any], Parts]] = {
    np.ndarray: _array,
    pathlib.PosixPath: _path("Path"),
    pathlib.PurePosixPath: _path("PurePosixPath"),
    pathlib.PureWindowsPath: _path("PureWindowsPath"),
    slice: _made(slice, lambda v: (v.start, v.stop, v.step)),
    range: _made(range, lambda v: (v.start, v.stop, v.step)),
    bytearray: _made(bytearray, bytes),
    type(...): _singleton("Ellipsis"),
    type(NotImplemented): _singleton("NotImplemented"),
    deque: _made(deque, lambda v: (list(v), v.maxlen)),
    OrderedDict: _made(OrderedDict, lambda v: list(v.items())),
    defaultdict: _made(defaultdict, lambda v: (v.default_factory, dict(v))),
    array.array: _made(array.array, lambda v: (v.typecode, v.tobytes())),
    datetime.date: _made(datetime.date, lambda v: (v.year, v.month, v.day)),
    datetime.time: _made(datetime.time, _time),
    datetime.datetime: _made(datetime.datetime, _datetime),
    datetime.timedelta: _made(datetime.timedelta, lambda v: (v.days, v.seconds, v.microseconds)),
    datetime.timezone: _made(datetime.timezone, lambda v: (v.utcoffset(None), v.tzname(None))),
    decimal.Decimal: lambda v: ("object", "decimal", "Decimal", str(v)),
    fractions.Fraction: _made(fractions.Fraction, lambda v: (v.numerator, v.denominator)),
    uuid.UUID: _made(uuid.UUID, lambda v: v.bytes),
    types.SimpleNamespace: _made(types.SimpleNamespace, lambda v: dict(v.__dict__)),
    functools.partial: _made(functools.partial, lambda v: (v.func, v.args, v.keywords)),
    re.Pattern: _made(re.Pattern, lambda v: (v.pattern, v.flags)),
    zoneinfo.ZoneInfo: _zone,
}

# Classes that others are derived from, and what an instance is as one of them.
_bases: dict[type, Callable[[Any], Any]] = {
    int: int.__int__,
    float: float.__float__,
    complex: lambda v: complex.__pos__(v),
    str: str.__str__,
    bytes: lambda v: bytes(memoryview(v)),
    bytearray: lambda v: bytearray(memoryview(v)),
    tuple: _tuple_of,
    list: lambda v: list(list.__iter__(v)),
    OrderedDict: lambda v: list(OrderedDict.items(v)),
    dict: lambda v: {key: dict.__getitem__(v, key) for key in dict.__iter__(v)},
    set: lambda v: set(set.__iter__(v)),
    frozenset: lambda v: set(frozenset.__iter__(v)),
    deque: lambda v: (list(deque.__iter__(v)), v.maxlen),
    datetime.datetime: _datetime,
    datetime.date: lambda v: (v.year, v.month, v.day),
    datetime.time: _time,
    datetime.timedelta: lambda v: (v.days, v.seconds, v.microseconds),
    datetime.tzinfo: lambda v: None,
    decimal.Decimal: lambda v: decimal.Decimal.__str__(v),
    fractions.Fraction: lambda v: (v.numerator, v.denominator),
    uuid.UUID: lambda v: v.bytes,
    pathlib.PosixPath: os.fsencode,
    pathlib.Path: os.fsencode,
    pathlib.PurePosixPath: os.fsencode,
    pathlib.PurePath: os.fsencode,
}
