"""Where a function and a class come from, as it stands in the entries they store."""

from __future__ import annotations

import os
import sys

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


def module_name(name: str) -> str:
    """The name of a module, that of the main module being the one it was started by."""
    return _name_of_main(name) if name in _main else name


def class_name(cls: type) -> str:
    """``module.Class``."""
    return f"{module_name(cls.__module__)}.{cls.__qualname__}"
