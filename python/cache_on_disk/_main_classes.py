"""Pickles call the main module by the name under which others import it, not ``__main__``.

So a script, ``python -m`` and an import read each other's values, each as objects of its own classes. Where the module is loaded
under both names, it has two classes of each name, and both keep their names.
"""

from __future__ import annotations

import io
import pickle
import sys
import types
from typing import Any, Iterable, Optional

from ._origins import found, is_main, main_name, module_of

_names_of_main = (b"__main__", b"__mp_main__")
_end_of_both = b"main__"
_small = 1 << 16
_python_pickler: Any = pickle._Pickler  # the one in Python, in which the saving of a class can be overridden


def _importable_name() -> Optional[str]:
    name = main_name("__main__")
    return name if name.replace(".", "").isidentifier() and not is_main(name) and name not in sys.modules else None


class Pickler(_python_pickler):  # type: ignore[misc]
    def __init__(self, file: Any, protocol: int, name: str) -> None:
        super().__init__(file, protocol)
        self._name = name

    def save_global(self, obj: Any, name: Optional[str] = None) -> None:
        module = module_of(obj) if isinstance(obj, type) else getattr(obj, "__module__", None)
        qualname = str(name or getattr(obj, "__qualname__", ""))
        if not isinstance(module, str) or not is_main(module) or found(module, qualname) is not obj:
            super().save_global(obj, name)
            return
        self.save(self._name)
        self.save(qualname)
        self.write(pickle.STACK_GLOBAL)
        self.memoize(obj)

    dispatch = {**_python_pickler.dispatch, types.FunctionType: save_global}


def names_main(pieces: Iterable[Any]) -> Optional[str]:
    """The name to write for the main module, if it has one and the pieces of a pickle may refer to it."""
    name = _importable_name()
    if name is None or not any(_end_of_both in p and any(alias in p for alias in _names_of_main) for p in pieces):
        return None
    return name


class _Unpickler(pickle.Unpickler):
    def __init__(self, file: Any, name: str, buffers: Iterable[Any]) -> None:
        super().__init__(file, buffers=buffers)
        self._name = name

    def find_class(self, module: str, name: str) -> Any:
        if module == self._name:
            try:
                return super().find_class("__main__", name)
            except AttributeError:
                pass
        return super().find_class("__main__" if is_main(module) else module, name)


class _Stream:
    """A file on bytes that it does not copy, as io.BytesIO would those of an entry."""

    def __init__(self, data: Any) -> None:
        self._view = memoryview(data).cast("B")
        self._place = 0

    def _next(self, size: int) -> memoryview:
        taken = self._view[self._place : self._place + size]
        self._place += len(taken)
        return taken

    def read(self, size: int = -1) -> bytes:
        return self._next(len(self._view) if size < 0 else size).tobytes()

    def readinto(self, into: Any) -> int:
        taken = self._next(len(into))
        into[: len(taken)] = taken
        return len(taken)

    def readline(self) -> bytes:
        line = b""
        while not line.endswith(b"\n"):
            piece = self._view[self._place : self._place + 100].tobytes()
            if not piece:
                break
            line += self.read(piece.find(b"\n") + 1 or len(piece))
        return line


def loads(data: Any, buffers: Iterable[Any] = ()) -> Any:
    """`pickle.loads`, in which the main module is found under its name, too."""
    name = _importable_name()
    if name is None:
        return pickle.loads(data, buffers=buffers)
    return _Unpickler(io.BytesIO(data) if memoryview(data).nbytes < _small else _Stream(data), name, buffers).load()
