"""The origin of functions and classes, which is written into the entries that they store."""

from __future__ import annotations

import dis
import functools
import hashlib
import os
import sys
import types
import weakref
from typing import Any, Iterator, Optional

_main = ("__main__", "__mp_main__")


@functools.cache  # called for each class that a walk meets; a program does not move while it runs
def _package_of(path: str) -> str:
    """The packages that a file lies in, with a dot behind each: ``a.b.`` for ``a/b/c.py``, if both have an ``__init__.py``."""
    package = ""
    directory = os.path.dirname(os.path.abspath(path))
    while os.path.isfile(os.path.join(directory, "__init__.py")):
        directory, name = os.path.split(directory)
        package = f"{name}.{package}"
    return package


def main_name(alias: str) -> str:
    """The name by which the main module is imported, however it was started; ``__main__`` where it cannot be.

    A process that multiprocessing starts has its parent's main module as ``__mp_main__``.
    """
    module = sys.modules.get(alias)
    spec = getattr(module, "__spec__", None)
    if spec is not None and spec.name:
        return str(spec.name)
    path = getattr(module, "__file__", None)
    if path:
        return _package_of(str(path)) + os.path.splitext(os.path.basename(str(path)))[0]
    return "__main__"


def is_main(name: object) -> bool:
    """Whether this is how the main module is called."""
    return name in _main


def module_name(name: str) -> str:
    """The name of a module, that of the main module being the one by which it is imported."""
    return main_name(name) if name in _main else name


# The attributes of the class itself, even if its metaclass defines these names.
_of_class = type.__dict__
module_of, qualname_of, name_of = (_of_class[f"__{name}__"].__get__ for name in ("module", "qualname", "name"))
bases_of, dict_of = _of_class["__mro__"].__get__, _of_class["__dict__"].__get__


def found(module: object, qualname: str) -> Any:
    """What a name leads to among the modules that are imported; None if it leads nowhere."""
    part: Any = sys.modules.get(module) if isinstance(module, str) else None
    for name in qualname.split("."):
        part = getattr(part, name, None)
    return part


def _home_of(cls: type) -> Optional[str]:
    """The main module of the process from which a class of ``__main__`` was sent by value (by cloudpickle, say); else None."""
    from . import _core

    for base in bases_of(cls):
        if module_of(base) in _main:
            for value in dict_of(base).values():
                if type(value) is _core.CachedFunction and "_home" in value.__dict__:
                    return str(value.__dict__["_home"])
    return None


def class_name(cls: type) -> str:
    """``module.Class``."""
    module = module_of(cls)
    home = _home_of(cls) if module in _main else None
    return f"{home or module_name(module)}.{qualname_of(cls)}"


def _notebook() -> str:
    """The path of the notebook that runs, if something tells it."""
    if "ipykernel" not in sys.modules:
        return ""
    names = getattr(sys.modules.get("__main__"), "__dict__", {})
    path = names.get("__vsc_ipynb_file__") or os.environ.get("JPY_SESSION_NAME")
    return os.path.abspath(path) if isinstance(path, str) and path else ""


def _program(alias: str) -> Optional[str]:
    """Tells the main module from others of its name: the hash of its text and its path, ``-`` where there is none.

    Empty for a module of a package, or one started by its name: that name tells enough. None for a program that is neither a
    file nor a known notebook.
    """
    module = sys.modules.get(alias)
    spec = getattr(module, "__spec__", None)
    if spec is not None and spec.name and spec.name != "__main__":
        return ""
    path = getattr(module, "__file__", None)
    if not path or not os.path.exists(path):  # "<stdin>" is called so
        notebook = _notebook()
        return f"- {notebook}" if notebook else None
    if _package_of(str(path)):
        return ""
    try:
        with open(path, "rb") as file:
            text = hashlib.sha256(file.read()).hexdigest()[:32]
    except OSError:
        text = "-"
    return f"{text} {os.path.realpath(path)}"


# Read when the first function of a program is decorated: the file may be edited while it runs.
_programs: dict[str, Optional[str]] = {}


def remember_program(module: str) -> None:
    """Note which program the main module is, if a function is of it."""
    if module in _main and module not in _programs:
        _programs[module] = _program(module)


