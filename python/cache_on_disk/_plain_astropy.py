"""Quantities, units and times of astropy in pickles of plain data.

They are read where astropy is installed, by its own classes. Classes that others derive from them are refused, no unit is added
to those that astropy knows, and none of those is changed. The attributes that a state may have are listed one by one; objects
that it refers to must be complete before, so that no unit is made of itself.
"""

from __future__ import annotations

import re
from fractions import Fraction
from importlib import import_module
from typing import Any, Callable

import numpy as np

from ._plain_checks import check_array, refuse

_angles = {"Angle", "Longitude", "Latitude"}
# The very modules, of old and new versions of astropy: nothing else is imported for a pickle.
_names = {
    "astropy.units.core": {"_recreate_irreducible_unit", "IrreducibleUnit", "PrefixUnit", "Unit", "CompositeUnit"},
    "astropy.units.function.mixin": {"RegularFunctionUnit", "IrreducibleFunctionUnit"},
    "astropy.units.function.logarithmic": {"MagUnit", "DexUnit", "DecibelUnit", "Magnitude", "Dex", "Decibel"},
    "astropy.units.quantity": {"Quantity"},
    "astropy.units": {"Quantity"},
    "astropy.coordinates.angles": _angles,
    "astropy.coordinates.angles.core": _angles,
    "astropy.coordinates.distances": {"Distance"},
    "astropy.coordinates.earth": {"EarthLocation"},
    "astropy.time.core": {"Time", "TimeDelta"},
}
_time_format = re.compile(r"Time[A-Za-z0-9]*")
# A unit as text: names with powers, and factors. No power of a power or of a number but 10: Python works those out exactly.
_unit_text = re.compile(
    r"(?:10(?:\*\*|\^)?[-+]?\d{1,3}|\d{1,18}(?:\.\d{1,18})?(?:e[-+]?\d{1,3})?|[^\W\d]+(?:(?:\*\*|\^)?[-+]?\d{1,3})?"
    r"|(?:\*\*|\^)\([-+]?\d{1,3}(?:/\d{1,3})?\)|[%°*/. (]|\)(?!\s*[\d*^]))*"
)
_longest_unit = 200


def is_known(module: str, name: str) -> bool:
    """Whether a name that a pickle asks for is one of those that are read."""
    if module == "astropy.time.formats":
        return _time_format.fullmatch(name) is not None
    return name in _names.get(module, ())


def is_instance(value: Any) -> bool:
    """Whether it is an object whose state is checked here."""
    return type(value).__module__.partition(".")[0] == "astropy"


def _of(module: str, name: str) -> Any:
    return getattr(import_module(f"astropy.{module}"), name)


def _is_unit(value: Any) -> bool:
    return isinstance(value, (_of("units", "UnitBase"), _of("units.function", "FunctionUnitBase")))


def _is_time_format(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, _of("time", "TimeFormat"))


def _is_number(value: Any) -> bool:
    if isinstance(value, Fraction):
        return _is_number(value.numerator) and _is_number(value.denominator)
    return type(value) in (float, complex) or type(value) is int and abs(value) < 10**18


def irreducible_unit(kind: Any, names: Any, registered: Any) -> Any:
    """In place of astropy's own function, which would add a unit to those that it knows."""
    is_class = isinstance(kind, type) and issubclass(kind, _of("units", "IrreducibleUnit"))
    if not is_class or not _is_texts(names) or not names:
        refuse("a unit without a name")
    registry: dict[str, Any] = _of("units", "get_current_unit_registry")().registry
    known = registry.get(names[0])
    return known if known is not None else kind(list(names))


def _is_text(value: Any) -> bool:
    return type(value) is str


def _is_texts(value: Any) -> bool:
    return type(value) in (list, tuple) and all(map(_is_text, value))


def _are_days(value: Any) -> bool:
    return type(value) is np.ndarray and value.dtype.kind == "f" or type(value) in (float, np.float64)


def _is_class_of_units(value: Any) -> bool:
    return isinstance(value, type) and issubclass(value, _of("units.function", "FunctionUnitBase"))


