"""Names of modules and their files, without importing anything."""

from __future__ import annotations

import os
import sys

from . import raw


def resolve(origin: str, package: str) -> tuple[str, str]:
    """The whole name of the module of "dots module:name", and the name."""
    module, _, name = origin.partition(":")
    dots = len(module) - len(module.lstrip("."))
    if dots:
        base = package.rsplit(".", dots - 1)[0] if dots > 1 else package
        module = f"{base}.{module[dots:]}".strip(".")
    return module, name


def module_file(module: str) -> str:
    """The source file of a module; "" if there is none, or nobody knows."""
    names = raw.loaded(module)
    path = raw.text(names, "__file__")
    if names:
        return path if path.endswith(".py") else ""
    parent, _, last = module.rpartition(".")
    if parent:
        outer = module_file(parent)
        folders = [os.path.dirname(outer)] if outer.endswith("__init__.py") else []
    else:
        folders = [f or "." for f in list(sys.path) if type(f) is str]
    for folder in folders:
        for path in (os.path.join(folder, last, "__init__.py"), os.path.join(folder, last + ".py")):
            if os.path.isfile(path):
                return path
    return ""
