"""Attributes of objects: what the dictionaries and the text of their classes say of them. The object itself is never asked."""

from __future__ import annotations

import types
from typing import Iterable, Optional

from . import literals, raw
from .constants import Constants
from .locate import plain_function
from .outline import Unit, units

_never_called = {"__init__", "__new__", "__post_init__", "__init_subclass__", "__del__", "__set_name__"}


class Members(Constants):
    """The part of a search that looks at classes."""

    def member(
        self,
        cls: type,
        name: str,
        reads: bool,
        after: Optional[type] = None,
        rest: Iterable[str] = (),
        certain: bool = True,
    ) -> None:
        """An attribute of an object, as far as its class and the code of its class say.

        `after`: the class after which to look, for super(). `certain`: False if the object is perhaps not of this class.
        """
        if not self.once("member", cls, name, reads, after, certain):
            return
        for here in _after(raw.mro(cls), after):
            own = self.is_own_class(here)
            names = raw.class_names(here)
            if name in names:
                value = names[name]
                self.saw(here, name, value)
                if type(value) is types.MemberDescriptorType or type(value) is types.GetSetDescriptorType:
                    break  # slots
                if not own:
                    return
                followed = not self.is_generated(value, here, name) and self.follow_value(value, cls, reads)
                self.class_statement(here, name, cls)
                if not followed:
                    self.decorated_method(here, name, cls)
                    self.set_in_methods(cls, name)
                return
            if own and self.class_statement(here, name, cls):
                break
        self.set_in_methods(cls, name)
        if certain and not name.startswith("__"):
            self.member(cls, "__getattr__", reads=False)

    def has_member(self, cls: type, name: str) -> bool:
        return any(name in raw.class_names(c) for c in raw.mro(cls)) or name in self.view(cls).known

    def class_statement(self, cls: type, name: str, owner: type) -> bool:
        """The statements of the class's body that bind a name."""
        place = self.place(cls)
        if place is None:
            return False
        bound = [u for u in units(place[0].names, name) if u.is_statement]
        live = literals.text(raw.class_names(cls).get(name)) if len(bound) == 1 else None
        for unit in bound:
            digest = unit.hash
            if unit.kind == "literal" and live is not None and literals.may_replace(live, unit.detail):
                digest = literals.digest(live)
            self.follow_unit(unit, digest, f"{raw.qualname(cls)}.{name}", place[1], cls, owner)
        return bool(bound)

    def decorated_method(self, cls: type, name: str, owner: type) -> None:
        """A method that has become a descriptor of another kind."""
        place = self.place(cls)
        if place is not None and any(u.kind == "function" for u in units(place[0].names, name)):
            found = self.source(place[1])
            label = f"{raw.qualname(cls)}.{name}"
            if found is not None:
                self.decorated(found, label, label, raw.loaded(raw.class_module(cls)), owner)

    def set_in_methods(self, cls: type, name: str) -> None:
        """The statements of the class's methods that set an attribute."""
        for here in self.view(cls).own:
            place = self.place(here)
            for unit in [] if place is None else units(place[0].attributes, name):
                if place is not None:
                    self.follow_unit(unit, unit.hash, f"{raw.qualname(here)}.{name}", place[1], here, cls)

    def follow_unit(self, unit: Unit, digest: str, label: str, path: str, cls: type, owner: type) -> None:
        self.part(label, digest, path, unit.line)
        if self.once("unit", path, label, digest, owner):
            self.follow(unit.references, raw.loaded(raw.class_module(cls)), owner, after=cls)

    def setter(self, cls: type, name: str) -> None:
        """A property that is set."""
        for here in raw.mro(cls):
            if name in raw.class_names(here):
                accessors = raw.accessors(raw.class_names(here)[name])
                if accessors is not None and self.is_own_class(here):
                    self.follow_value(accessors[1], cls)
                return

    def construct(self, cls: type) -> None:
        """Objects of a class are made: its header, body and dunders count, and methods whose names occur."""
        if not self.is_own_class(cls) or not self.once("construct", cls):
            return
        self.has_instances(cls)
        for here in self.view(cls).own:
            place = self.place(here)
            if place is not None:
                self.class_header(here)
                for unit in (place[0].bases, place[0].body):
                    self.follow_unit(unit, unit.hash, "class " + raw.qualname(here), place[1], here, cls)
        self.dunders(cls, made=True)
        for name in ("__call__", "__new__", "__prepare__"):
            for meta in raw.mro(type(cls)):
                if name in raw.class_names(meta) and self.is_own_class(meta):
                    self.follow_value(raw.class_names(meta)[name], meta)
                    break

    def class_header(self, cls: type) -> None:
        """The text of decorators and keywords of a class; they are not followed."""
        place = self.place(cls)
        if place is not None and place[0].header.kind:
            self.part("class " + raw.qualname(cls), place[0].header.hash, place[1], place[0].line)

    def dunders(self, cls: type, made: bool) -> None:
        """The special methods; without those that make an object if it was not made here."""
        names = {n for n in self.view(cls).known if n.startswith("__") and n.endswith("__")}
        for name in sorted(names if made else names - _never_called):
            here = next((c for c in raw.mro(cls) if name in raw.class_names(c)), None)
            if here is None or not self.is_own_class(here):
                continue
            value = raw.class_names(here)[name]
            if not raw.is_a(value, type) and not self.is_generated(value, here, name):
                self.saw(here, name, value)
                self.follow_value(value, cls)

    def is_generated(self, value: object, cls: type, name: str) -> bool:
        """A method that a decorator or metaclass has made from the class, whose text says it all."""
        place = self.place(cls)
        if raw.is_a(value, type) or (place is not None and name in place[0].names):
            return False
        function = plain_function(value)
        if function is None or not self.is_own_function(function):
            return True
        path = raw.text(raw.loaded(raw.class_module(cls)), "__file__") if place is None else place[1]
        return function.__code__.co_filename.startswith("<") and not path.startswith("<") and path != ""


def _after(classes: tuple[type, ...], after: Optional[type]) -> tuple[type, ...]:
    if after is not None:
        for index, cls in enumerate(classes):
            if cls is after:
                return classes[index + 1 :]
    return classes
