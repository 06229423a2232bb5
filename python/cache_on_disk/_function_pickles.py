"""How a cached function travels to another process.

It travels by its name, as a function does; or by value, where its module cannot be imported there: cloudpickle and dill send the
classes of ``__main__`` and of notebooks so. The pickler decides: it gets a plain function, the *carrier*, whose name lies below
that of the cached function.
"""

from __future__ import annotations

import types
import weakref
from typing import Any

from . import _core
from ._functions import cached_function
from ._origins import found, is_main, main_name

_by_carrier: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()
_made_again = (
    "__wrapped__",
    "cacher_list",
    "_options",
    "_home",
    "_carrier_made",
    "_is_coroutine",
    "_is_coroutine_mark",
)
_parts_of_functions = ("__annotations__", "__kwdefaults__", "__doc__", "__module__")


def carrier_of(cached: Any) -> Any:
    """The carrier of a cached function: always the same one."""
    function = cached.__wrapped__
    if type(function) is not types.FunctionType:
        return function
    carrier = cached.__dict__.get("_carrier_made")
    if carrier is None:
        carrier = types.FunctionType(
            function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
        )
        for name in _parts_of_functions:
            setattr(carrier, name, getattr(function, name))
        carrier.__dict__.update(function.__dict__)
        carrier.__qualname__ = f"{cached.__qualname__}._carrier"
        cached.__dict__["_carrier_made"] = carrier
        _by_carrier[id(carrier)] = cached
    return carrier


def reduced(cached: Any, protocol: int) -> Any:
    """What ``__reduce_ex__`` gives."""
    module = cached.__dict__.get("__module__")
    # Older protocols reach a nested name through the object that holds it, and only functions have carriers with names.
    is_function = type(cached.__wrapped__) is types.FunctionType
    if protocol < 4 or (not is_function and found(module, cached.__qualname__) is cached):
        return cached.__qualname__
    home = cached.__dict__.get("_home") or (main_name(module) if is_main(module) else None)
    in_class = _core.anchor_of(cached) is None
    changed = {
        name: value
        for name, value in cached.__dict__.items()
        if name not in _made_again and getattr(cached.__wrapped__, name, ...) is not value
    }
    return (
        rebuilt,
        (carrier_of(cached), cached.__dict__["_options"], cached.__qualname__, home, in_class),
        changed or None,
    )


def rebuilt(carrier: Any, options: Any, qualname: str, home: Any, in_class: bool) -> Any:
    """The cached function of a carrier: the one it was made for, or what is made of it here."""
    known = _by_carrier.get(id(carrier))
    if known is not None and (known.__dict__.get("_carrier_made") is carrier or known.__wrapped__ is carrier):
        return known
    if type(carrier) is types.FunctionType:
        carrier.__qualname__ = qualname
    cached = cached_function(carrier, options, home=home)
    if in_class:
        cached.__set_name__(None, cached.__name__)
    # A function that refers to its class, which refers to the function, is made once all the same.
    _by_carrier[id(carrier)] = cached
    return cached
