"""Where a function and a class come from, as it stands in the entries they store."""

from __future__ import annotations

import os
import sys
from typing import Optional

_main = ("__main__", "__mp_main__")


def _name_of_main(alias: str) -> str:
    """The name the main module was started by: the module's under ``-m``, a script's without its ending.

    A process that multiprocessing starts anew has its parent's main module as ``__mp_main__``.
    """
    module = sys.modules.get(alias)
    spec = getattr(module, "__spec__", None)
    if spec is not None and spec.name:
        return str(spec.name)
    path = getattr(module, "__file__", None)
    if path:
        return os.path.splitext(os.path.basename(str(path)))[0]
    return "__main__"


def is_main(name: object) -> bool:
    """Whether this is how the main module is called."""
    return name in _main


def main_name(name: str) -> str:
    """The name that the main module was started by."""
    return _name_of_main(name)


def module_name(name: str) -> str:
    """The name of a module, that of the main module being the one it was started by."""
    return _name_of_main(name) if name in _main else name


# As the class has them, whatever its metaclass makes of these names.
_attribute_of_class = type.__dict__
_module_of, _qualname_of = _attribute_of_class["__module__"].__get__, _attribute_of_class["__qualname__"].__get__
_bases_of, _dict_of = _attribute_of_class["__mro__"].__get__, _attribute_of_class["__dict__"].__get__


def _home_of(cls: type) -> Optional[str]:
    """The main module of the process that a class of ``__main__`` came from by value (with cloudpickle, say); else None."""
    from . import _core

    for base in _bases_of(cls):
        if _module_of(base) in _main:
            for value in _dict_of(base).values():
                if type(value) is _core.CachedFunction and "_home" in value.__dict__:
                    return str(value.__dict__["_home"])
    return None


def class_name(cls: type) -> str:
    """``module.Class``."""
    module = _module_of(cls)
    home = _home_of(cls) if module in _main else None
    return f"{home or module_name(module)}.{_qualname_of(cls)}"
