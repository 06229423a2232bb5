"""The parts of an argument that name a cached value: for all types but the plain ones, which the compiled module encodes.

Each part is a plain value, a container, or an object that has parts itself. docs/format.md has the encoding.
"""

from __future__ import annotations

import dataclasses
import datetime
import enum
import functools
import sys
import types
from typing import Any, Optional

import numpy as np

from ._array_parts import array_parts, dtype_parts
from ._dtypes import plain_scalars
from ._importable import CannotName, Parts, by_name, object_parts
from ._standard_types import bases, exact

_plain = (type(None), bool, int, float, complex, str, bytes)
_heap_type = 1 << 9  # Py_TPFLAGS_HEAPTYPE: a class that was made at run time
_pointer = np.dtype(np.intp).itemsize


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
    if cls is np.ndarray:
        return _array(value)
    known = exact.get(cls)
    if known is not None:
        return known(value)
    make_key = None if isinstance(value, type) else getattr(cls, "__cache_key__", None)
    if make_key is not None:
        return object_parts(cls, ("__cache_key__", make_key(value)))
    if isinstance(value, enum.Enum):
        return _enumerator(value)
    if issubclass(cls, np.generic):
        return _scalar(value)
    if issubclass(cls, np.ndarray):
        return _array_of_class(value)
    if issubclass(cls, np.dtype):
        return "object", "numpy", "dtype", _or_cannot(dtype_parts(value))
    parts = _of_library(value) or by_name(value)
    if parts is not None:
        return parts
    if issubclass(cls, tuple) and hasattr(cls, "n_sequence_fields"):
        return _structure_sequence(value)
    for base, plain in bases.items():
        if issubclass(cls, base):
            return object_parts(cls, _derived(value, base, plain(value)))
    return _dataclass(value)


def _or_cannot(parts: Optional[Any]) -> Any:
    if parts is None:
        raise CannotName("its elements are of a type that has no fixed bytes")
    return parts


def _enumerator(value: enum.Enum) -> Parts:
    if isinstance(value, int):
        return "value", int.__int__(value)
    cls = type(value)
    number = value._value_
    is_member = value._name_ in cls.__members__
    if not is_member and not _is_plain(number):
        raise CannotName("it is not a member of its enumeration")
    name = value._name_ if is_member else None  # of flags put together Python before 3.11 knows none
    return object_parts(cls, (name, number) if _is_plain(number) else (name,))


def _is_plain(value: Any) -> bool:
    return type(value) in _plain or type(value) is tuple and all(map(_is_plain, value))


def _scalar(value: Any) -> Parts:
    cls = type(value)
    if cls in plain_scalars:
        return "value", value.item()
    as_array = np.asarray(value)
    if cls is np.record:
        return object_parts(cls, (as_array,))
    if as_array.dtype.type is cls:
        return _array(as_array)
    for base in cls.__mro__:
        if base.__module__ == "numpy" and as_array.dtype.type is base:
            return object_parts(cls, _derived(value, base, as_array[()]))
    raise CannotName("numpy does not know its type")


def _array(value: np.ndarray[Any, Any]) -> Parts:
    if value.dtype.type in plain_scalars and value.dtype.metadata is None:
        return "array", value  # nearly all are: what array_parts finds out takes longer
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
    constants: Any = sys.modules.get("astropy.constants")
    if constants is not None and isinstance(value, constants.Constant):
        # Which fills its attributes when they are asked for.
        names = ("abbrev", "name", "unit", "uncertainty", "reference", "system")
        described = [getattr(value, name) for name in names]
        return object_parts(cls, (np.ndarray.view(value, np.ndarray), *described))
    if isinstance(value, np.ma.MaskedArray):
        known = ("_mask", "_sharedmask", "_hardmask", "_fill_value", "_isfield", "_baseclass", "_optinfo", "_basedict")
        data = np.ma.getdata(value)
        more = {name: part for name, part in value.__dict__.items() if name not in known}
        optional: Any = value
        masked = np.ma.getmaskarray(value), optional.fill_value, optional.hardmask, optional._optinfo
        return object_parts(cls, (data, *masked, more))
    return object_parts(cls, _derived(value, np.ndarray, np.ndarray.view(value, np.ndarray)))


def _derived(value: Any, base: type, plain: Any) -> Any:
    """The parts of an instance of a class derived from a known one: the value of the base class, and the attributes."""
    attributes = _all_attributes(value, base)
    return (plain, attributes) if attributes else (plain,)


def _all_attributes(value: Any, base: type) -> dict[str, Any]:
    """The attributes that an instance of a class derived from `base` adds, in its dictionary and in slots."""
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
    plain = base.__basicsize__
    if cls.__basicsize__ - _pointer * len(slots) not in (plain, plain + _pointer, _size_with_dictionary(base)):
        raise CannotName("its class may hold more than can be seen")
    return {**_attributes(value), **slots}


@functools.cache
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
        return object_parts(type(value), (getattr(value, "zone", None), repr(value)))
    units: Any = sys.modules.get("astropy.units")
    if units is None or not hasattr(units, "StructuredUnit"):
        return None
    if isinstance(value, units.StructuredUnit):
        return "object", "astropy.units", "StructuredUnit", (tuple(value.field_names), tuple(value.values()))
    if isinstance(value, units.function.FunctionUnitBase):
        return object_parts(type(value), (value.physical_unit, value.function_unit))
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
        fields = {field.name: object.__getattribute__(value, field.name) for field in dataclasses.fields(value)}
        more = {name: part for name, part in _all_attributes(value, object).items() if name not in fields}
        # __post_init__ may make more than there are fields.
        return object_parts(cls, (fields, more) if more else fields)
    raise CannotName("nothing is known of how its instances differ")


def _structure_sequence(value: Any) -> Parts:
    """os.stat_result and the like, which hold more than the tuple shows."""
    _, (visible, hidden) = value.__reduce__()
    return object_parts(type(value), (tuple(visible), hidden))
