"""What has been found so far while a method is followed, and whose code is whose."""

from __future__ import annotations

import types
from typing import Any, Optional

from . import raw
from .locate import class_place
from .memory import Seen
from .outline import ClassUnit
from .own import Ours
from .references import References
from .result import Part
from .sources import Source, source

most_parts = 500
most_nodes = 400_000  # in the files that are reached, which is 20,000 lines and more


class TooMuch(Exception):
    """More than is looked at."""


class ClassView:
    """What is known of a class. Classes are never keys: the metaclass may say what their hash is."""

    def __init__(self, cls: type, own: list[type], known: set[str]) -> None:
        self.cls = cls
        self.own = own  # those of its order of bases that are the user's
        self.known = known  # names of attributes that they know of


class Reach:
    """The state of a search. `directory`: of the sidecars."""

    def __init__(self, directory: Optional[str]) -> None:
        self.directory = directory
        self.ours = Ours()
        self.root: Optional[type] = None
        self.parts: set[Part] = set()
        self.reads: set[str] = set()
        self.seen: list[Seen] = []
        self.functions: list[types.FunctionType] = []
        self.attributes: set[str] = set()  # all names behind a dot
        self.instances: list[ClassView] = []  # classes of which objects are at hand
        self.uses_code_objects = False
        self._sources: dict[str, Optional[Source]] = {}
        self._nodes = 0
        self._done: set[tuple[object, ...]] = set()
        self._kept: list[object] = []  # what is known by its address has to live
        self._views: dict[int, ClassView] = {}
        self._places: dict[int, Optional[tuple[ClassUnit, str]]] = {}
        self._own: dict[int, bool] = {}

    def once(self, *key: object) -> bool:
        """Whether this is the first time; objects are known by their address."""
        plain = tuple(k if type(k) is str or type(k) is bool else id(k) for k in key)
        if plain in self._done:
            return False
        self._done.add(plain)
        self._kept.append(key)
        return True

    def part(self, label: str, digest: str, path: str, line: int) -> None:
        self.parts.add(Part(label.replace("=", "").replace("\n", " "), digest, path, line))
        if len(self.parts) > most_parts:
            raise TooMuch

    def saw(self, names: object, name: str, value: object) -> None:
        """A later look that finds something else there makes the fingerprint another."""
        self.seen.append(Seen(names, name, value))

    def source(self, path: str) -> Optional[Source]:
        """The outline of a file. It is read once and counts by its size, wherever it came from."""
        if path not in self._sources:
            found = self._sources[path] = source(path, self.directory)
            self._nodes += 0 if found is None else found.outline.size
            if self._nodes > most_nodes:
                raise TooMuch
        return self._sources[path]

    def is_own_function(self, function: types.FunctionType) -> bool:
        return self.ours.is_own(raw.text(function.__globals__, "__name__"), function.__code__.co_filename)

    def is_own_class(self, cls: type) -> bool:
        own = self._own.get(id(cls))
        if own is None:
            module = raw.class_module(cls)  # "" for classes written in C
            path = raw.text(raw.loaded(module), "__file__") or "<>"
            own = module not in ("", "builtins") and self.ours.is_own(module, path)
            self._own[id(cls)] = own
            self._kept.append(cls)
        return own

    def place(self, cls: type) -> Optional[tuple[ClassUnit, str]]:
        """Where a class of the user's stands."""
        if id(cls) not in self._places:
            self._places[id(cls)] = class_place(cls, self.source)
            self._kept.append(cls)
        return self._places[id(cls)]

    def view(self, cls: type) -> ClassView:
        found = self._views.get(id(cls))
        if found is None:
            own = [c for c in raw.mro(cls) if self.is_own_class(c)]
            known: set[str] = set()
            for here in own:
                known.update(name for name in raw.class_names(here) if type(name) is str)
                place = self.place(here)
                if place is not None:
                    known.update(place[0].names)
                    known.update(place[0].attributes)
            found = self._views[id(cls)] = ClassView(cls, own, known)
        return found

    def has_instances(self, cls: type) -> None:
        """Objects of a class may be anywhere: its methods count where their names occur."""
        if self.once("instances", cls):
            self.instances.append(self.view(cls))

    # What the parts of the search ask of each other; see follow.py.

    def follow_value(self, value: object, owner: Optional[type] = None, reads: bool = False) -> bool:
        raise NotImplementedError

    def follow(
        self,
        references: References,
        names: Any,
        owner: Optional[type] = None,
        cells: Optional[dict[str, object]] = None,
        reads: bool = False,
        after: Optional[type] = None,
    ) -> None:
        raise NotImplementedError
