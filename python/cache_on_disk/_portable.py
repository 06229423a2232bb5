"""Roots that keep their tags and names on the way to another process."""

from __future__ import annotations

import os
from typing import Any

from . import _core
from ._anchor import Carrier
from ._disk_cacher import DiskCacher
from ._errors import TagNotSetException
from ._settings import use_tempfile_choice
from ._targets import described, root_of

Names = list[tuple[str, list[dict[str, Any]]]]


def names_below(root: Any) -> Names:
    """The names of the objects below a root, in the order of a walk, with the settings of each of their methods."""
    return [
        (name, [_settings_of(DiskCacher.of(function, instance)) for function in functions])
        for instance, name, functions in _core.discover(root)
    ]


def _settings_of(cacher: DiskCacher) -> dict[str, Any]:
    cell = cacher._cell
    return {
        "method": cell.method_name,
        "instance": cell.instance_name,
        "tag": cacher._tag,
        "prefix": cacher._prefix,
        "tmpdir": os.fsencode(os.path.abspath(cacher._tmpdir)),
        "trust": cell.trust,
        "writable": cell.is_writable,
    }


def give_names(root: Any, names: Names) -> dict[tuple[int, int], DiskCacher]:
    """Give the objects below a root the tags and names that they have in another process.

    Parameters
    ----------
    root : object
        It came by a pickle, which carries no tags, or by a fork, which does.
    names : Names
        The result of `names_below` there.

    Returns
    -------
    dict
        The cachers, by the places of object and method in `names`. Objects that the pickle left out are missing.
    """
    objects = {name: (instance, functions) for instance, name, functions in _core.discover(root)}
    given = {}
    for i, (name, settings) in enumerate(names):
        instance, functions = objects.get(name, (None, []))
        all_here = [DiskCacher.of(function, instance) for function in functions]
        cachers = {cacher._cell.method_name: cacher for cacher in all_here}
        for j, setting in enumerate(settings):
            cacher = cachers.get(setting["method"])
            if setting["tag"] is None or cacher is None:
                continue
            names_and_places = (setting[name] for name in ("instance", "tag", "prefix", "tmpdir", "trust"))
            cacher._cell.bind(cacher._function, instance, *names_and_places)
            cacher._cell.set_writable(setting["writable"])
            given[i, j] = cacher
    return given


def _arrive(root: Any, names: Names) -> Any:
    """Unpickles a portable root: gives the root itself."""
    use_tempfile_choice()
    given = give_names(root_of(root, "portable"), names)
    for i, (name, settings) in enumerate(names):
        for j, setting in enumerate(settings):
            if setting["tag"] is not None and (i, j) not in given:
                method = f"{name}.{setting['method']}"
                _core.tell_uncached(
                    method,
                    "not in the pickle",
                    f"{method} has a tag where its root comes from, but is not in what the "
                    "pickle of the root brought here, so it is not cached",
                )
    return root


class Portable(Carrier):
    """A root that keeps its tag on the way to another process, as `portable` makes it.

    Its pickle gives the root itself there. In this process, where a pool may run a call, it passes all uses on to the root.
    """

    __slots__ = ()

    def __init__(self, root: Any) -> None:
        object.__setattr__(self, "root", root)

    def __reduce__(self) -> Any:
        return _arrive, (self.root, names_below(root_of(self.root, "portable")))

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.root, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.root, name, value)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.root(*args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return self.root[key]

    def __contains__(self, item: Any) -> bool:
        return item in self.root

    def __iter__(self) -> Any:
        return iter(self.root)

    def __len__(self) -> int:
        return len(self.root)

    def __bool__(self) -> bool:
        return bool(self.root)

    def __repr__(self) -> str:
        return f"<portable {described(self.root)}>"


def portable(root: Any) -> Any:
    """Let a root keep its tag on the way to another process; documented in the package."""
    below = names_below(root_of(root, "portable"))
    if not any(setting["tag"] is not None for _, settings in below for setting in settings):
        raise TagNotSetException(
            f"cache_on_disk: no cached method in {described(root)} has a tag to send along; call set_tag first"
        )
    return Portable(root)