def _codes(value: Any) -> Iterator[types.CodeType]:
    from . import _core

    kind = type(value)
    if kind in (staticmethod, classmethod):
        yield from _codes(value.__func__)
    elif kind is property:
        yield from _codes(value.fget)
        yield from _codes(value.fset)
    elif kind is _core.CachedFunction:
        yield from _codes(value.__wrapped__)
    elif kind is types.FunctionType:
        yield value.__code__


_constants = (bool, int, float, complex, str, bytes, type(None), type(...))


def _text_of(value: Any) -> str:
    """Constants and code, the same in each process of one Python."""
    kind = type(value)
    if kind is types.CodeType:
        names = value.co_names, value.co_varnames, value.co_freevars
        return repr((value.co_code, *names, [_text_of(c) for c in value.co_consts]))
    if kind is tuple:
        return repr([_text_of(item) for item in value])
    if kind is frozenset:
        return repr(sorted(_text_of(item) for item in value))
    return repr(value) if kind in _constants else kind.__name__


@functools.lru_cache(maxsize=1024)  # called on each walk, and slow
def _assigned(code: types.CodeType) -> frozenset[str]:
    """The names of the attributes that code assigns, on any object."""
    names = frozenset(str(step.argval) for step in dis.get_instructions(code) if step.opname == "STORE_ATTR")
    return names.union(*(_assigned(const) for const in code.co_consts if type(const) is types.CodeType))


# By address, as a metaclass may compare classes as it likes.
_first_values: dict[int, tuple[weakref.ref[type], dict[str, str]]] = {}


def _first_value(cls: type, name: str, text: str) -> str:
    """The value of an attribute when it was first read: a class that counts its objects stays the same program."""
    key = id(cls)
    if key not in _first_values:
        _first_values[key] = weakref.ref(cls, lambda _: _first_values.pop(key, None)), {}
    return _first_values[key][1].setdefault(name, text)


def _texts_of_class(cls: type) -> list[str]:
    """The code and constants of a class of the main module."""
    attributes = sorted(dict(dict_of(cls)).items())
    codes = [(name, code) for name, value in attributes for code in _codes(value)]
    assigned = frozenset().union(*(_assigned(code) for _, code in codes))
    texts = [name + _text_of(code) for name, code in codes]
    for name, value in attributes:
        if type(value) in (*_constants, tuple) and not name.startswith("__"):
            text = _text_of(value)
            texts.append(name + (_first_value(cls, name, text) if name in assigned else text))
    return texts


def _hash_of_code(function: Any, cls: type) -> str:
    """Of a program that is neither a file nor a known notebook: the code of the function and its class tells it from others."""
    texts = [_text_of(code) for code in _codes(function)]
    for base in bases_of(cls):
        if module_of(base) in _main:
            texts += _texts_of_class(base)
    return hashlib.sha256("\n".join(texts).encode(errors="surrogatepass")).hexdigest()[:32] + " -"


def _program_of(function: Any, cls: type, module: object) -> str:
    """See `_program`."""
    if module not in _main or "_home" in function.__dict__:
        return ""
    remember_program(str(module))
    named = _programs[str(module)]
    return _hash_of_code(function, cls) if named is None else named


def origins_of(cls: type, functions: list[Any]) -> tuple[str, list[str]]:
    """``module.Class``, and of each cached function which program it or the class belongs to, where their names do not tell.

    None in place of a function: its program is not needed. Called once for a class, because the search through its bases takes
    as long as all the rest that set_tag does with one object.
    """
    module = module_of(cls)
    of_functions = [None if function is None else function.__dict__.get("__module__") for function in functions]
    modules = [one if one in _main else module for one in of_functions]
    home = _home_of(cls) if module in _main or any(one in _main for one in modules) else None
    name = f"{home if home and module in _main else module_name(module)}.{qualname_of(cls)}"
    if home is not None:  # what came from another process by value: its program is unknown here
        return name, [""] * len(functions)
    return name, [
        "" if function is None else _program_of(function, cls, one) for function, one in zip(functions, modules)
    ]
