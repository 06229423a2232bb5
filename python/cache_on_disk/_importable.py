"""The names by which classes, functions and modules are imported, which tell them apart as arguments."""

from __future__ import annotations

import functools
import sys
import types
import weakref
from typing import Any, Optional

import numpy as np

from ._origins import module_name

Parts = tuple[Any, ...]
"""One of ("value", a value to take instead), ("array", an array with a plain dtype), ("object", module, class, what it is made of)
and ("global", module, name)."""


class CannotName(TypeError):
    """Why an argument cannot name a value."""


_from_nowhere = "it cannot be imported by its name"
# The classes whose instances name values, by their names there. Of two classes with one name only the first can.
_classes: weakref.WeakValueDictionary[tuple[str, str], type] = weakref.WeakValueDictionary()
builtins = "builtins"


def object_parts(cls: type, state: Any) -> Parts:
    """The parts of an instance of a class. Raises CannotName for a class that has no name of its own."""
    return ("object", *name_of_class(cls), state)


def _found(module: Any, qualname: Any) -> Any:
    """What a name leads to among the modules that are imported."""
    found = sys.modules.get(module) if isinstance(module, str) else None
    for name in qualname.split(".") if isinstance(qualname, str) and found is not None else ():
        found = getattr(found, name, None) if isinstance(found, (types.ModuleType, type)) else None
    return found


def name_of_class(cls: type) -> tuple[str, str]:
    """Module and qualified name. Raises CannotName."""
    module = cls.__module__
    if not isinstance(module, str):
        raise CannotName("its class does not tell its module")
    name = module_name(module), cls.__qualname__
    if _found(module, cls.__qualname__) is cls:
        _classes[name] = cls
    elif _classes.setdefault(name, cls) is not cls:
        raise CannotName(f"another class is called {'.'.join(name)}, too")
    return name


def by_name(value: Any) -> Optional[Parts]:
    """A class, function or module as an argument: the name by which it is imported."""
    if isinstance(value, types.ModuleType):
        if sys.modules.get(value.__name__) is not value:
            raise CannotName(_from_nowhere)
        return "global", module_name(value.__name__), ""
    if isinstance(value, types.MethodType):
        return "object", builtins, "method", (value.__func__, value.__self__)
    if not callable(value) or isinstance(value, functools.partial):
        return None
    is_ufunc = isinstance(value, np.ufunc)
    if is_ufunc or isinstance(value, (type, *_functions)):
        qualname = getattr(value, "__name__" if is_ufunc else "__qualname__", None)
    else:
        qualname = getattr(value, "__dict__", {}).get("__qualname__")
    if not isinstance(qualname, str):
        return None
    owner = getattr(value, "__objclass__", None)
    module = getattr(value, "__module__", None) or getattr(owner, "__module__", None) or ("numpy" if is_ufunc else None)
    if _found(module, qualname) is not value:
        raise CannotName(_from_nowhere)
    return "global", module_name(str(module)), qualname


_functions = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
    types.ClassMethodDescriptorType,
    type(np.mean),
)