class States:
    """Gives the objects of astropy in a pickle their states, and knows which have one."""

    def __init__(self) -> None:
        self._complete: dict[int, Any] = {}

    def check_call(self, function: Any, arguments: tuple[Any, ...]) -> None:
        """Refuse arguments that the callable does not have in a pickle of its own."""
        if function is irreducible_unit:
            if len(arguments) != 3:
                refuse("a unit without a name")
        elif not isinstance(function, type):
            refuse("a function of astropy")
        elif issubclass(function, np.ndarray):
            self._check_quantity(arguments)
        elif function.__name__ in ("Time", "TimeDelta"):
            if len(arguments) != 1 or not self._is_format(arguments[0]):
                refuse("a time that is not made of days")
        elif arguments:
            refuse(f"a {function.__name__} with arguments")

    def made(self, function: Any, value: Any) -> None:
        """Take note of what a call made that needs no state."""
        if function is irreducible_unit or isinstance(value, np.ndarray) and value.size:
            self._complete[id(value)] = value

    def build(self, target: Any, state: Any) -> None:
        """Give an object its state."""
        if isinstance(target, np.ndarray):
            if type(state) is not tuple or len(state) != 2:
                refuse("a state that no quantity has")
            array_state, attributes = state
            check_array(array_state)
            if array_state[2].hasobject:
                refuse("a quantity of objects")
            np.ndarray.__setstate__(target, array_state)
        else:
            attributes = state
            if id(target) in self._complete:
                if type(target).__name__.startswith("Irreducible"):
                    return  # astropy knows the unit, or it has its name
                refuse("a second state")
        if type(attributes) is not dict:
            refuse(f"a state that no {type(target).__name__} has")
        target.__dict__.update({name: value for name, value in attributes.items() if self._takes(target, name, value)})
        self._check_whole(target)
        self._complete[id(target)] = target

    def _check_quantity(self, arguments: tuple[Any, ...]) -> None:
        # As the C++ library writes it: the array or number, the unit as text, and the dtype.
        if len(arguments) not in (2, 3) or not all(isinstance(dtype, np.dtype) for dtype in arguments[2:]):
            refuse("a quantity that is not made of an array and a unit")
        numbers = arguments[0]
        is_array = type(numbers) is np.ndarray and numbers.dtype.kind in "iufc"
        if not is_array and type(numbers) not in (float, complex):
            refuse("a quantity that is not made of numbers")
        unit = arguments[1]
        if not _is_text(unit) or len(unit) > _longest_unit or not _unit_text.fullmatch(unit):
            refuse("a unit that is long to work out")

    def _takes(self, target: Any, name: Any, value: Any) -> bool:
        """Whether an attribute is kept; what is worked out again where it is missing is not."""
        if name in ("_decomposed_cache", "_hash", "_type_id", "_physical_type_id"):
            return False
        check = self._attributes.get(name) if type(name) is str else None
        if check is None or not check(self, value):
            refuse(f"the attribute {name!r} of a {type(target).__name__}")
        return True

    def _check_whole(self, target: Any) -> None:
        held = target.__dict__
        if isinstance(target, np.ndarray):
            complete = "_unit" in held
        elif _is_time_format(type(target)):
            complete = {"_jd1", "_jd2", "_scale"} <= set(held) and held["_jd1"].shape == held["_jd2"].shape
        elif type(target).__name__ == "CompositeUnit":
            complete = {"_scale", "_bases", "_powers"} <= set(held) and len(held["_bases"]) == len(held["_powers"])
            held["_decomposed_cache"] = None
        elif type(target).__name__.startswith("Time"):
            complete = {"_time", "_format"} <= set(held)
        elif "_physical_unit" in held:
            complete = True
        else:
            complete = {"_represents", "_names"} <= set(held) and bool(held["_names"])
        if not complete:
            refuse(f"half of a {type(target).__name__}")

    def _is_complete(self, value: Any) -> bool:
        return self._complete.get(id(value)) is value

    def _is_unit(self, value: Any) -> bool:
        return self._is_complete(value) and _is_unit(value)

    def _are_units(self, value: Any) -> bool:
        return type(value) is list and all(map(self._is_unit, value))

    def _are_numbers(self, value: Any) -> bool:
        return type(value) is list and all(map(_is_number, value))

    def _are_formats(self, value: Any) -> bool:
        return type(value) is dict and all(map(_is_text, value)) and all(map(_is_text, value.values()))

    def _is_quantity(self, value: Any) -> bool:
        return self._is_complete(value) and isinstance(value, np.ndarray)

    def _is_format(self, value: Any) -> bool:
        return self._is_complete(value) and _is_time_format(type(value))

    _attributes: dict[str, Callable[[Any, Any], bool]] = {
        **dict.fromkeys(
            ("_unit", "_represents", "_default_function_unit", "_physical_unit", "_function_unit"), _is_unit
        ),
        **dict.fromkeys(("_names", "_short_names", "_long_names", "SCALES"), lambda self, value: _is_texts(value)),
        **dict.fromkeys(("_jd1", "_jd2", "_delta_ut1_utc", "_delta_tdb_tt"), lambda self, value: _are_days(value)),
        **dict.fromkeys(("_in_subfmt", "_out_subfmt"), lambda self, value: _is_text(value)),
        **dict.fromkeys(("_ellipsoid", "__doc__"), lambda self, value: value is None or _is_text(value)),
        "_wrap_angle": _is_quantity,
        "_format": lambda self, value: _is_text(value) or self._are_formats(value),
        "_bases": _are_units,
        "_powers": _are_numbers,
        "_scale": lambda self, value: value is None or _is_text(value) or _is_number(value),
        "_function_unit_class": lambda self, value: _is_class_of_units(value),
        "_precision": lambda self, value: type(value) is int,
        "_time": _is_format,
        "_location": lambda self, value: value is None or self._is_quantity(value),
    }
