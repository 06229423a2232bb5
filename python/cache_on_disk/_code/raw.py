"""Looking into objects without running anything of theirs: no property, `__getattr__`, `__class__`, `__eq__` or `__repr__`.

Types are asked by the descriptors of `type` itself, modules by those of ModuleType, so that what metaclasses and lazy modules
define is passed by. `isinstance` asks an object for its `__class__`; `is_a` does not.
"""

from __future__ import annotations

import functools
import sys
import types
from typing import Any, Callable, Mapping, Optional

_get_mro = type.__dict__["__mro__"].__get__
_get_class_dict = type.__dict__["__dict__"].__get__
_get_qualname = type.__dict__["__qualname__"].__get__
_get_module_dict = vars(types.ModuleType)["__dict__"].__get__
_no_names: Mapping[str, Any] = types.MappingProxyType({})


def is_a(value: object, kind: type) -> bool:
    """Whether the value is of a built-in type or of one that is derived from it."""
    return issubclass(type(value), kind)


def mro(cls: type) -> tuple[type, ...]:
    found: tuple[type, ...] = _get_mro(cls)
    return found


def class_names(cls: type) -> Mapping[str, Any]:
    """The class's own dictionary."""
    names: Mapping[str, Any] = _get_class_dict(cls)
    return names


def qualname(cls: type) -> str:
    return exact(_get_qualname(cls))


def module_names(module: object) -> Mapping[str, Any]:
    """`vars(module)`; empty for what is not a module."""
    names = _get_module_dict(module) if is_a(module, types.ModuleType) else None
    return names if type(names) is dict else _no_names


def loaded(name: object) -> Mapping[str, Any]:
    """`vars` of a module that has been imported."""
    return module_names(sys.modules.get(name)) if type(name) is str else _no_names


def text(names: Mapping[str, Any], key: str) -> str:
    """A value that is a str; otherwise ""."""
    value = names.get(key)
    return value if type(value) is str else ""


def exact(value: str) -> str:
    """The same text as a plain str, whatever class it is of."""
    return str.__str__(value)


def class_module(cls: type) -> str:
    return text(class_names(cls), "__module__")


def instance_names(value: object) -> Mapping[str, Any]:
    """The dictionary of an instance, where its class has the usual one."""
    for cls in mro(type(value)):
        if "__dict__" in class_names(cls):
            getter = class_names(cls)["__dict__"]
            if type(getter) is not types.GetSetDescriptorType:
                return _no_names
            found = getter.__get__(value)
            return found if type(found) is dict else _no_names
    return _no_names


def cell_value(cell: types.CellType) -> object:
    """What a closure's cell holds; None for an empty one."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def closure(function: types.FunctionType) -> dict[str, object]:
    """Names and values of the cells of a function."""
    cells = function.__closure__ or ()
    return {name: cell_value(cell) for name, cell in zip(function.__code__.co_freevars, cells)}


def _cached_function() -> Optional[type]:
    return loaded("cache_on_disk._core").get("CachedFunction")


_getters: list[tuple[type, tuple[Callable[[Any], object], ...]]] = [
    (kind, tuple(kind.__dict__[name].__get__ for name in names))
    for kind, names in (
        (staticmethod, ("__func__",)),
        (classmethod, ("__func__",)),
        (types.MethodType, ("__func__",)),
        (functools.partial, ("func", "args", "keywords")),
    )
]


def inside(value: object) -> list[object]:
    """What a wrapper stands for: the functions that calling it calls, and what they are given."""
    if type(value) is types.FunctionType:
        wrapped = value.__dict__.get("__wrapped__")
        return [] if wrapped is None else [wrapped]
    if type(value) is _cached_function():
        return [value.__wrapped__]  # type: ignore[attr-defined]
    for kind, getters in _getters:
        if is_a(value, kind):
            found = [get(value) for get in getters]
            if kind is functools.partial:
                return [found[0], *_plain_items(found[1]), *_plain_items(found[2])]
            return found
    if is_a(value, property):
        return []  # read and set are told apart: see accessors()
    names = instance_names(value)
    if is_a(value, functools.partialmethod):
        return [names.get("func"), *_plain_items(names.get("args")), *_plain_items(names.get("keywords"))]
    if type(value) is functools.cached_property:
        return [names.get("func")]
    return [names[name] for name in ("__wrapped__", "py_func", "pyfunc", "fget", "func") if name in names]


def _plain_items(value: object) -> list[object]:
    if type(value) is tuple:
        return list(value)
    return list(value.values()) if type(value) is dict else []


_property_getters = tuple(property.__dict__[name].__get__ for name in ("fget", "fset", "fdel"))


def accessors(value: object) -> Optional[tuple[object, object, object]]:
    """The functions of a property; None for anything else."""
    if not is_a(value, property):
        return None
    get, set_, delete = (getter(value) for getter in _property_getters)
    return get, set_, delete
