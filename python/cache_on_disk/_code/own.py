"""Whose code a file is: the user's own, which is followed, or foreign, of which only the import counts."""

from __future__ import annotations

import os
import sys

_foreign_folders = {"site-packages", "dist-packages"}
_standard_library = os.path.realpath(os.path.dirname(os.__file__)) + os.sep
_own_package = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_known: dict[str, bool] = {}


def is_foreign_file(path: str) -> bool:
    """Whether a file is of the standard library, an installed package, or of this one."""
    found = _known.get(path)
    if found is None:
        found = _known[path] = _is_foreign_file(path)
    return found


def _is_foreign_file(path: str) -> bool:
    if not path or path.startswith("<frozen "):
        return True
    if path.startswith("<"):
        return False
    if not _foreign_folders.isdisjoint(path.split(os.sep)) or path.startswith(_own_package):
        return True
    return os.path.realpath(path).startswith(_standard_library)


class Ours:
    """What counts as the user's own code for one method."""

    def __init__(self, *modules: str) -> None:
        self.packages = {m.partition(".")[0] for m in modules} - {"", "__main__", "builtins"}

    def is_own(self, module: str, path: str) -> bool:
        """For the name of a module and the file that it, or one of its functions, comes from."""
        top = module.partition(".")[0]
        if top == "cache_on_disk" and top not in self.packages:
            return False
        if top in self.packages:
            return True
        if module in sys.builtin_module_names:
            return False
        return not is_foreign_file(path)
